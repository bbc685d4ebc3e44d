package strata.segment;

import strata.base.ObjectId;
import strata.base.SiteId;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** The records of a segment that is still open, gathered for its footer. Guarded by its owner. */
final class RecordIndex {
    static final int ENTRY_BYTES = 40;

    private final Map<SiteId, Long> highest = new HashMap<>();
    private ByteBuffer entries = ByteBuffer.allocate(ENTRY_BYTES * 64);

    /** One line of the index. */
    record Entry(long offset, ObjectId id, long bodyLengthBytes, int kind) {}

    synchronized void add(RawHeader header) {
        if (!entries.hasRemaining()) {
            ByteBuffer larger = ByteBuffer.allocate(Math.max(ENTRY_BYTES, entries.capacity() * 2));
            larger.put(entries.flip());
            entries = larger;
        }
        entries.putLong(header.offset());
        header.id().write(entries);
        entries.putLong(header.bodyLengthBytes()).putInt(header.kind()).putInt(0);
        highest.merge(header.id().site(), header.id().sequence(), Math::max);
    }

    synchronized boolean full() {
        return entries.position() / ENTRY_BYTES >= SegmentFormat.MAX_RECORDS
                || highest.size() >= SegmentFormat.MAX_SITES;
    }

    synchronized boolean isEmpty() {
        return entries.position() == 0;
    }

    /** The entries as they go into the footer's body, ready to be read. */
    synchronized ByteBuffer bytes() {
        return entries.duplicate().flip();
    }

    /** Gives the memory back; what {@link #bytes} returned stays as it is. */
    synchronized void release() {
        entries = ByteBuffer.allocate(0);
    }

    synchronized Map<SiteId, Long> highest() {
        return Map.copyOf(highest);
    }

    static Entry read(ByteBuffer from) {
        Entry entry = new Entry(from.getLong(), ObjectId.read(from), from.getLong(), from.getInt());
        from.getInt();
        return entry;
    }
}
