package strata.store;

import strata.base.Metrics;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/** What the store counts. */
final class StoreMeters {
    private final Metrics.Counter objects;
    private final Metrics.Counter bytes;
    private final Metrics.Counter opened;
    private final Metrics.Counter failedCopies;
    private final Metrics.Histogram checkpointSeconds;
    private final Metrics.Counter purged;
    private final Metrics.Counter rejected;
    private final AtomicLong takenInBytes = new AtomicLong();
    private final Metrics.Histogram checkpointPauseSeconds;

    StoreMeters(Metrics metrics) {
        objects = metrics.counter(
                        "strata_ingest_objects_total",
                        "Objects taken in, by what became of them",
                        "outcome")
                .known("conflict");
        bytes = metrics.counter("strata_ingest_bytes_total", "Bytes of new versions made durable");
        opened = metrics.counter(
                "strata_read_opened_total", "Versions opened for reading, by nearest copy", "copy");
        failedCopies = metrics.counter(
                        "strata_read_failed_copies_total",
                        "Copies that could not be read or gave wrong bytes",
                        "reason")
                .known("damaged");
        checkpointSeconds = metrics.histogram(
                "strata_store_checkpoint_seconds", "Time that a catalog checkpoint took");
        purged = metrics.counter("strata_store_purged_total", "Versions purged");
        rejected = metrics.counter(
                "strata_store_rejected_total", "Versions hidden by rejection notes", "reason");
        checkpointPauseSeconds = metrics.histogram(
                "strata_store_checkpoint_pause_seconds",
                "Time for which a catalog checkpoint waited for commits and held them back");
    }

    void stored(long lengthBytes, boolean conflict) {
        objects.increment(conflict ? "conflict" : "stored");
        bytes.add(lengthBytes);
        takenInBytes.addAndGet(lengthBytes);
    }

    void duplicate() {
        objects.increment("duplicate");
    }

    void opened(String copy) {
        opened.increment(copy);
    }

    void failedCopy(boolean damaged) {
        failedCopies.increment(damaged ? "damaged" : "unavailable");
    }

    void checkpoint(double seconds) {
        checkpointSeconds.observe(seconds);
    }

    void checkpointPause(double seconds) {
        checkpointPauseSeconds.observe(seconds);
    }

    void purged(long versions) {
        purged.add(versions);
    }

    void rejected(Reason reason, long versions) {
        rejected.add(versions, reason.name().toLowerCase(Locale.ROOT));
    }

    /** Bytes of new versions since the start; compaction gives way while they grow. */
    long takenInBytes() {
        return takenInBytes.get();
    }
}
