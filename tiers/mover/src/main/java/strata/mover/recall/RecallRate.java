package strata.mover.recall;

import java.time.Duration;
import java.util.Optional;

/** How fast recalls have been of late, all together. Guarded by the queue. */
final class RecallRate {
    private static final double NANOS = 1e9;
    private static final double MEMORY_NANOS = 60 * NANOS;

    private int running;
    private long since;
    private double nanos;
    private double bytes;

    void began(long nowNanos) {
        settle(nowNanos);
        running++;
    }

    void came(long count) {
        bytes += count;
    }

    void ended(long nowNanos) {
        settle(nowNanos);
        running--;
    }

    private void settle(long nowNanos) {
        if (running > 0) {
            nanos += nowNanos - since;
        }
        since = nowNanos;
        if (nanos > 2 * MEMORY_NANOS) {
            nanos /= 2;
            bytes /= 2;
        }
    }

    /** Empty until something came. */
    Optional<Duration> timeFor(long wanted, long nowNanos) {
        settle(nowNanos);
        if (bytes <= 0 || nanos <= 0) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofMillis((long) Math.ceil(wanted * nanos / bytes / 1e6)));
    }

    /** Bytes a second; 0 until something came. */
    double bytesPerSecond() {
        return nanos <= 0 ? 0 : bytes / nanos * NANOS;
    }
}
