package strata.store;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Spreads the work of compaction and scrub over time: so many bytes a second, each piece after the
 * time of the one before, so that there is never a burst; a quarter of that while objects are taken
 * in. For one thread.
 */
public final class Pacer {
    /** The part of the rate that is used while something is taken in. */
    static final int YIELD = 4;

    private static final double NANOS_PER_SECOND = 1e9;
    private static final long LOOK_NANOS = 100_000_000;

    private final long bytesPerSecond;
    private final LongSupplier takenIn;
    private final LongSupplier nanos;
    private final LongConsumer pause;
    private double hurry;
    private long nextAt;
    private long lookedAt;
    private long seen;
    private boolean yielding;

    /**
     * @param bytesPerSecond 0 for no limit
     * @param takenIn bytes that were taken in so far
     */
    Pacer(long bytesPerSecond, LongSupplier takenIn) {
        this(bytesPerSecond, takenIn, System::nanoTime, LockSupport::parkNanos);
    }

    Pacer(long bytesPerSecond, LongSupplier takenIn, LongSupplier nanos, LongConsumer pause) {
        this.bytesPerSecond = bytesPerSecond;
        this.takenIn = takenIn;
        this.nanos = nanos;
        this.pause = pause;
        this.nextAt = nanos.getAsLong();
        this.lookedAt = nextAt;
        this.seen = takenIn.getAsLong();
    }

    /** @param urgency 0: as configured; 1: four times as fast, and yields to nobody */
    void hurry(double urgency) {
        hurry = urgency;
    }

    /** Returns when so many bytes may be read or written. */
    public void take(long bytes) {
        if (bytesPerSecond == 0) {
            return;
        }
        look();
        long now = nanos.getAsLong();
        while (nextAt - now > 0) {
            pause.accept(nextAt - now);
            now = nanos.getAsLong();
        }
        nextAt = now + (long) (bytes / rate() * NANOS_PER_SECOND);
    }

    private double rate() {
        double base = yielding ? (double) bytesPerSecond / YIELD : bytesPerSecond;
        return base + hurry * (YIELD * (double) bytesPerSecond - base);
    }

    private void look() {
        long now = nanos.getAsLong();
        if (now - lookedAt >= LOOK_NANOS) {
            long taken = takenIn.getAsLong();
            yielding = taken != seen;
            seen = taken;
            lookedAt = now;
        }
    }
}
