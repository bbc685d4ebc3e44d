package strata.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.StorageException;
import strata.catalog.Catalog;
import strata.catalog.CatalogBatch;
import strata.catalog.CatalogDamagedException;
import strata.catalog.SegmentMark;
import strata.segment.SegmentInfo;
import strata.segment.SegmentLog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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

    /** A start replays some ten thousand in a second. */
    private static final long MOST_VERSIONS = 20_000;

    private static final long LOOK_MILLIS = 1_000;
    private static final long VERIFY_FIRST_MINUTES = 1;
    private static final long VERIFY_MINUTES = 24 * 60;

    private final SegmentLog segments;
    private final Catalog catalog;
    private final IndexGate gate;
    private final Lock noCommits;
    private final StoreMeters meters;
    private final LongSupplier sequence;
    private final StoreTime time;
    private volatile long ranAtNanos;
    private volatile long versionsThen;
    private volatile boolean ended;

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

    /** As far as the catalog can tell; the segments know it too, but for those reclaimed. */
    static long knownSequence(Catalog catalog) throws IOException {
        try {
            return catalog.mark(SEQUENCE).map(b -> ByteBuffer.wrap(b).getLong()).orElse(0L);
        } catch (CatalogDamagedException e) {
            LOG.warn("the sequence is taken from the segments alone: {}", e.getMessage());
            return 0;
        }
    }

    synchronized void run() throws IOException {
        ranAtNanos = System.nanoTime();
        versionsThen = catalog.statistics().versions();
        gate.settle();
        catalog.requireRoomToFlush();
        long start = System.nanoTime();
        List<SegmentInfo> applied;
        long waiting = System.nanoTime();
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
        meters.checkpointPause((System.nanoTime() - waiting) / 1e9);
        CatalogBatch batch = catalog.batch();
        Map<Long, SegmentMark> marks = new HashMap<>();
        catalog.segmentMarks().forEach(mark -> marks.put(mark.segment(), mark));
        for (SegmentInfo segment : applied) {
            SegmentMark before = marks.remove(segment.id());
            SegmentMark from = before == null ? SegmentMark.start(segment.id()) : before;
            SegmentMark mark = SegmentMarks.through(segments, from, segment);
            if (!mark.equals(from)) {
                batch.putSegmentMark(mark);
            }
        }
        marks.keySet().forEach(batch::removeSegmentMark);
        batch.putMark(
                SEQUENCE,
                ByteBuffer.allocate(Long.BYTES).putLong(sequence.getAsLong()).array());
        batch.putMark(StoreTime.MARK, time.mark());
        catalog.apply(batch);
        catalog.checkpoint();
        meters.checkpoint((System.nanoTime() - start) / 1e9);
    }

    /** That of a start; on a full disk the store goes on without, so that what it has is read. */
    void runAtStart() throws IOException {
        try {
            run();
        } catch (StorageException e) {
            if (e.kind() != StorageException.Kind.FULL) {
                throw e;
            }
            LOG.error("no catalog checkpoint at the start, it is tried again: {}", e.getMessage());
        }
    }

    /**
     * Has the timer run it in intervals, and sooner when many versions came, so that a start never
     * has much to replay; and has the catalog's files verified now and then.
     */
    void schedule(ScheduledExecutorService timer, Duration every) {
        long millis = every.toMillis();
        long look = Math.min(LOOK_MILLIS, millis);
        timer.scheduleWithFixedDelay(() -> runIfDue(millis), look, look, TimeUnit.MILLISECONDS);
        timer.scheduleWithFixedDelay(
                this::verifyQuietly, VERIFY_FIRST_MINUTES, VERIFY_MINUTES, TimeUnit.MINUTES);
    }

    /** The last one; what the timer still starts does nothing, since the catalog may be closed. */
    synchronized void end() throws IOException {
        try {
            run();
        } finally {
            ended = true;
        }
    }

    private void runIfDue(long everyMillis) {
        long sinceMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - ranAtNanos);
        long versions = catalog.statistics().versions() - versionsThen;
        if (sinceMillis >= everyMillis || versions >= MOST_VERSIONS) {
            runQuietly();
        }
    }

    private void verifyQuietly() {
        if (ended) {
            return;
        }
        try {
            catalog.verifyFiles();
        } catch (IOException | RuntimeException e) {
            if (!ended) {
                LOG.error("the catalog's files cannot be verified: {}", e.toString());
            }
        }
    }

    private synchronized void runQuietly() {
        if (ended) {
            return;
        }
        try {
            run();
        } catch (IOException | RuntimeException e) {
            LOG.error("catalog checkpoint failed, it is tried again: {}", e.toString());
        }
    }
}
