package strata.frontdoor.identity;

import strata.base.BlockStream;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Bytes with changes, made while they are read; holds none of them. For one thread at a time. */
public final class SplicedBytes {
    private static final int SCRATCH_BYTES = 8 << 10;

    private final Source source;
    private final Deque<Splice> ahead;
    private ByteBuffer coming = ByteBuffer.allocate(0);
    private long position;

    /** Where the bytes come from. */
    public interface Source {
        /** Reads at least one byte into the buffer; -1 at the end. */
        int read(ByteBuffer to) throws IOException;
    }

    /** @param splices in the order of their places, none over another */
    public SplicedBytes(Source source, List<Splice> splices) {
        this.source = source;
        this.ahead = new ArrayDeque<>(splices);
    }

    /** Another stream over a stream; closing it closes that one. */
    public static InputStream over(InputStream in, List<Splice> splices) {
        SplicedBytes bytes = new SplicedBytes(
                to -> {
                    byte[] part = new byte[Math.min(to.remaining(), SCRATCH_BYTES)];
                    int read = in.read(part, 0, part.length);
                    to.put(part, 0, Math.max(read, 0));
                    return read;
                },
                splices);
        return new BlockStream() {
            @Override
            protected int readBlock(byte[] to, int offset, int length) throws IOException {
                return bytes.read(ByteBuffer.wrap(to, offset, length));
            }

            @Override
            public void close() throws IOException {
                in.close();
            }
        };
    }

    /**
     * Reads at least one byte into the buffer, which has room.
     *
     * @return how many, or -1 at the end
     * @throws EOFException when the source ends before a place that is to be changed
     */
    public int read(ByteBuffer to) throws IOException {
        while (!coming.hasRemaining()) {
            Splice next = ahead.peek();
            if (next == null || next.at() > position) {
                return pass(to, next == null ? Long.MAX_VALUE : next.at() - position);
            }
            ahead.remove();
            leaveOut(next.cutBytes());
            coming = ByteBuffer.wrap(next.bytes());
        }
        int part = Math.min(coming.remaining(), to.remaining());
        to.put(coming.slice().limit(part));
        coming.position(coming.position() + part);
        return part;
    }

    private int pass(ByteBuffer to, long most) throws IOException {
        int limit = to.limit();
        to.limit(to.position() + (int) Math.min(to.remaining(), most));
        int read = source.read(to);
        to.limit(limit);
        if (read == 0) {
            throw new EOFException("a data set gave neither bytes nor its end");
        }
        if (read < 0 && !ahead.isEmpty()) {
            throw new EOFException("a data set ends before what is to be changed in it");
        }
        position += Math.max(read, 0);
        return read;
    }

    private void leaveOut(long bytes) throws IOException {
        long left = bytes;
        ByteBuffer scratch = ByteBuffer.allocate((int) Math.min(left, SCRATCH_BYTES));
        while (left > 0) {
            int read = source.read(scratch.clear().limit((int) Math.min(left, SCRATCH_BYTES)));
            if (read < 0) {
                throw new EOFException("a data set ends inside of what is to be changed in it");
            }
            left -= read;
            position += read;
        }
    }
}
