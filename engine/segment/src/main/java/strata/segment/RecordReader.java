package strata.segment;

import strata.base.CorruptDataException;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads the body of one durable record; every byte it gives is checked against the CRC32C of its
 * block. Keeps the segment's file open until closed, also when the segment is deleted meanwhile.
 * For one thread at a time; that thread must not be interrupted.
 */
public final class RecordReader implements Closeable {
    private final Segment segment;
    private final HandleCache.Handle opened;
    private final RawHeader raw;
    private final RecordHeader header;
    private final BodyReader body;
    private boolean closed;

    RecordReader(Segment segment, HandleCache.Handle opened, RawHeader raw, ByteBuffer trailer) {
        this.segment = segment;
        this.opened = opened;
        this.raw = raw;
        this.header = raw.toHeader(RecordAccess.attributes(trailer, raw));
        this.body = new BodyReader(opened.file(), segment.path(), raw, trailer);
    }

    public RecordHeader header() {
        return header;
    }

    public RecordLocation location() {
        return new RecordLocation(segment.id(), raw.offset());
    }

    /** Offset of the body in the segment's file, where it stands in one piece. */
    public long bodyOffset() {
        return raw.bodyOffset();
    }

    /**
     * Fills the buffer's remaining space from a position of the body. Whole blocks are read
     * straight into the buffer; on an exception its content is not to be used.
     *
     * @throws CorruptDataException naming file and offset of a block that is not what was written
     * @throws IndexOutOfBoundsException when the body ends before that
     */
    public void read(ByteBuffer to, long position) throws IOException {
        requireOpen();
        body.read(to, position);
    }

    /**
     * How many bytes to read at a position, so that the read ends with a block and none is read
     * twice; {@code most} where that would be nothing.
     */
    public static int wholeBlocks(long position, int most) {
        long end = (position + most) / SegmentFormat.BLOCK_BYTES * SegmentFormat.BLOCK_BYTES;
        return end > position ? (int) (end - position) : most;
    }

    /**
     * Reads the whole body and compares its SHA-256 with the header's.
     *
     * @throws CorruptDataException at the first block or for the whole when they differ
     */
    public void verify() throws IOException {
        requireOpen();
        body.verify();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the reader of " + header.id() + " is closed");
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            opened.close();
        }
    }
}
