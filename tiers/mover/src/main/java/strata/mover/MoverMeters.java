package strata.mover;

import strata.base.Metrics;

/** What the mover counts. */
final class MoverMeters {
    private final Metrics.Counter movedObjects;
    private final Metrics.Counter movedBytes;
    private final Metrics.Histogram packSeconds;
    private final Metrics.Counter scrubbedBytes;
    private final Metrics.Counter scrubDamaged;
    private final Metrics.Counter repairs;

    MoverMeters(Metrics metrics) {
        movedObjects = metrics.counter(
                "strata_mover_moved_objects_total",
                "Copies written and verified, by where to",
                "holder");
        movedBytes = metrics.counter(
                "strata_mover_moved_bytes_total",
                "Original bytes of copies written and verified",
                "holder");
        packSeconds = metrics.histogram(
                "strata_mover_pack_seconds",
                "Writing, reading again and verifying one pack",
                "holder");
        scrubbedBytes = metrics.counter(
                "strata_scrub_verified_bytes_total",
                "Original bytes of copies found right",
                "holder");
        scrubDamaged = metrics.counter(
                "strata_scrub_damaged_total", "Copies found damaged by scrub", "holder");
        repairs = metrics.counter("strata_repair_attempts_total", "Repairs, by outcome", "outcome");
    }

    void moved(String holder, long objects, long bytes, double seconds) {
        movedObjects.add(objects, holder);
        movedBytes.add(bytes, holder);
        packSeconds.observe(seconds, holder);
    }

    void recalled(long bytes) {
        movedObjects.increment("hot");
        movedBytes.add(bytes, "hot");
    }

    void scrubbed(String holder, long bytes) {
        scrubbedBytes.add(bytes, holder);
    }

    void scrubs(String holder) {
        scrubDamaged.known(holder);
    }

    void scrubDamaged(String holder) {
        scrubDamaged.increment(holder);
    }

    void repair(String outcome) {
        repairs.increment(outcome);
    }
}
