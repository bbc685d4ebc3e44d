package strata.store;

import strata.segment.RecordReader;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads a record's body from first byte to last; the segment verifies each block. */
final class HotReader implements ObjectReader {
    private final RecordReader record;
    private final long lengthBytes;
    private long position;

    HotReader(RecordReader record) {
        this.record = record;
        this.lengthBytes = record.header().bodyLengthBytes();
    }

    @Override
    public long lengthBytes() {
        return lengthBytes;
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
        long left = lengthBytes - position;
        if (left == 0) {
            return -1;
        }
        int count = left <= to.remaining()
                ? (int) left
                : RecordReader.wholeBlocks(position, to.remaining());
        int limit = to.limit();
        to.limit(to.position() + count);
        try {
            record.read(to, position);
        } finally {
            to.limit(limit);
        }
        position += count;
        return count;
    }

    @Override
    public void skipTo(long next) {
        if (next < position || next > lengthBytes) {
            throw new IllegalArgumentException("cannot skip from " + position + " to " + next);
        }
        position = next;
    }

    @Override
    public void close() throws IOException {
        record.close();
    }
}
