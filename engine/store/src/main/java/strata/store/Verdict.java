package strata.store;

/** What was decided about a version; the last decision on it counts. */
public enum Verdict {
    /** Hidden; its bytes are kept until it is purged. */
    DELETED(1),
    /** As if nothing had been decided. */
    RESTORED(2),
    /** The one to show of several under its SOP Instance UID. */
    CHOSEN(3),
    /** Kept, and not the one to show: another was chosen. */
    SUPERSEDED(4),
    /** Its space may be taken; the end. */
    PURGED(5);

    private final int code;

    Verdict(int code) {
        this.code = code;
    }

    /** The byte in the record. */
    int code() {
        return code;
    }

    static Verdict of(int code) {
        for (Verdict verdict : values()) {
            if (verdict.code == code) {
                return verdict;
            }
        }
        throw new IllegalArgumentException("no verdict has the code " + code);
    }
}
