package strata.frontdoor;

import strata.catalog.SeriesKey;
import strata.catalog.VersionEntry;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * What brings instances back that cannot be read now, because every copy lies in an archive or on a
 * medium that is away. Implemented above the engine, by the one queue of recalls. Thread-safe.
 */
public interface ColdInstances {
    /** Nothing is brought back: what cannot be read fails. */
    ColdInstances NONE = new ColdInstances() {
        @Override
        public boolean ask(VersionEntry version, IOException failure) {
            return false;
        }

        @Override
        public boolean await(SeriesKey series, Duration most) {
            return true;
        }

        @Override
        public Optional<Duration> left(SeriesKey series) {
            return Optional.empty();
        }
    };

    /**
     * A peer waits for an instance that could not be read: its series is asked for, before all that
     * nobody waits for. A repeat is cheap.
     *
     * @return false when time does not help, since every copy is damaged, or when no more can be
     *     asked for
     */
    boolean ask(VersionEntry version, IOException failure);

    /**
     * Waits until a series that was asked for is back, or nothing more is done for it.
     *
     * @return false when it was not so in time
     */
    boolean await(SeriesKey series, Duration most);

    /** Until a series that was asked for is back; empty when that cannot be told. */
    Optional<Duration> left(SeriesKey series);
}
