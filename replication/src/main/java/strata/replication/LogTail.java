package strata.replication;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.StorageException;
import strata.replication.LogSource.Extent;
import strata.replication.ReplicaLedger.Cursor;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads the log from the cursors of one site on, the oldest record first among the segments that
 * are read together. Thread-safe, so that metrics may ask while the sender works.
 */
final class LogTail {
    /**
     * Segments that are read together: the oldest ones, and so all lanes when nothing is behind.
     */
    private static final int READ_TOGETHER = 8;

    private static final Logger LOG = LoggerFactory.getLogger(LogTail.class);
    /**
     * Only the highest numbers can come again, when their segments went right before a restart; so
     * only that many cursors are checked at a start.
     */
    private static final int CHECKED = 256;

    private static final int RECORDS_AT_A_TIME = 64;

    private final LogSource log;
    private final TreeMap<Long, SegmentTail> tails = new TreeMap<>();
    private final Set<Long> gone = new HashSet<>();
    private List<SegmentTail> active = List.of();
    private boolean unreadGone;

    LogTail(LogSource log, Map<Long, Cursor> cursors) throws IOException {
        this.log = log;
        cursors.forEach((segment, cursor) -> tails.put(segment, new SegmentTail(segment, cursor)));
        tails.descendingMap().values().stream().skip(CHECKED).forEach(SegmentTail::trust);
        choose();
    }

    /** The next record, which is open until it is settled, or null when all was taken. */
    synchronized LogRecord next() throws IOException {
        SegmentTail from = fill();
        return from == null ? null : from.take();
    }

    /** The record that {@link #next} would give, or null. */
    synchronized LogRecord peek() throws IOException {
        SegmentTail from = fill();
        return from == null ? null : from.peek();
    }

    private SegmentTail fill() throws IOException {
        SegmentTail oldest = oldestOfActive();
        if (oldest == null) {
            choose();
            oldest = oldestOfActive();
        }
        return oldest;
    }

    private SegmentTail oldestOfActive() throws IOException {
        SegmentTail oldest = null;
        for (SegmentTail tail : active) {
            if (tail.peek() == null && tail.hasMore()) {
                read(tail);
            }
            if (tail.peek() != null
                    && (oldest == null
                            || tail.peek().appendedAt().isBefore(oldest.peek().appendedAt()))) {
                oldest = tail;
            }
        }
        return oldest;
    }

    private void read(SegmentTail tail) throws IOException {
        Cursor from = tail.readTo();
        List<LogRecord> records;
        try {
            records = log.read(tail.segment(), from.offset(), from.records(), RECORDS_AT_A_TIME);
        } catch (StorageException e) {
            if (log.extents().stream().anyMatch(x -> x.segment() == tail.segment())) {
                throw e;
            }
            // Deleted meanwhile: the next choice forgets it.
            tail.promise(from);
            active = List.of();
            unreadGone = true;
            return;
        }
        long missing = tail.add(records);
        if (missing > 0) {
            LOG.warn(
                    "segment {}: {} records from offset {} on cannot be read and are not replicated",
                    tail.segment(),
                    missing,
                    from.offset());
        }
    }

    /** Chooses which segments to read, and forgets those that are gone. */
    private void choose() throws IOException {
        List<Extent> extents = log.extents();
        List<SegmentTail> next = new ArrayList<>();
        Set<Long> there = new HashSet<>();
        for (Extent extent : extents) {
            there.add(extent.segment());
            SegmentTail tail = tails.computeIfAbsent(
                    extent.segment(), segment -> new SegmentTail(segment, Cursor.START));
            if (!tail.trusted()) {
                check(tail);
            }
            tail.promise(new Cursor(extent.durableEnd(), extent.records(), null));
            if (next.size() < READ_TOGETHER && (tail.peek() != null || tail.hasMore())) {
                next.add(tail);
            }
        }
        for (Long segment : List.copyOf(tails.keySet())) {
            if (!there.contains(segment)) {
                unreadGone |= tails.remove(segment).hasUnsettled();
                gone.add(segment);
            }
        }
        active = next;
    }

    private void check(SegmentTail tail) throws IOException {
        List<LogRecord> first = log.read(tail.segment(), 0, 0, 1);
        if (!tail.trust(first.isEmpty() ? null : first.get(0).id())) {
            LOG.warn(
                    "segment {} is another than before; it is offered from its start",
                    tail.segment());
        }
    }

    /** Whether a segment went before all of it was settled, since the last call. */
    synchronized boolean takeUnreadGone() {
        boolean taken = unreadGone;
        unreadGone = false;
        return taken;
    }

    /** Nothing is to be done for this record any more. */
    synchronized void settle(LogRecord record) {
        SegmentTail tail = tails.get(record.segment());
        if (tail != null) {
            tail.settle(record);
        }
    }

    /** Everything that is not settled will be taken again. */
    synchronized void rewind() {
        tails.values().forEach(SegmentTail::rewind);
        active = List.of();
    }

    /** Everything will be taken again. */
    synchronized void restart() {
        tails.values().forEach(SegmentTail::restart);
        active = List.of();
    }

    /** The cursors that moved since they were {@link #saved}. */
    synchronized Map<Long, Cursor> moved() {
        Map<Long, Cursor> moved = new HashMap<>();
        for (SegmentTail tail : tails.values()) {
            if (tail.moved()) {
                moved.put(tail.segment(), tail.settledTo());
            }
        }
        return moved;
    }

    synchronized Set<Long> gone() {
        return Set.copyOf(gone);
    }

    synchronized void saved(Map<Long, Cursor> cursors, Set<Long> forgotten) {
        cursors.forEach((segment, cursor) -> {
            SegmentTail tail = tails.get(segment);
            if (tail != null) {
                tail.saved(cursor);
            }
        });
        gone.removeAll(forgotten);
    }

    /** What is durable here and not settled: tombstones and what is not for the site included. */
    synchronized Backlog backlog() {
        long records = 0;
        long bytes = 0;
        for (Extent extent : log.extents()) {
            SegmentTail tail = tails.get(extent.segment());
            Cursor cursor = tail == null ? Cursor.START : tail.recordedTo();
            if (cursor.records() < extent.records()) {
                records += extent.records() - cursor.records();
                bytes += Math.max(0, extent.durableEnd() - cursor.offset());
            }
        }
        return new Backlog(records, bytes);
    }

    /** When the oldest record that is known and not settled was appended. */
    synchronized Optional<Instant> oldest() {
        return tails.values().stream()
                .map(SegmentTail::oldest)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder());
    }

    /**
     * @param records not settled
     * @param bytes of the log from the cursors on
     */
    record Backlog(long records, long bytes) {}
}
