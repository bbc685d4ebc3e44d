package strata.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Metrics;
import strata.catalog.Location;
import strata.mover.CopySurvey;
import strata.mover.Scrub;
import strata.mover.ScrubRound;
import strata.store.Pacer;
import strata.store.Store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Scrubs everything once within the configured time; remembers over restarts when it last ended.
 */
final class ScrubSchedule {
    private static final Logger LOG = LoggerFactory.getLogger(ScrubSchedule.class);
    private static final String MARK = "scrub/ended";
    private static final String ROUND = "scrub/round";
    private static final long LEAST_BYTES_PER_SECOND = 16L << 20;
    private static final Duration LOOK_EVERY = Duration.ofMinutes(10);
    private static final Duration SURVEY_EVERY = Duration.ofHours(6);

    private final Store store;
    private final Scrub scrub;
    private final Ended ended;
    private final Duration every;
    private volatile Map<String, Instant> oldest = Map.of();
    private Instant surveyed = Instant.EPOCH;

    /** Told of each scrub that went through everything. */
    @FunctionalInterface
    interface Ended {
        void scrubbed(long copies, long damaged) throws IOException;
    }

    /** @param holders whose oldest verification is shown */
    ScrubSchedule(
            Store store,
            Scrub scrub,
            Ended ended,
            Duration every,
            Collection<String> holders,
            Metrics metrics)
            throws IOException {
        this.store = store;
        this.scrub = scrub;
        this.ended = ended;
        this.every = every;
        if (instant(MARK).isEmpty()) {
            note(MARK, store.now());
        }
        metrics.gauge(
                "strata_scrub_age_seconds",
                "Time since the last whole scrub ended, or since the first start",
                () -> ageSeconds());
        for (String holder : holders) {
            metrics.gauge(
                    "strata_scrub_oldest_copy_age_seconds",
                    "Time since the copy was verified that waits longest",
                    "holder",
                    holder,
                    () -> oldestAgeSeconds(holder));
        }
    }

    private double oldestAgeSeconds(String holder) {
        Instant since = oldest.get(holder);
        return since == null
                ? Double.NaN
                : Duration.between(since, store.now()).toMillis() / 1000.0;
    }

    /** One pass over the catalog: now and then, and after each round. */
    private void survey() throws IOException {
        Instant now = store.now();
        Map<String, Instant> found = new HashMap<>();
        CopySurvey.of(store.catalog(), now, now)
                .holders()
                .forEach((holder, held) ->
                        held.oldest().ifPresent(since -> found.put(holder, since)));
        oldest = Map.copyOf(found);
        surveyed = now;
    }

    void start(ScheduledExecutorService timer) {
        timer.scheduleWithFixedDelay(
                this::look, LOOK_EVERY.toSeconds(), LOOK_EVERY.toSeconds(), TimeUnit.SECONDS);
    }

    private Optional<Instant> instant(String mark) throws IOException {
        return store.catalog()
                .mark(mark)
                .map(b -> Instant.ofEpochMilli(ByteBuffer.wrap(b).getLong()));
    }

    private void note(String mark, Instant when) throws IOException {
        byte[] value =
                ByteBuffer.allocate(Long.BYTES).putLong(when.toEpochMilli()).array();
        store.catalog().putMark(mark, value);
    }

    private double ageSeconds() {
        try {
            return instant(MARK)
                    .map(t -> Duration.between(t, store.now()).toMillis() / 1000.0)
                    .orElse(0.0);
        } catch (IOException | IllegalStateException e) {
            return Double.NaN;
        }
    }

    /**
     * A round reads everything that was last verified before its start. Half of the time is left
     * for the round itself and for a machine that was off; a round that a restart breaks off goes
     * on.
     */
    private void look() {
        try {
            if (store.now().isAfter(surveyed.plus(SURVEY_EVERY))) {
                survey();
            }
            Optional<Instant> running = instant(ROUND);
            if (running.isEmpty()) {
                Instant now = store.now();
                Instant last = instant(MARK).orElse(Instant.EPOCH);
                // A clock that was years ahead then must not put the next round off for as long.
                boolean future = last.isAfter(now.plus(every));
                if (!future && now.isBefore(last.plus(every.dividedBy(2)))) {
                    return;
                }
                running = Optional.of(now);
                note(ROUND, running.get());
            }
            round(running.get());
        } catch (IOException | RuntimeException e) {
            LOG.error("scrub failed, it is tried again: {}", e.toString());
        }
    }

    private void round(Instant started) throws IOException {
        Pacer pacer = store.pacer(bytesPerSecond());
        ScrubRound round = scrub.round(started);
        while (round.next(pacer, (version, placement, damage) -> {})) {
            LOG.debug("scrub: {} copies so far, {} damaged", round.copies(), round.damaged());
        }
        store.catalog().apply(store.catalog().batch().removeMark(ROUND));
        note(MARK, store.now());
        survey();
        ended.scrubbed(round.copies(), round.damaged());
        LOG.info("scrub ended: {} copies, {} damaged", round.copies(), round.damaged());
    }

    /** What ends a round in a quarter of the time, and never less than the least. */
    private long bytesPerSecond() {
        long all = store.catalog().statistics().copies().entrySet().stream()
                .filter(held -> !held.getKey().startsWith(Location.site("")))
                .mapToLong(held -> held.getValue().bytes())
                .sum();
        return Math.max(LEAST_BYTES_PER_SECOND, all / Math.max(1, every.toSeconds() / 4));
    }
}
