package strata.segment;

import strata.base.ObjectId;

import java.nio.ByteBuffer;
import java.util.Collection;

/**
 * Which durable records a segment has: offset and object id of each, in the order of their offsets,
 * without reading the records. Immutable.
 */
public final class RecordList {
    private final ByteBuffer entries;
    private final long end;

    /** @param entries as in a footer; those from {@code end} on are not durable and left out */
    RecordList(ByteBuffer entries, long end) {
        this.entries = entries;
        this.end = end;
    }

    static RecordList of(Collection<RawHeader> headers, long end) {
        RecordIndex index = new RecordIndex();
        headers.forEach(index::add);
        return new RecordList(index.bytes(), end);
    }

    /** Takes one object or tombstone. */
    @FunctionalInterface
    public interface Visitor {
        void visit(long offset, ObjectId id);
    }

    /** Where the records end. */
    public long end() {
        return end;
    }

    /** Visits the records that begin at or behind an offset. */
    public void forEach(long fromOffset, Visitor visitor) {
        ByteBuffer from = entries.duplicate();
        while (from.remaining() >= RecordIndex.ENTRY_BYTES) {
            RecordIndex.Entry entry = RecordIndex.read(from);
            if (entry.offset() >= end) {
                return;
            }
            if (entry.offset() >= fromOffset && RawHeader.isVisible(entry.kind())) {
                visitor.visit(entry.offset(), entry.id());
            }
        }
    }
}
