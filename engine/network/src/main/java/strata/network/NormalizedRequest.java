package strata.network;

import strata.base.Uid;
import strata.dicom.DataSet;

import java.util.Objects;
import java.util.Optional;

/**
 * A request of DIMSE-N, PS3.7 10.1.
 *
 * @param sopInstance may only be empty with CREATE, where the performer then makes one
 * @param typeId the action type or event type, 0 where the operation has none
 * @param dataSet action information, event information, attributes or modifications; may be empty
 */
public record NormalizedRequest(
        NormalizedOperation operation,
        Uid sopClass,
        Optional<Uid> sopInstance,
        int typeId,
        DataSet dataSet) {
    /** Longest data set of a request that is taken; a longer one is answered 0213H. */
    public static final int MAX_DATA_SET_BYTES = 4 << 20;

    public NormalizedRequest {
        Objects.requireNonNull(sopClass, "sopClass");
        Objects.requireNonNull(dataSet, "dataSet");
        if (typeId < 0 || typeId > 0xffff) {
            throw new IllegalArgumentException("type " + typeId);
        }
        if (sopInstance.isEmpty() && operation != NormalizedOperation.CREATE) {
            throw new IllegalArgumentException(operation + " without a SOP instance");
        }
    }

    public static NormalizedRequest action(
            Uid sopClass, Uid sopInstance, int actionType, DataSet information) {
        return new NormalizedRequest(
                NormalizedOperation.ACTION,
                sopClass,
                Optional.of(sopInstance),
                actionType,
                information);
    }

    public static NormalizedRequest eventReport(
            Uid sopClass, Uid sopInstance, int eventType, DataSet information) {
        return new NormalizedRequest(
                NormalizedOperation.EVENT_REPORT,
                sopClass,
                Optional.of(sopInstance),
                eventType,
                information);
    }

    public static NormalizedRequest create(Uid sopClass, Uid sopInstance, DataSet attributes) {
        return new NormalizedRequest(
                NormalizedOperation.CREATE, sopClass, Optional.of(sopInstance), 0, attributes);
    }

    public static NormalizedRequest set(Uid sopClass, Uid sopInstance, DataSet modifications) {
        return new NormalizedRequest(
                NormalizedOperation.SET, sopClass, Optional.of(sopInstance), 0, modifications);
    }
}
