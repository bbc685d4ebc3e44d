package strata.network.dimse;

/**
 * A DIMSE status, PS3.7 annex C and the service classes of PS3.4.
 *
 * @param code 0 to FFFFH
 */
public record Status(int code) {
    public static final Status SUCCESS = new Status(0x0000);
    public static final Status CANCEL = new Status(0xfe00);
    public static final Status PENDING = new Status(0xff00);

    /** Matches are supplied, but an optional key was not supported, PS3.4 C.4.1.1.4. */
    public static final Status PENDING_WITH_WARNING = new Status(0xff01);

    public static final Status INVALID_ATTRIBUTE_VALUE = new Status(0x0106);
    public static final Status PROCESSING_FAILURE = new Status(0x0110);
    public static final Status DUPLICATE_SOP_INSTANCE = new Status(0x0111);
    public static final Status NO_SUCH_SOP_INSTANCE = new Status(0x0112);
    public static final Status NO_SUCH_EVENT_TYPE = new Status(0x0113);
    public static final Status INVALID_ARGUMENT_VALUE = new Status(0x0115);
    public static final Status INVALID_SOP_INSTANCE = new Status(0x0117);
    public static final Status NO_SUCH_SOP_CLASS = new Status(0x0118);
    public static final Status CLASS_INSTANCE_CONFLICT = new Status(0x0119);
    public static final Status MISSING_ATTRIBUTE = new Status(0x0120);
    public static final Status SOP_CLASS_NOT_SUPPORTED = new Status(0x0122);
    public static final Status NO_SUCH_ACTION = new Status(0x0123);
    public static final Status NOT_AUTHORIZED = new Status(0x0124);

    /** Storage commitment: the Transaction UID is in use, PS3.4 J.3.3. */
    public static final Status DUPLICATE_TRANSACTION = new Status(0x0131);

    public static final Status DUPLICATE_INVOCATION = new Status(0x0210);
    public static final Status UNRECOGNIZED_OPERATION = new Status(0x0211);
    public static final Status MISTYPED_ARGUMENT = new Status(0x0212);
    public static final Status RESOURCE_LIMITATION = new Status(0x0213);

    public static final Status OUT_OF_RESOURCES = new Status(0xa700);
    public static final Status UNABLE_TO_CALCULATE_MATCHES = new Status(0xa701);
    public static final Status UNABLE_TO_PERFORM_SUBOPERATIONS = new Status(0xa702);
    public static final Status MOVE_DESTINATION_UNKNOWN = new Status(0xa801);
    public static final Status DOES_NOT_MATCH_SOP_CLASS = new Status(0xa900);
    public static final Status CANNOT_UNDERSTAND = new Status(0xc000);

    /** C-MOVE and C-GET: at least one sub-operation failed or warned. */
    public static final Status SUBOPERATIONS_WITH_FAILURES = new Status(0xb000);

    /** C-STORE: stored with a change of elements. */
    public static final Status COERCION_OF_ELEMENTS = new Status(0xb000);

    public static final Status ELEMENTS_DISCARDED = new Status(0xb006);

    /** C-STORE: stored, though the data set does not match its SOP class. */
    public static final Status STORED_BUT_DOES_NOT_MATCH_SOP_CLASS = new Status(0xb007);

    /** The five kinds of PS3.7 C.1. */
    public enum Kind {
        SUCCESS,
        PENDING,
        CANCEL,
        WARNING,
        FAILURE
    }

    public Status {
        if (code < 0 || code > 0xffff) {
            throw new IllegalArgumentException("status " + code);
        }
    }

    public Kind kind() {
        if (code == 0) {
            return Kind.SUCCESS;
        }
        if (code == 0xff00 || code == 0xff01) {
            return Kind.PENDING;
        }
        if (code == 0xfe00) {
            return Kind.CANCEL;
        }
        if (code == 0x0001 || code == 0x0107 || code == 0x0116 || code >>> 12 == 0xb) {
            return Kind.WARNING;
        }
        return Kind.FAILURE;
    }

    public boolean isSuccess() {
        return code == 0;
    }

    public boolean isPending() {
        return kind() == Kind.PENDING;
    }

    /** Success or warning: the operation did what was asked. */
    public boolean isDone() {
        return isSuccess() || kind() == Kind.WARNING;
    }

    @Override
    public String toString() {
        return String.format("%04XH", code);
    }
}
