package strata.segment;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Gathers a record that is too long for memory, so that it leaves in whole pages, which need not be
 * copied into the page cache. Its first page, which holds the header, is kept and written last. For
 * one thread.
 */
final class PageStream {
    /** Of a buffer: one page for the header, and room for a padding. */
    private static final int KEPT_BYTES = 3 * SegmentFormat.PAGE_BYTES;

    private static final byte[] NO_HEADER = new byte[RawHeader.LENGTH_BYTES];

    private final Lane lane;
    private final ByteBuffer buffer;
    private final ByteBuffer first;
    private final int usable;
    private boolean firstKept;

    /**
     * @param lane where the stream was begun
     * @param buffer room for the header and what is there of the body, up to its position;
     *     beginning at a page of memory for writes past the page cache; at least 4 pages
     */
    PageStream(Lane lane, ByteBuffer buffer) throws IOException {
        this.lane = lane;
        this.buffer = buffer;
        this.usable = (buffer.capacity() - KEPT_BYTES) & -SegmentFormat.PAGE_BYTES;
        this.first = buffer.slice(usable + 2 * SegmentFormat.PAGE_BYTES, SegmentFormat.PAGE_BYTES);
        int end = buffer.position();
        if (end >= usable) {
            ByteBuffer rest = ByteBuffer.allocate(end - usable);
            rest.put(buffer.position(usable).limit(end)).flip();
            buffer.limit(buffer.capacity());
            flush(usable);
            buffer.put(rest);
        }
    }

    /** Takes the remaining bytes of the body, then those of the trailer. */
    void put(ByteBuffer bytes) throws IOException {
        int limit = bytes.limit();
        while (bytes.hasRemaining()) {
            int count = Math.min(bytes.remaining(), usable - buffer.position());
            buffer.put(bytes.limit(bytes.position() + count));
            bytes.limit(limit);
            if (buffer.position() == usable) {
                flush(usable);
            }
        }
    }

    private void flush(int length) throws IOException {
        if (!firstKept) {
            firstKept = true;
            // Zeros until the record is whole: nothing that the buffer held before may look like
            // one.
            buffer.put(0, NO_HEADER);
            first.put(0, buffer, 0, SegmentFormat.PAGE_BYTES);
        }
        lane.stream(buffer.position(0).limit(length));
        buffer.clear();
    }

    /** Writes what is left, then the header: from then on the stream is a record. */
    Commit end(RecordDraft draft) throws IOException {
        int end = buffer.position();
        buffer.limit(buffer.capacity());
        flush(lane.pad(buffer, end));
        return lane.endStream(draft, first.clear());
    }
}
