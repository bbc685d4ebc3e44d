package strata.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.catalog.Catalog;
import strata.catalog.CatalogDamagedException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The store's own reckoning of time, by which deletions are dated and purged: it follows the system
 * clock, never goes back, and does not believe a step of more than {@link #BELIEVED}, forward or
 * back, over a restart as well. Then it goes on by the time that this process runs, until the clock
 * comes near again or an operator confirms it. So a clock that is wrong by years purges nothing.
 * Thread-safe.
 */
public final class StoreTime {
    /** A longer step of the clock is doubted. */
    public static final Duration BELIEVED = Duration.ofDays(2);

    static final String MARK = "store/time";
    private static final Logger LOG = LoggerFactory.getLogger(StoreTime.class);

    private final Clock clock;
    private final LongSupplier nanos;
    private Instant reckoned;
    private long reckonedAtNanos;
    private boolean doubted;

    /** @param lastSeen what an earlier run reckoned last; empty for a new store */
    StoreTime(Clock clock, LongSupplier nanos, Optional<Instant> lastSeen) {
        this.clock = clock;
        this.nanos = nanos;
        this.reckoned = lastSeen.orElseGet(clock::instant);
        this.reckonedAtNanos = nanos.getAsLong();
        now();
    }

    /** Empty also when the catalog cannot tell because it is damaged. */
    static Optional<Instant> lastSeen(Catalog catalog) throws IOException {
        try {
            return catalog.mark(MARK)
                    .map(bytes -> Instant.ofEpochMilli(ByteBuffer.wrap(bytes).getLong()));
        } catch (CatalogDamagedException e) {
            LOG.warn("the time of the run before is not known: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /** To the millisecond. */
    public synchronized Instant now() {
        long at = nanos.getAsLong();
        Instant byUptime = reckoned.plusNanos(at - reckonedAtNanos);
        Instant byClock = clock.instant();
        Duration step = Duration.between(byUptime, byClock).abs();
        boolean doubtful = step.compareTo(BELIEVED) > 0;
        if (doubtful != doubted) {
            doubted = doubtful;
            if (doubtful) {
                LOG.error(
                        "the clock says {} where {} is expected; nothing is purged by it until it"
                                + " is confirmed",
                        byClock,
                        byUptime);
            } else {
                LOG.info("the clock is believed again: {}", byClock);
            }
        }
        Instant next = doubtful ? byUptime : byClock;
        reckoned = next.isBefore(reckoned) ? reckoned : next;
        reckonedAtNanos = at;
        return reckoned.truncatedTo(ChronoUnit.MILLIS);
    }

    /** Whether the clock is not believed now. */
    public synchronized boolean isDoubted() {
        now();
        return doubted;
    }

    /** The operator says that the clock is right. */
    public synchronized Instant confirm() {
        reckoned = clock.instant();
        reckonedAtNanos = nanos.getAsLong();
        return now();
    }

    byte[] mark() {
        return ByteBuffer.allocate(Long.BYTES).putLong(now().toEpochMilli()).array();
    }
}
