package strata.replication;

import strata.base.ObjectId;
import strata.replication.ReplicaLedger.Cursor;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.TreeMap;

/**
 * How far one segment was read, and what of it is not settled yet. Remembers only what is open, so
 * its size is bounded by the sender's window, however long one object takes.
 */
final class SegmentTail {
    private final long segment;
    private final ArrayDeque<LogRecord> ahead = new ArrayDeque<>();
    private final TreeMap<Long, LogRecord> open = new TreeMap<>();
    private Cursor read;
    /** Null when what the ledger has is not to be believed. */
    private Cursor saved;

    private Cursor promised = Cursor.START;
    private ObjectId first;
    private boolean trusted;

    SegmentTail(long segment, Cursor from) {
        this.segment = segment;
        this.read = from;
        this.saved = from;
        this.first = from.first();
        this.trusted = from.first() == null;
    }

    /** Whether the cursor is known to be of this segment, not of an earlier one with its number. */
    boolean trusted() {
        return trusted;
    }

    void trust() {
        trusted = true;
    }

    /** Compares with the segment's first record; another one means to begin at the start. */
    boolean trust(ObjectId found) {
        trusted = true;
        boolean same = first.equals(found);
        if (!same) {
            first = null;
            read = Cursor.START;
            saved = null;
        }
        return same;
    }

    long segment() {
        return segment;
    }

    /** Where to read on: behind what is ahead. */
    Cursor readTo() {
        LogRecord last = ahead.peekLast();
        return last == null ? read : behind(last);
    }

    /** The log says that it is durable up to here. */
    void promise(Cursor durable) {
        promised = durable;
    }

    /** Whether there is more to read than is ahead. */
    boolean hasMore() {
        return readTo().records() < promised.records();
    }

    /**
     * Adds what was read. Nothing, where the log promised more, means that the rest is damaged:
     * then it is passed over, since waiting for it would hold up everything behind it.
     *
     * @return how many promised records could not be read
     */
    long add(Collection<LogRecord> records) {
        for (LogRecord record : records) {
            first = first == null ? record.id() : first;
            ahead.add(record);
        }
        if (!records.isEmpty() || !hasMore()) {
            return 0;
        }
        long missing = promised.records() - readTo().records();
        read = new Cursor(promised.offset(), promised.records(), first);
        return missing;
    }

    /** The record that {@link #take} would give, or null. */
    LogRecord peek() {
        return ahead.peekFirst();
    }

    /** Takes the next record, which is open until {@link #settle}. */
    LogRecord take() {
        LogRecord next = ahead.remove();
        open.put(next.offset(), next);
        read = behind(next);
        return next;
    }

    private Cursor behind(LogRecord record) {
        return new Cursor(record.endOffset(), record.index() + 1, first);
    }

    void settle(LogRecord record) {
        open.remove(record.offset());
    }

    /** All records before it are settled. */
    Cursor settledTo() {
        return open.isEmpty()
                ? read
                : new Cursor(open.firstKey(), open.firstEntry().getValue().index(), first);
    }

    boolean hasUnsettled() {
        return !open.isEmpty() || !ahead.isEmpty() || hasMore();
    }

    boolean moved() {
        return !settledTo().equals(saved);
    }

    /** All records before it are settled, and the ledger says so. */
    Cursor recordedTo() {
        return saved == null ? Cursor.START : saved;
    }

    /** Everything will be taken again, also after a restart of this process. */
    void restart() {
        ahead.clear();
        open.clear();
        read = Cursor.START;
        saved = null;
    }

    void saved(Cursor cursor) {
        saved = cursor;
    }

    /** Forgets what was taken and not settled, so that it is taken again. */
    void rewind() {
        read = settledTo();
        open.clear();
        ahead.clear();
    }

    /** When the oldest record was appended that is known and not settled, or null. */
    Instant oldest() {
        Instant oldest = ahead.isEmpty() ? null : ahead.peekFirst().appendedAt();
        for (LogRecord each : open.values()) {
            if (oldest == null || each.appendedAt().isBefore(oldest)) {
                oldest = each.appendedAt();
            }
        }
        return oldest;
    }
}
