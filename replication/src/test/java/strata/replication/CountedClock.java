package strata.replication;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/** Tells the time that a simulation has counted, in nanoseconds since 1970. */
final class CountedClock extends Clock {
    private final LongSupplier nanos;

    CountedClock(LongSupplier nanos) {
        this.nanos = nanos;
    }

    @Override
    public Instant instant() {
        return Instant.EPOCH.plusNanos(nanos.getAsLong());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
