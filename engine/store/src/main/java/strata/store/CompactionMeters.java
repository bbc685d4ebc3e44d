package strata.store;

import strata.base.Metrics;

import java.util.Locale;
import java.util.function.DoubleSupplier;

/** What compaction counts. */
final class CompactionMeters {
    private final Metrics.Counter copied;
    private final Metrics.Counter reclaimed;
    private final Metrics.Counter segments;
    private final Metrics.Counter forgotten;
    private final Metrics.Histogram seconds;

    CompactionMeters(
            Metrics metrics, DoubleSupplier live, DoubleSupplier dead, DoubleSupplier unreadable) {
        copied = metrics.counter(
                "strata_compaction_copied_bytes_total", "Bytes of live records moved");
        reclaimed = metrics.counter(
                "strata_compaction_reclaimed_bytes_total",
                "Bytes of segment files given back to the disk");
        segments = metrics.counter(
                "strata_compaction_segments_total", "Segments given back, by why", "reason");
        forgotten = metrics.counter(
                "strata_compaction_forgotten_total", "Purged objects of which nothing remains");
        seconds = metrics.histogram("strata_compaction_seconds", "Time of a run that found work");
        metrics.gauge("strata_segment_live_bytes", "Bytes of bodies that are needed", live);
        metrics.gauge(
                "strata_segment_dead_bytes", "Bytes of bodies that compaction can win back", dead);
        metrics.gauge(
                "strata_compaction_unreadable_segments",
                "Segments that are kept since a part of them is unreadable",
                unreadable);
    }

    void copied(long bytes) {
        copied.add(bytes);
    }

    void reclaimed(CompactionChoice.Why why, long bytes) {
        reclaimed.add(bytes);
        segments.increment(why.name().toLowerCase(Locale.ROOT));
    }

    void forgotten(long objects) {
        forgotten.add(objects);
    }

    void ran(double took) {
        seconds.observe(took);
    }
}
