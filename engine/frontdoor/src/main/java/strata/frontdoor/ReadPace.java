package strata.frontdoor;

import java.util.function.LongSupplier;

/**
 * Whether what a retrieve reads has to be waited for. Instances that are in memory already are read
 * sooner by the thread that sends them than handed to another one and back; what a disk gives, or a
 * decoder, is better asked for ahead. The last instance that was read tells. Thread-safe.
 */
final class ReadPace {
    /** What opening takes, whatever the length. */
    private static final long OPENING_NANOS = 100_000;

    /** Copying and checking from memory is faster by far, and hardly any disk is. */
    private static final long BYTES_PER_NANO = 2;

    private final LongSupplier nanoTime;
    private volatile boolean slow;

    /** @param slow what is assumed before anything was read */
    ReadPace(LongSupplier nanoTime, boolean slow) {
        this.nanoTime = nanoTime;
        this.slow = slow;
    }

    boolean isSlow() {
        return slow;
    }

    long now() {
        return nanoTime.getAsLong();
    }

    /** An instance was read. */
    void took(long bytes, long sinceNanos) {
        slow = now() - sinceNanos > OPENING_NANOS + bytes / BYTES_PER_NANO;
    }
}
