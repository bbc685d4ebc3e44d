package strata.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Metrics;
import strata.base.StorageException;
import strata.catalog.SegmentLife;
import strata.segment.SegmentInfo;
import strata.segment.SegmentLog;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Brings the space of dead records back. What is still needed of a segment is copied to a new one,
 * synced, read again from the medium and compared; then the catalog takes the new places, is made
 * durable, the ledger of the segments notes the deletion, and only then the file goes. So a stop
 * after any step leaves every object with a right copy, and a repeat goes on. Readers that are at
 * it finish; those that come later look the place up again.
 *
 * <p>Paced, and cheap when there is nothing to do: the catalog counts the live copies of each
 * segment. One run at a time; thread-safe.
 */
public final class Compaction {
    private static final Logger LOG = LoggerFactory.getLogger(Compaction.class);

    /** Segments in one usual run: the next look at the disk is not far. */
    private static final int MOST = 16;

    /** Left free by compaction when it writes into the reserve of a full disk. */
    private static final long FLOOR_BYTES = 8 << 20;

    private static final Duration FORGET_EVERY = Duration.ofHours(1);

    private final Store store;
    private final CompactionOptions options;
    private final CompactionMeters meters;
    private final Tombstones tombstones;
    private final AtomicBoolean stopped = new AtomicBoolean();

    /** Segments of which a part is unreadable; looked at again when everything is asked for. */
    private final Set<Long> unreadable = ConcurrentHashMap.newKeySet();

    private long forgotAtNanos = System.nanoTime();

    Compaction(Store store, CompactionOptions options, Metrics metrics) {
        this.store = store;
        this.options = options;
        this.meters = new CompactionMeters(
                metrics,
                () -> space().stream().mapToLong(SegmentSpace::liveBytes).sum(),
                () -> space().stream().mapToLong(SegmentSpace::deadBytes).sum(),
                unreadable::size);
        this.tombstones = new Tombstones(store);
    }

    /** What a run gave back and moved. */
    public record Report(int segments, long reclaimedBytes, long copiedBytes) {}

    /** Hears how far a run has come. */
    @FunctionalInterface
    public interface Listener {
        Listener NONE = (done, of, copiedBytes) -> {};

        /**
         * @param done segments that were gone through
         * @param of segments that were chosen
         */
        void segmentDone(int done, int of, long copiedBytes) throws IOException;
    }

    /** Every segment with its live share, by number. */
    public List<SegmentSpace> space() {
        List<SegmentSpace> out = new ArrayList<>();
        for (SegmentInfo info : store.segments().segments()) {
            SegmentLife life = store.catalog().segmentLife(info.id());
            out.add(new SegmentSpace(
                    info.id(),
                    SegmentSpace.State.of(info),
                    info.createdAt(),
                    info.durableLengthBytes(),
                    info.recordCount(),
                    info.bodyBytes(),
                    life.records(),
                    life.bytes()));
        }
        return out;
    }

    /** Rewrites what is worth it now, within the rate. */
    public synchronized Report run() throws IOException {
        Pacer pacer = new Pacer(options.bytesPerSecond(), store.meters()::takenInBytes);
        if (System.nanoTime() - forgotAtNanos > FORGET_EVERY.toNanos()) {
            forgotAtNanos = System.nanoTime();
            forget();
        }
        return run(options.deadShare(), MOST, pacer, Listener.NONE);
    }

    /** As {@link #all(Listener)}, with nobody who listens. */
    public Report all() throws IOException {
        return all(Listener.NONE);
    }

    /** Rewrites everything that has dead records, at once, open segments too. */
    public synchronized Report all(Listener listener) throws IOException {
        unreadable.clear();
        for (SegmentSpace each : space()) {
            if (each.state() == SegmentSpace.State.OPEN
                    && each.records() > 0
                    && each.deadBytes() > 0) {
                seal(each.segment());
            }
        }
        Report report = run(Double.MIN_VALUE, Integer.MAX_VALUE, new Pacer(0, () -> 0), listener);
        forget();
        return report;
    }

    /** Where a segment or a tier cannot be read, everything may still be there: nothing goes. */
    private void forget() {
        try {
            meters.forgotten(tombstones.forget());
        } catch (IOException e) {
            LOG.warn("what was purged is not forgotten yet: {}", e.getMessage());
        }
    }

    private void seal(long segment) throws IOException {
        try {
            store.segments().seal(segment);
        } catch (StorageException e) {
            LOG.debug("segment {} is not sealed for compaction", segment, e);
        }
    }

    /** Makes a run that is under way end soon, and further ones do nothing. */
    void stop() {
        stopped.set(true);
    }

    private Report run(double deadShare, int most, Pacer pacer, Listener listener)
            throws IOException {
        SegmentLog log = store.segments();
        double urgency = urgency();
        pacer.hurry(urgency);
        List<CompactionChoice.Chosen> chosen = CompactionChoice.choose(
                candidates(),
                urgency,
                deadShare,
                log.segmentBytes(),
                Math.max(0, log.usableBytes() - FLOOR_BYTES));
        if (chosen.isEmpty() || stopped.get()) {
            return new Report(0, 0, 0);
        }
        long start = System.nanoTime();
        Map<Long, CompactionChoice.Chosen> emptied = new LinkedHashMap<>();
        long copied = 0;
        int done = 0;
        chosen = chosen.subList(0, Math.min(most, chosen.size()));
        for (CompactionChoice.Chosen each : chosen) {
            Relocation relocation =
                    new Relocation(store, tombstones, pacer, stopped::get, each.candidate());
            if (relocation.run()) {
                emptied.put(each.candidate().segment(), each);
            } else if (relocation.isUnreadable()) {
                unreadable.add(each.candidate().segment());
            }
            copied += relocation.copiedBytes();
            meters.copied(relocation.copiedBytes());
            listener.segmentDone(++done, chosen.size(), copied);
            if (stopped.get()) {
                break;
            }
        }
        long freed = giveBack(emptied);
        double took = (System.nanoTime() - start) / 1e9;
        meters.ran(took);
        if (!emptied.isEmpty()) {
            LOG.info(
                    "compaction: {} segments, {} bytes given back, {} bytes moved, {} s",
                    emptied.size(),
                    freed,
                    copied,
                    String.format(Locale.ROOT, "%.1f", took));
        }
        return new Report(emptied.size(), freed, copied);
    }

    private List<CompactionChoice.Candidate> candidates() {
        Instant now = store.time().now();
        List<CompactionChoice.Candidate> out = new ArrayList<>();
        for (SegmentSpace each : space()) {
            if (each.state() == SegmentSpace.State.OPEN || unreadable.contains(each.segment())) {
                continue;
            }
            Duration age = Duration.between(each.createdAt(), now);
            out.add(new CompactionChoice.Candidate(
                    each.segment(),
                    each.fileBytes(),
                    each.bodyBytes(),
                    each.liveBytes(),
                    each.records(),
                    each.liveRecords(),
                    age.isNegative() ? Duration.ZERO : age,
                    each.state() == SegmentSpace.State.RETIRED));
        }
        return out;
    }

    private double urgency() throws IOException {
        SegmentLog log = store.segments();
        double fill = 1 - (double) log.usableBytes() / Math.max(1, log.diskBytes());
        double over = (fill - options.urgentFill()) / Math.max(1e-9, 1 - options.urgentFill());
        return Math.max(0, Math.min(1, over));
    }

    /** The catalog is made durable with the new places before any file goes. */
    private long giveBack(Map<Long, CompactionChoice.Chosen> emptied) throws IOException {
        if (emptied.isEmpty()) {
            return 0;
        }
        store.checkpoint();
        emptied.keySet()
                .removeIf(
                        segment -> !store.catalog().segmentLife(segment).equals(SegmentLife.NONE));
        store.segments().delete(emptied.keySet());
        long freed = 0;
        for (CompactionChoice.Chosen each : emptied.values()) {
            meters.reclaimed(each.why(), each.candidate().fileBytes());
            freed += each.candidate().fileBytes();
        }
        return freed;
    }
}
