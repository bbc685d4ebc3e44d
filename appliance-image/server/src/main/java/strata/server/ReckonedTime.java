package strata.server;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;

/**
 * The time of what is opened before the store that it belongs to, as tiers are: by the system clock
 * until there is a store, by its reckoning from then on. So it may step back once. Thread-safe.
 */
final class ReckonedTime implements InstantSource {
    private volatile InstantSource source;

    /** @param clock until there is something to follow */
    ReckonedTime(InstantSource clock) {
        this.source = clock;
    }

    void follow(InstantSource reckoned) {
        source = reckoned;
    }

    @Override
    public Instant instant() {
        return source.instant();
    }

    Clock clock() {
        return withZone(ZoneOffset.UTC);
    }
}
