package strata.mover.recall;

/** Who wants something back, the most urgent first. Part of the file format: {@link #code}. */
public enum RecallCause {
    /** A peer asked for it and waits. */
    RETRIEVE(1),
    /** An operator asked for it. */
    OPERATOR(2),
    /** A rule wants it in hot. */
    POLICY(4),
    /** Somebody may ask for it soon. */
    PREFETCH(8);

    private final int code;

    RecallCause(int code) {
        this.code = code;
    }

    /** One bit, so that several causes fit a byte. */
    int code() {
        return code;
    }

    /**
     * Whether what comes counts as used, so that rules do not release it at once for being idle. A
     * retrieve says so itself, and a rule that wants something in hot keeps it there.
     */
    boolean isUse() {
        return this == OPERATOR || this == PREFETCH;
    }

    /** As it is shown and counted. */
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
