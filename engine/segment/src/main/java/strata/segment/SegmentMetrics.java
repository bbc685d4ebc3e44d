package strata.segment;

import strata.base.Metrics;

import java.util.function.DoubleSupplier;

/** The instruments of a segment log. */
final class SegmentMetrics {
    private static final double NANOS_PER_SECOND = 1e9;

    private final Metrics.Counter appendedBytes;
    private final Metrics.Counter retired;
    private final Metrics.Counter sealed;
    private final Metrics.Histogram syncSeconds;
    private final Metrics.Histogram syncBatchRecords;

    SegmentMetrics(Metrics metrics, DoubleSupplier usableBytes, DoubleSupplier segments) {
        appendedBytes = metrics.counter(
                "strata_segment_append_bytes_total",
                "Bytes appended to segments, headers and all.");
        retired = metrics.counter(
                "strata_segment_retired_total", "Segments retired after a failed sync.");
        sealed = metrics.counter("strata_segment_sealed_total", "Segments sealed.");
        syncSeconds = metrics.histogram(
                "strata_segment_sync_seconds", "Time of one data sync of a segment.");
        syncBatchRecords = metrics.histogram(
                "strata_segment_sync_batch_records", "Records made durable by one sync.");
        metrics.gauge(
                "strata_segment_usable_bytes",
                "Free space of the disk of the segments.",
                usableBytes);
        metrics.gauge("strata_segment_files", "Segment files.", segments);
    }

    void appended(long bytes) {
        appendedBytes.add(bytes);
    }

    void synced(long nanos, long records) {
        syncSeconds.observe(nanos / NANOS_PER_SECOND);
        syncBatchRecords.observe(records);
    }

    void retired() {
        retired.increment();
    }

    void sealed() {
        sealed.increment();
    }
}
