package strata.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Metrics;
import strata.catalog.Catalog;
import strata.mover.Scrub;
import strata.mover.ScrubReport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Scrubs everything once within the configured time; remembers over restarts when it last ended.
 */
final class ScrubSchedule {
    private static final Logger LOG = LoggerFactory.getLogger(ScrubSchedule.class);
    private static final String MARK = "scrub/ended";
    private static final Duration LOOK_EVERY = Duration.ofMinutes(10);

    private final Catalog catalog;
    private final Scrub scrub;
    private final Ended ended;
    private final Duration every;

    /** Told of each scrub that went through everything. */
    @FunctionalInterface
    interface Ended {
        void scrubbed(ScrubReport report) throws IOException;
    }

    ScrubSchedule(Catalog catalog, Scrub scrub, Ended ended, Duration every, Metrics metrics)
            throws IOException {
        this.catalog = catalog;
        this.scrub = scrub;
        this.ended = ended;
        this.every = every;
        if (lastEnded().isEmpty()) {
            note(Instant.now());
        }
        metrics.gauge(
                "strata_scrub_age_seconds",
                "Time since the last whole scrub ended, or since the first start",
                () -> ageSeconds());
    }

    void start(ScheduledExecutorService timer) {
        timer.scheduleWithFixedDelay(
                this::look, LOOK_EVERY.toSeconds(), LOOK_EVERY.toSeconds(), TimeUnit.SECONDS);
    }

    private Optional<Instant> lastEnded() throws IOException {
        return catalog.mark(MARK)
                .map(b -> Instant.ofEpochMilli(ByteBuffer.wrap(b).getLong()));
    }

    private void note(Instant ended) throws IOException {
        catalog.putMark(
                MARK,
                ByteBuffer.allocate(Long.BYTES).putLong(ended.toEpochMilli()).array());
    }

    private double ageSeconds() {
        try {
            return lastEnded()
                    .map(t -> Duration.between(t, Instant.now()).toMillis() / 1000.0)
                    .orElse(0.0);
        } catch (IOException | IllegalStateException e) {
            return Double.NaN;
        }
    }

    /** Half of the time is left for the run itself and for a machine that was off. */
    private void look() {
        try {
            Instant due = lastEnded().orElse(Instant.EPOCH).plus(every.dividedBy(2));
            if (Instant.now().isBefore(due)) {
                return;
            }
            ScrubReport report = scrub.run(Optional.empty(), (version, placement, damage) -> {});
            note(Instant.now());
            ended.scrubbed(report);
            LOG.info("scrub ended: copies {}, damaged {}", report.copies(), report.damaged());
        } catch (IOException | RuntimeException e) {
            LOG.error("scrub failed, it is tried again: {}", e.toString());
        }
    }
}
