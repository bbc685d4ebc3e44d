package strata.segment;

/** What a record is for. */
public enum RecordKind {
    /** The bytes of one version. */
    OBJECT(1),
    /** Says that an object is dead; the body is empty, the attributes name the object. */
    TOMBSTONE(2);

    private final int code;

    RecordKind(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
