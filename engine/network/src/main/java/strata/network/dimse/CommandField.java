package strata.network.dimse;

/** Command field values, PS3.7 table E.1-1. A response is its request with {@link #RESPONSE}. */
public final class CommandField {
    public static final int RESPONSE = 0x8000;
    public static final int C_STORE_RQ = 0x0001;
    public static final int C_GET_RQ = 0x0010;
    public static final int C_FIND_RQ = 0x0020;
    public static final int C_MOVE_RQ = 0x0021;
    public static final int C_ECHO_RQ = 0x0030;
    public static final int N_EVENT_REPORT_RQ = 0x0100;
    public static final int N_GET_RQ = 0x0110;
    public static final int N_SET_RQ = 0x0120;
    public static final int N_ACTION_RQ = 0x0130;
    public static final int N_CREATE_RQ = 0x0140;
    public static final int N_DELETE_RQ = 0x0150;
    public static final int C_CANCEL_RQ = 0x0fff;

    private CommandField() {}

    /** The service's name for logs and metrics; a closed set. */
    public static String name(int field) {
        return switch (field & ~RESPONSE) {
            case C_STORE_RQ -> "c-store";
            case C_GET_RQ -> "c-get";
            case C_FIND_RQ -> "c-find";
            case C_MOVE_RQ -> "c-move";
            case C_ECHO_RQ -> "c-echo";
            case N_EVENT_REPORT_RQ -> "n-event-report";
            case N_GET_RQ -> "n-get";
            case N_SET_RQ -> "n-set";
            case N_ACTION_RQ -> "n-action";
            case N_CREATE_RQ -> "n-create";
            case N_DELETE_RQ -> "n-delete";
            default -> "other";
        };
    }
}
