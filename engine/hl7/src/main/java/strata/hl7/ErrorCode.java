package strata.hl7;

/** Why a message was not taken: HL7 table 0357. */
public enum ErrorCode {
    SEGMENT_SEQUENCE(100, AckCode.AE, "Segment sequence error"),
    REQUIRED_FIELD_MISSING(101, AckCode.AE, "Required field missing"),
    DATA_TYPE(102, AckCode.AE, "Data type error"),
    TABLE_VALUE_NOT_FOUND(103, AckCode.AE, "Table value not found"),
    UNSUPPORTED_MESSAGE_TYPE(200, AckCode.AR, "Unsupported message type"),
    UNSUPPORTED_EVENT(201, AckCode.AR, "Unsupported event code"),
    UNSUPPORTED_PROCESSING_ID(202, AckCode.AR, "Unsupported processing id"),
    UNSUPPORTED_VERSION(203, AckCode.AR, "Unsupported version id"),
    INTERNAL(207, AckCode.AR, "Application internal error");

    private final int code;
    private final AckCode answer;
    private final String text;

    ErrorCode(int code, AckCode answer, String text) {
        this.code = code;
        this.answer = answer;
        this.text = text;
    }

    /** The code of the table. */
    public int code() {
        return code;
    }

    /** With what a message is answered that has this fault. */
    public AckCode answer() {
        return answer;
    }

    public String text() {
        return text;
    }
}
