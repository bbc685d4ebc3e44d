package strata.policy.lifecycle;

import strata.base.Metrics;

import java.util.Locale;

/** The series strata_lifecycle_*. */
final class LifecycleMetrics {
    private final Metrics.Counter actions;
    private final Metrics.Counter bytes;
    private final Metrics.Counter deferred;
    private final Metrics.Counter cycles;
    private final Metrics.Histogram cycleSeconds;
    private volatile double lastCycleSeconds;

    LifecycleMetrics(Metrics metrics, Parking parking) {
        actions = metrics.counter(
                "strata_lifecycle_actions_total",
                "Actions of plans by how they ended",
                "kind",
                "outcome");
        bytes = metrics.counter(
                "strata_lifecycle_bytes_total", "Bytes of actions that were done", "kind");
        deferred = metrics.counter(
                "strata_lifecycle_deferred_total",
                "Wishes of rules that had to wait, by cause",
                "cause");
        cycles = metrics.counter("strata_lifecycle_cycles_total", "Cycles", "outcome");
        cycleSeconds = metrics.histogram(
                "strata_lifecycle_cycle_seconds", "Time from start to end of a cycle");
        metrics.gauge(
                "strata_lifecycle_parked_studies",
                "Studies whose last action failed",
                parking::size);
        metrics.gauge(
                "strata_lifecycle_last_cycle_timestamp_seconds",
                "When the last whole cycle ended",
                () -> lastCycleSeconds);
    }

    void step(CycleReport.Step step) {
        String kind = step.action().kind().label();
        actions.increment(kind, step.outcome().name().toLowerCase(Locale.ROOT));
        if (step.outcome() == CycleReport.Outcome.DONE) {
            bytes.add(step.action().bytes(), kind);
        }
    }

    void planned(Plan plan) {
        plan.deferred().forEach((cause, count) -> deferred.add(count, cause.label()));
    }

    void cycleDone(double seconds, double nowSeconds) {
        cycles.increment("done");
        cycleSeconds.observe(seconds);
        lastCycleSeconds = nowSeconds;
    }

    void cycleFailed() {
        cycles.increment("failed");
    }
}
