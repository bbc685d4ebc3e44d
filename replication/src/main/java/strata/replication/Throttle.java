package strata.replication;

/** A rate of bytes a second, with a burst of a tenth of a second. One thread at a time. */
final class Throttle {
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final long bytesPerSecond;
    private long freeAtNanos;

    /** @param bytesPerSecond 0 for no limit */
    Throttle(long bytesPerSecond, long nowNanos) {
        this.bytesPerSecond = bytesPerSecond;
        this.freeAtNanos = nowNanos;
    }

    /** How long to wait before the next bytes may go; 0 or less: they may go now. */
    long waitNanos(long nowNanos) {
        return bytesPerSecond == 0 ? 0 : freeAtNanos - nowNanos;
    }

    void spend(long bytes, long nowNanos) {
        if (bytesPerSecond > 0) {
            long earliest = Math.max(freeAtNanos, nowNanos - SECOND_NANOS / 10);
            freeAtNanos = earliest + (long) ((double) bytes / bytesPerSecond * SECOND_NANOS);
        }
    }
}
