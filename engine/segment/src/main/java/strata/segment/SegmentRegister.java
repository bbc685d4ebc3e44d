package strata.segment;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Disk;
import strata.base.DiskFile;
import strata.base.SiteId;
import strata.base.StorageException;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** All segments of a log, and who is told of their changes. Thread-safe. */
final class SegmentRegister {
    private static final Logger log = LoggerFactory.getLogger(SegmentRegister.class);

    private final Disk disk;
    private final Background background;
    private final SegmentMetrics metrics;
    private final MediumWatch medium;
    private final ConcurrentSkipListMap<Long, Segment> segments = new ConcurrentSkipListMap<>();
    private final Map<SiteId, Long> highest = new ConcurrentHashMap<>();
    private final List<DurableListener> listeners = new CopyOnWriteArrayList<>();
    private final ReentrantLock changeLock = new ReentrantLock();
    private final Condition changed = changeLock.newCondition();
    private long changes;

    SegmentRegister(Disk disk, Background background, SegmentMetrics metrics, MediumWatch medium) {
        this.disk = disk;
        this.medium = medium;
        this.background = background;
        this.metrics = metrics;
    }

    SegmentMetrics metrics() {
        return metrics;
    }

    /** Takes in a segment that was found at start. */
    void addFound(Segment segment) {
        segments.put(segment.id(), segment);
        raiseHighest(segment.highest());
    }

    /** Takes in a new segment, open for appends. */
    void addOpen(Segment segment) {
        GroupSync.Extent empty = new GroupSync.Extent(SegmentFormat.FIRST_RECORD, 0, 0);
        GroupSync.Events events = new GroupSync.Events() {
            @Override
            public void durable(GroupSync.Extent extent) {
                announce(segment, extent);
            }

            @Override
            public void retired(GroupSync.Extent durable, StorageException cause) {
                retire(segment, durable, cause);
            }
        };
        segment.attach(new GroupSync(segment.writer(), empty, metrics, background.syncs(), events));
        segments.put(segment.id(), segment);
    }

    Collection<Segment> all() {
        return segments.values();
    }

    /** The highest number among the segments, 0 for none. */
    long highestNumber() {
        Map.Entry<Long, Segment> last = segments.lastEntry();
        return last == null ? 0 : last.getKey();
    }

    int count() {
        return segments.size();
    }

    Segment get(long id) throws StorageException {
        Segment segment = segments.get(id);
        if (segment == null) {
            throw new StorageException(
                    StorageException.Kind.UNAVAILABLE, "there is no segment " + id, null);
        }
        return segment;
    }

    void remove(Segment segment) {
        segments.remove(segment.id());
    }

    /** Takes in what segments that are gone had shown. */
    void raiseHighest(Map<SiteId, Long> shown) {
        shown.forEach((site, sequence) -> highest.merge(site, sequence, Math::max));
    }

    void raiseHighest(RawHeader header) {
        highest.merge(header.id().site(), header.id().sequence(), Math::max);
    }

    OptionalLong highest(SiteId site) {
        Long sequence = highest.get(site);
        return sequence == null ? OptionalLong.empty() : OptionalLong.of(sequence);
    }

    void listen(DurableListener listener) {
        listeners.add(listener);
    }

    void unlisten(DurableListener listener) {
        listeners.remove(listener);
    }

    private void announce(Segment segment, GroupSync.Extent extent) {
        medium.worked();
        changeLock.lock();
        try {
            changes++;
            changed.signalAll();
        } finally {
            changeLock.unlock();
        }
        for (DurableListener listener : listeners) {
            try {
                listener.durable(segment.id(), extent.end());
            } catch (RuntimeException e) {
                log.error("a durable listener threw for segment {}", segment.id(), e);
            }
        }
    }

    long changes() {
        changeLock.lock();
        try {
            return changes;
        } finally {
            changeLock.unlock();
        }
    }

    long awaitChange(long seen, Duration timeout) throws InterruptedException {
        long nanos = timeout.toNanos();
        changeLock.lock();
        try {
            while (changes <= seen && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
            return changes;
        } finally {
            changeLock.unlock();
        }
    }

    private void retire(Segment segment, GroupSync.Extent durable, StorageException cause) {
        if (!segment.retire()) {
            return;
        }
        metrics.retired();
        medium.failed(cause);
        log.error(
                "segment {} is retired, {} records up to offset {} stay readable",
                segment.path(),
                durable.records(),
                durable.end(),
                cause);
        background.seals().execute(() -> markRetired(segment, durable));
    }

    /** The medium did not take a write: its health is asked for again. */
    void writeFailed(IOException cause) {
        medium.failed(cause);
    }

    /**
     * Notes beside the file how far it was durable: the system may still show pages that never
     * reached the medium. Best effort, on a disk that just failed.
     */
    private void markRetired(Segment segment, GroupSync.Extent durable) {
        Path marker = SegmentFormat.retiredMarker(segment.path());
        try (DiskFile file = disk.create(marker)) {
            file.write(SegmentFormat.retiredPage(segment.id(), segment.stamp(), durable.end()), 0);
            file.sync();
            disk.syncDirectory(marker.getParent());
        } catch (IOException e) {
            log.warn("could not write {}: {}", marker, e.toString());
        }
    }

    /** Has a segment sealed in the background once its records are durable. */
    void finish(Segment segment) {
        segment.stopAppending();
        background.seals().execute(() -> finishNow(segment));
    }

    /** Seals, or retires if that fails; closes the file for writing. */
    void finishNow(Segment segment) {
        segment.stopAppending();
        synchronized (segment.sealing()) {
            if (segment.state() != SegmentState.OPEN) {
                segment.closeWriter();
                return;
            }
            try {
                new SealSegment(segment).run();
                metrics.sealed();
            } catch (IOException e) {
                StorageException cause = e instanceof StorageException s
                        ? s
                        : new StorageException(
                                StorageException.Kind.FAILED,
                                "could not seal " + segment.path(),
                                e);
                segment.sync().retire(cause);
            } finally {
                segment.closeWriter();
            }
        }
    }
}
