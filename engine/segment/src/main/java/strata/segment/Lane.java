package strata.segment;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.ByteRange;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One place where records are appended: the segment that is open there and where its next record
 * begins. Small records share a lane under its lock; a streamed record has a lane to itself.
 */
final class Lane {
    private static final Logger log = LoggerFactory.getLogger(Lane.class);

    /** Where the next segment comes from. */
    interface Supply {
        Segment take() throws IOException;
    }

    private final SegmentRegister register;
    private final Supply supply;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Segment current;
    private long tail;
    private long streamedEnd;
    private boolean closed;

    Lane(SegmentRegister register, Supply supply) {
        this.register = register;
        this.supply = supply;
    }

    /**
     * Appends a record that is whole in memory in one write.
     *
     * @param record room for the header, then body and trailer; position 0 to limit
     */
    Commit append(RecordDraft draft, ByteBuffer record) throws IOException {
        lock.lock();
        try {
            return isPaged(record) ? appendPages(draft, record) : appendBytes(draft, record);
        } finally {
            lock.unlock();
        }
    }

    private Commit appendBytes(RecordDraft draft, ByteBuffer record) throws IOException {
        Segment segment = segmentFor(record.limit());
        RawHeader header = draft.at(segment, tail);
        record.position(0);
        header.write(record);
        fillPage(record, segment);
        record.position(0);
        write(segment, record, tail);
        return added(segment, header, header.end());
    }

    /**
     * Whether a record is long enough, and lies in memory so, that it is written as whole pages.
     */
    private static boolean isPaged(ByteBuffer record) {
        return record.limit() > RecordBuffers.SHORT_BYTES
                && record.capacity() >= paddedEnd(record.limit())
                && record.isDirect()
                && record.alignmentOffset(0, SegmentFormat.PAGE_BYTES) == 0;
    }

    /** Where a padding ends that begins at the offset; the offset itself at a page boundary. */
    private static long paddedEnd(long offset) {
        long end = SegmentFormat.nextPage(offset);
        return end == offset || end - offset >= RawHeader.LENGTH_BYTES
                ? end
                : end + SegmentFormat.PAGE_BYTES;
    }

    /**
     * Appends whole pages past the page cache: a copy less, and a sync that finds nothing to write.
     * What is left of the page before and behind the record becomes padding.
     */
    private Commit appendPages(RecordDraft draft, ByteBuffer record) throws IOException {
        Segment segment = segmentFor(record.limit() + 3L * SegmentFormat.PAGE_BYTES);
        toPage(segment);
        long begin = tail;
        RawHeader header = draft.at(segment, begin);
        header.write(record.position(0));
        record.position(record.limit()).limit((int) (paddedEnd(header.end()) - begin));
        if (record.hasRemaining()) {
            pad(segment, header.end(), record);
        }
        long end = begin + record.limit();
        writePages(segment, record.position(0), begin);
        return added(segment, header, end);
    }

    /** Has the next record begin at a page. */
    private void toPage(Segment segment) throws IOException {
        long begin = paddedEnd(tail);
        if (begin != tail) {
            ByteBuffer padding = ByteBuffer.allocate((int) (begin - tail));
            pad(segment, tail, padding);
            write(segment, padding.flip(), tail);
            tail = begin;
        }
    }

    /** Fills the rest of the buffer with a padding that stands at the offset. */
    private static void pad(Segment segment, long offset, ByteBuffer out) {
        ByteRange range = new ByteRange(offset, out.remaining());
        int zeros = out.position() + RawHeader.LENGTH_BYTES;
        for (int i = zeros; i < out.limit(); i++) {
            out.put(i, (byte) 0);
        }
        int crc = SegmentFormat.crc(out, zeros, out.limit() - zeros);
        long durable = segment.sync().durable().end();
        RawHeader.padding(segment.id(), segment.stamp(), range, crc, durable).write(out);
        out.position(out.limit());
    }

    /**
     * Lengthens what is written by zeros to the end of its last page, where zeros are anyway: a
     * page that is written in part and not in memory would have to be read from the disk first.
     */
    private void fillPage(ByteBuffer record, Segment segment) {
        int rest = (int) (-(tail + record.limit()) & (SegmentFormat.PAGE_BYTES - 1));
        int from = record.limit();
        if (rest > record.capacity() - from || tail + from + rest > segment.capacityBytes()) {
            return;
        }
        record.limit(from + rest);
        for (int i = from; i < from + rest; i++) {
            record.put(i, (byte) 0);
        }
    }

    /** Begins a streamed record; the lane is leased to the caller until it ends or is abandoned. */
    void beginStream(long knownBytes) throws IOException {
        lock.lock();
        try {
            toPage(segmentFor(knownBytes));
            streamedEnd = tail;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Writes what follows of a streamed record: whole pages, the first with room for the header.
     */
    void stream(ByteBuffer pages) throws IOException {
        lock.lock();
        try {
            Segment segment = streamed();
            long at = streamedEnd;
            streamedEnd += pages.remaining();
            writePages(segment, pages, at);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Puts a padding behind the end of a streamed record.
     *
     * @param end where in the buffer, the beginning of which goes to a page, the record ends
     * @return where in the buffer its last page ends
     */
    int pad(ByteBuffer pages, int end) throws IOException {
        lock.lock();
        try {
            int padded = (int) paddedEnd(end);
            if (padded != end) {
                pad(streamed(), streamedEnd + end, pages.limit(padded).position(end));
            }
            return padded;
        } finally {
            lock.unlock();
        }
    }

    private Segment streamed() throws IOException {
        if (current == null) {
            throw Lanes.closedLog();
        }
        if (!current.isAppendable()) {
            throw current.closed();
        }
        return current;
    }

    /**
     * Makes the streamed bytes a record by writing its header.
     *
     * @param first the first page
     */
    Commit endStream(RecordDraft draft, ByteBuffer first) throws IOException {
        lock.lock();
        try {
            Segment segment = streamed();
            RawHeader header = draft.at(segment, tail);
            header.write(first);
            writePages(segment, first.rewind(), tail);
            long end = streamedEnd;
            streamedEnd = 0;
            return added(segment, header, end);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Gives up a streamed record. Its bytes are cut off, since behind the next record the log must
     * read as ended; segments of streams are not preallocated, so nothing else is lost.
     */
    void abandonStream() {
        lock.lock();
        try {
            Segment segment = current;
            boolean begun = streamedEnd != 0;
            streamedEnd = 0;
            if (begun && segment != null && segment.isAppendable()) {
                segment.stopAppending();
                segment.writer().truncate(tail);
                segment.resumeAppending();
            }
        } catch (IOException e) {
            log.warn("could not cut an abandoned record: {}", e.toString());
        } finally {
            lock.unlock();
        }
    }

    private Commit added(Segment segment, RawHeader header, long end) {
        tail = end;
        segment.index().add(header);
        GroupSync.Extent before = segment.sync().appended();
        boolean counts = header.visible();
        segment.sync()
                .appended(new GroupSync.Extent(
                        tail,
                        before.records() + (counts ? 1 : 0),
                        before.bodyBytes() + (counts ? header.bodyLengthBytes() : 0)));
        register.raiseHighest(header);
        register.metrics().appended(tail - header.offset());
        return new Commit(segment, header);
    }

    private void write(Segment segment, ByteBuffer bytes, long position) throws IOException {
        write(segment, bytes, position, false);
    }

    private void writePages(Segment segment, ByteBuffer pages, long position) throws IOException {
        write(segment, pages, position, true);
    }

    /** A failed write ends the segment: what lies behind its last record is not known any more. */
    private void write(Segment segment, ByteBuffer bytes, long position, boolean direct)
            throws IOException {
        boolean written = false;
        try {
            if (direct) {
                segment.writer().writeDirect(bytes, position);
            } else {
                segment.writer().write(bytes, position);
            }
            written = true;
        } catch (IOException e) {
            register.writeFailed(e);
            throw e;
        } finally {
            if (!written) {
                segment.stopAppending();
            }
        }
    }

    private Segment segmentFor(long bytes) throws IOException {
        if (closed) {
            throw Lanes.closedLog();
        }
        if (current != null && (!current.isAppendable() || isFullFor(bytes))) {
            finishCurrent();
        }
        if (current == null) {
            Segment next = supply.take();
            register.addOpen(next);
            tail = SegmentFormat.FIRST_RECORD;
            current = next;
        }
        return current;
    }

    private boolean isFullFor(long bytes) {
        return tail > SegmentFormat.FIRST_RECORD
                && (tail + bytes > current.capacityBytes() || current.index().full());
    }

    private void finishCurrent() {
        register.finish(current);
        current = null;
    }

    /** Whether a sync of the lane's segment runs now. */
    boolean isSyncing() {
        Segment segment = current;
        return segment != null && segment.sync().isSyncing();
    }

    /** Takes the segment out of the lane if it is the given one; true if it was. */
    boolean giveUp(Segment segment) {
        lock.lock();
        try {
            if (current != segment || streamedEnd != 0) {
                return false;
            }
            current.stopAppending();
            current = null;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the lane; its segment is returned to be sealed, null for none. */
    Segment close() {
        lock.lock();
        try {
            closed = true;
            Segment last = current;
            current = null;
            if (last != null) {
                last.stopAppending();
            }
            return last;
        } finally {
            lock.unlock();
        }
    }
}
