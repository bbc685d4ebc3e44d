package strata.base;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * The time by which credentials end: the later of the clock and of what the site reckons by its
 * earlier runs and its uptime. So a clock that is set back by years makes no token, code or
 * certificate valid again, and one that is ahead ends them early. Thread-safe.
 */
public final class CredentialTime implements InstantSource {
    private record Reckoning(InstantSource time, BooleanSupplier doubted) {}

    private final InstantSource clock;
    private volatile Reckoning reckoning;

    /** By the clock alone, until there is something to follow. */
    public CredentialTime(InstantSource clock) {
        this.clock = Objects.requireNonNull(clock);
        this.reckoning = new Reckoning(clock, () -> false);
    }

    /**
     * From now on nothing earlier than what is reckoned is believed.
     *
     * @param doubted whether the clock is far from it
     */
    public void follow(InstantSource reckoned, BooleanSupplier doubted) {
        reckoning = new Reckoning(reckoned, doubted);
    }

    @Override
    public Instant instant() {
        Instant byClock = clock.instant();
        Instant reckoned = reckoning.time.instant();
        return reckoned.isAfter(byClock) ? reckoned : byClock;
    }

    /** Whether the clock is so wrong that credentials may be refused for that alone. */
    public boolean isDoubted() {
        return reckoning.doubted.getAsBoolean();
    }
}
