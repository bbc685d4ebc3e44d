package strata.store;

import strata.base.Metrics;

/** What the store counts. */
final class StoreMeters {
    private final Metrics.Counter objects;
    private final Metrics.Counter bytes;
    private final Metrics.Counter opened;
    private final Metrics.Counter failedCopies;
    private final Metrics.Histogram checkpointSeconds;
    private final Metrics.Counter reclaimedBytes;

    StoreMeters(Metrics metrics) {
        objects = metrics.counter(
                "strata_ingest_objects_total",
                "Objects taken in, by what became of them",
                "outcome");
        bytes = metrics.counter("strata_ingest_bytes_total", "Bytes of new versions made durable");
        opened = metrics.counter(
                "strata_read_opened_total", "Versions opened for reading, by nearest copy", "copy");
        failedCopies = metrics.counter(
                "strata_read_failed_copies_total",
                "Copies that could not be read or gave wrong bytes",
                "reason");
        checkpointSeconds = metrics.histogram(
                "strata_store_checkpoint_seconds", "Time that a catalog checkpoint took");
        reclaimedBytes = metrics.counter(
                "strata_store_reclaimed_bytes_total", "Bytes of segments given back to the disk");
    }

    void stored(long lengthBytes, boolean conflict) {
        objects.increment(conflict ? "conflict" : "stored");
        bytes.add(lengthBytes);
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

    void reclaimed(long lengthBytes) {
        reclaimedBytes.add(lengthBytes);
    }
}
