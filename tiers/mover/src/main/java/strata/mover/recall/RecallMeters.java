package strata.mover.recall;

import strata.base.Metrics;

import java.util.function.ToDoubleFunction;

/** What the queue counts. */
final class RecallMeters {
    private static final String CAUSE = "cause";
    private final Metrics.Counter ended;
    private final Metrics.Counter bytes;
    private final Metrics.Counter failedTries;
    private final Metrics.Histogram seconds;

    RecallMeters(
            Metrics metrics,
            ToDoubleFunction<RecallCause> waiting,
            ToDoubleFunction<RecallState> inState) {
        ended = metrics.counter(
                "strata_recall_ended_requests_total", "Recalls done or cancelled", "outcome");
        bytes = metrics.counter(
                "strata_recall_restored_bytes_total", "Bytes brought back to hot", CAUSE);
        failedTries = metrics.counter(
                "strata_recall_failed_tries_total", "Tries of a recall that failed", CAUSE);
        seconds = metrics.histogram(
                "strata_recall_seconds", "From the request until all is in hot", CAUSE);
        for (RecallCause cause : RecallCause.values()) {
            bytes.known(cause.label());
            metrics.gauge(
                    "strata_recall_waiting_bytes",
                    "Bytes that recalls still have to bring, by cause.",
                    CAUSE,
                    cause.label(),
                    () -> waiting.applyAsDouble(cause));
        }
        for (RecallState state : RecallState.values()) {
            if (state != RecallState.DONE && state != RecallState.CANCELLED) {
                metrics.gauge(
                        "strata_recall_queue_requests",
                        "Recalls in the queue, by state.",
                        "state",
                        state.name().toLowerCase(java.util.Locale.ROOT),
                        () -> inState.applyAsDouble(state));
            }
        }
    }

    void came(RecallCause cause, long count) {
        bytes.add(count, cause.label());
    }

    void failed(RecallCause cause) {
        failedTries.increment(cause.label());
    }

    void done(RecallCause cause, double took) {
        ended.increment("done");
        seconds.observe(took, cause.label());
    }

    void cancelled() {
        ended.increment("cancelled");
    }
}
