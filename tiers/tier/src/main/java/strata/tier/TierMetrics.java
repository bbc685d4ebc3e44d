package strata.tier;

import strata.base.Metrics;

/** The series of one tier; every implementation counts through it. Thread-safe. */
public final class TierMetrics {
    private static final String LABEL = "tier";

    private final String tier;
    private final Metrics.Counter written;
    private final Metrics.Counter read;
    private final Metrics.Counter original;
    private final Metrics.Counter stored;
    private final Metrics.Histogram packWrite;

    public TierMetrics(Metrics metrics, String tier) {
        this.tier = tier;
        written = metrics.counter(
                "strata_tier_written_bytes_total", "Bytes of packs written.", LABEL);
        read = metrics.counter(
                "strata_tier_read_bytes_total", "Bytes of packs read, as stored.", LABEL);
        original = metrics.counter(
                "strata_tier_original_bytes_total", "Bytes of objects before coding.", LABEL);
        stored = metrics.counter(
                "strata_tier_stored_bytes_total", "Bytes of objects after coding.", LABEL);
        packWrite = metrics.histogram(
                "strata_tier_pack_write_seconds", "Time to code, write and sync one pack.", LABEL);
    }

    /** Counts a pack that has become durable. */
    public void packWritten(PackSummary pack, long nanos) {
        written.add(pack.lengthBytes(), tier);
        original.add(pack.originalBytes(), tier);
        stored.add(
                pack.entries().stream()
                        .mapToLong(PackSummary.Entry::storedBytes)
                        .sum(),
                tier);
        packWrite.observe(nanos / 1e9, tier);
    }

    /** Counts bytes that came from the medium. */
    public void bytesRead(long bytes) {
        read.add(bytes, tier);
    }
}
