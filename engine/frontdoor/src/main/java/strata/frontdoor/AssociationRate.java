package strata.frontdoor;

import strata.base.AeTitle;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Associations in a minute, by calling AE title: a bucket that holds a minute's worth and fills
 * evenly. Holds only titles that are configured; thread-safe.
 */
final class AssociationRate {
    private static final double NANOS_PER_MINUTE = 60e9;

    /** What is left, and when that was so. */
    private record Bucket(double left, long atNanos) {}

    private final LongSupplier nanoTime;
    private final Map<AeTitle, Bucket> buckets = new HashMap<>();

    AssociationRate(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Takes one of the minute's worth, or says that there is none. */
    synchronized boolean take(AeTitle calling, int perMinute) {
        long now = nanoTime.getAsLong();
        Bucket before = buckets.getOrDefault(calling, new Bucket(perMinute, now));
        double filled = (now - before.atNanos()) * perMinute / NANOS_PER_MINUTE;
        double left = Math.min(perMinute, before.left() + filled);
        boolean taken = left >= 1;
        buckets.put(calling, new Bucket(taken ? left - 1 : left, now));
        return taken;
    }

    /** Begins anew, for another configuration. */
    synchronized void clear() {
        buckets.clear();
    }
}
