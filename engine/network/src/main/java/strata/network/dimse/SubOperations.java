package strata.network.dimse;

/** The four counts of C-GET and C-MOVE responses, PS3.7 9.1.3 and 9.1.4. */
public record SubOperations(int remaining, int completed, int failed, int warning) {
    public static final SubOperations NONE = new SubOperations(0, 0, 0, 0);

    public SubOperations {
        if (remaining < 0 || completed < 0 || failed < 0 || warning < 0) {
            throw new IllegalArgumentException("negative count of sub-operations");
        }
    }

    /** Reads the counts of a response; those that are absent are 0. */
    public static SubOperations read(CommandSet response) {
        return new SubOperations(
                response.number(CommandSet.REMAINING),
                response.number(CommandSet.COMPLETED),
                response.number(CommandSet.FAILED),
                response.number(CommandSet.WARNING));
    }

    /**
     * Puts the counts into a response. Remaining is only there while pending or after a cancel,
     * PS3.4 C.4.2.1.6. Counts beyond 16 bits are sent as FFFFH.
     */
    public void write(CommandSet response) {
        Status.Kind kind = response.status().kind();
        if (kind == Status.Kind.PENDING || kind == Status.Kind.CANCEL) {
            response.putShort(CommandSet.REMAINING, Math.min(remaining, 0xffff));
        }
        response.putShort(CommandSet.COMPLETED, Math.min(completed, 0xffff));
        response.putShort(CommandSet.FAILED, Math.min(failed, 0xffff));
        response.putShort(CommandSet.WARNING, Math.min(warning, 0xffff));
    }
}
