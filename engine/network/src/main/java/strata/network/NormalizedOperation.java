package strata.network;

import strata.network.dimse.CommandField;
import strata.network.dimse.CommandSet;

import java.util.Arrays;
import java.util.Optional;

/** The six operations and notifications of DIMSE-N, PS3.7 10.1. */
public enum NormalizedOperation {
    EVENT_REPORT(CommandField.N_EVENT_REPORT_RQ, false, CommandSet.EVENT_TYPE_ID),
    GET(CommandField.N_GET_RQ, true, 0),
    SET(CommandField.N_SET_RQ, true, 0),
    ACTION(CommandField.N_ACTION_RQ, true, CommandSet.ACTION_TYPE_ID),
    CREATE(CommandField.N_CREATE_RQ, false, 0),
    DELETE(CommandField.N_DELETE_RQ, true, 0);

    private final int field;
    private final boolean requested;
    private final int typeElement;

    NormalizedOperation(int field, boolean requested, int typeElement) {
        this.field = field;
        this.requested = requested;
        this.typeElement = typeElement;
    }

    static Optional<NormalizedOperation> of(int field) {
        return Arrays.stream(values()).filter(each -> each.field == field).findFirst();
    }

    int field() {
        return field;
    }

    /** The element of the request that names the SOP class. */
    int classElement() {
        return requested ? CommandSet.REQUESTED_SOP_CLASS : CommandSet.AFFECTED_SOP_CLASS;
    }

    /** The element of the request that names the SOP instance. */
    int instanceElement() {
        return requested ? CommandSet.REQUESTED_SOP_INSTANCE : CommandSet.AFFECTED_SOP_INSTANCE;
    }

    /** The element that holds the event or action type. */
    Optional<Integer> typeElement() {
        return typeElement == 0 ? Optional.empty() : Optional.of(typeElement);
    }
}
