package strata.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.StorageException;
import strata.catalog.Catalog;
import strata.catalog.CatalogBatch;
import strata.catalog.SegmentMark;
import strata.segment.SegmentInfo;
import strata.segment.SegmentLog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.function.LongSupplier;

/**
 * Notes in the catalog how far each segment is applied, and makes the catalog durable. It waits for
 * the commits that are under way, so that everything durable is applied at that moment (decision
 * 0002). While an entry waits at the gate there is none.
 */
final class Checkpoint {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoint.class);

    /** Highest sequence that was drawn: the segments that show it may be reclaimed. */
    private static final String SEQUENCE = "store/sequence";

    private final SegmentLog segments;
    private final Catalog catalog;
    private final IndexGate gate;
    private final Lock noCommits;
    private final StoreMeters meters;
    private final LongSupplier sequence;
    private final StoreTime time;

    Checkpoint(
            SegmentLog segments,
            Catalog catalog,
            IndexGate gate,
            Lock noCommits,
            StoreMeters meters,
            LongSupplier sequence,
            StoreTime time) {
        this.segments = segments;
        this.catalog = catalog;
        this.gate = gate;
        this.noCommits = noCommits;
        this.meters = meters;
        this.sequence = sequence;
        this.time = time;
    }

    static long knownSequence(Catalog catalog) throws IOException {
        return catalog.mark(SEQUENCE).map(b -> ByteBuffer.wrap(b).getLong()).orElse(0L);
    }

    synchronized void run() throws IOException {
        gate.settle();
        catalog.requireRoomToFlush();
        long start = System.nanoTime();
        List<SegmentInfo> applied;
        noCommits.lock();
        try {
            if (gate.hasWaiting()) {
                throw new StorageException(
                        StorageException.Kind.FAILED, "durable records wait for the index", null);
            }
            applied = segments.segments();
        } finally {
            noCommits.unlock();
        }
        CatalogBatch batch = catalog.batch();
        for (SegmentInfo segment : applied) {
            SegmentMark mark = SegmentMarks.through(segments, catalog, segment);
            if (mark.throughOffset() > 0) {
                batch.putSegmentMark(mark);
            }
        }
        List<Long> present =
                new ArrayList<>(applied.stream().map(SegmentInfo::id).toList());
        for (SegmentMark mark : catalog.segmentMarks()) {
            if (!present.contains(mark.segment())) {
                batch.removeSegmentMark(mark.segment());
            }
        }
        batch.putMark(
                SEQUENCE,
                ByteBuffer.allocate(Long.BYTES).putLong(sequence.getAsLong()).array());
        batch.putMark(StoreTime.MARK, time.mark());
        catalog.apply(batch);
        catalog.checkpoint();
        meters.checkpoint((System.nanoTime() - start) / 1e9);
    }

    void runQuietly() {
        try {
            run();
        } catch (IOException | RuntimeException e) {
            LOG.error("catalog checkpoint failed, it is tried again: {}", e.toString());
        }
    }
}
