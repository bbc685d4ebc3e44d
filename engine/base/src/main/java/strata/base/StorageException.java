package strata.base;

/**
 * A medium that cannot take or give bytes at present; the bytes already stored are not in question.
 */
public class StorageException extends StrataException {
    /** What the medium refused. */
    public enum Kind {
        FULL,
        READ_ONLY,
        FAILED,
        UNAVAILABLE,
        /** An archive was asked for the bytes and gives them later, by itself. */
        ON_ITS_WAY
    }

    private final Kind kind;

    public StorageException(Kind kind, String message, Throwable cause) {
        super(Fault.DISK, message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
