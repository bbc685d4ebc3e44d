package strata.replication;

/** Why an object did not arrive, as the FAILED frame says it. Codes are part of the protocol. */
enum FailureCode {
    /** The bytes that arrived do not have the digest that was offered. */
    DIGEST_MISMATCH(1),
    /** The store does not take the object as it is. */
    REFUSED(2),
    /**
     * The disk of the site that answers is full or failing; the object itself is not in question.
     */
    STORAGE(3),
    /** The site that should read the object does not have it. */
    NOT_FOUND(4),
    /** The site that should read the object finds its copies damaged. */
    UNREADABLE(5),
    /**
     * The same object is arriving on another connection: ask again. Not a failure of the object.
     */
    BUSY(6),
    /** The site that answers purged it by its own rules and does not take it again. */
    PURGED(7);

    private final int code;

    FailureCode(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** The constant of a code, or null when the code is not known. */
    static FailureCode of(int code) {
        for (FailureCode each : values()) {
            if (each.code == code) {
                return each;
            }
        }
        return null;
    }
}
