package strata.network;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.FastThreadLocalThread;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Pooled memory outside the heap that holds a part of a data set on its way out. It is sent as it
 * stands, without being copied; whoever holds it closes it once, also while it is being sent. For
 * one thread at a time.
 */
public final class DataBuffer implements AutoCloseable {
    /**
     * A few bytes that each thread of Netty's keeps until it ends: the pool gives a chunk of
     * megabytes back to the system as soon as nothing of it is used, and the next buffer would
     * take, and zero, a new one.
     */
    private static final FastThreadLocal<ByteBuf> ANCHOR = new FastThreadLocal<>() {
        @Override
        protected ByteBuf initialValue() {
            return PooledByteBufAllocator.DEFAULT.directBuffer(ANCHOR_BYTES, ANCHOR_BYTES);
        }

        @Override
        protected void onRemoval(ByteBuf anchor) {
            anchor.release();
        }
    };

    private static final int ANCHOR_BYTES = 16;

    private final ByteBuf memory;
    private int offset;
    private int lengthBytes;
    private boolean closed;

    private DataBuffer(ByteBuf memory) {
        this.memory = memory;
    }

    /** Takes memory from the pool; it holds no data yet. */
    public static DataBuffer allocate(int capacityBytes) {
        if (Thread.currentThread() instanceof FastThreadLocalThread) {
            ANCHOR.get();
        }
        return new DataBuffer(
                PooledByteBufAllocator.DEFAULT.directBuffer(capacityBytes, capacityBytes));
    }

    /** The remaining bytes of a direct buffer, which must not change until they are sent. */
    public static DataBuffer over(ByteBuffer direct) {
        DataBuffer buffer = new DataBuffer(Unpooled.wrappedBuffer(direct));
        return buffer.holding(0, direct.remaining());
    }

    /**
     * Reads from a source until at least half of the capacity is filled or the source ends.
     *
     * @param capacityBytes even, so that no 16-bit value is cut in two
     * @return null when the source is at its end
     */
    static DataBuffer fill(DataSource source, int capacityBytes) throws IOException {
        DataBuffer buffer = allocate(capacityBytes);
        boolean filled = false;
        try {
            ByteBuffer space = buffer.space();
            while (space.hasRemaining()
                    && (space.position() < capacityBytes / 2 || space.position() % 2 != 0)) {
                int read = source.read(space);
                if (read < 0) {
                    break;
                }
                if (read == 0) {
                    throw new EOFException("a data source gave neither bytes nor its end");
                }
            }
            filled = space.position() > 0;
            return filled ? buffer.holding(0, space.position()) : null;
        } finally {
            if (!filled) {
                buffer.close();
            }
        }
    }

    /** All of the memory, to be written to; big-endian, from position 0 to the capacity. */
    public ByteBuffer space() {
        return memory.nioBuffer(0, memory.capacity());
    }

    /** Says which part of the memory is data. */
    public DataBuffer holding(int from, int bytes) {
        if (from < 0 || bytes < 0 || from + bytes > memory.capacity()) {
            throw new IndexOutOfBoundsException(
                    from + " + " + bytes + " of " + memory.capacity() + " bytes");
        }
        offset = from;
        lengthBytes = bytes;
        return this;
    }

    /** Length of the data. */
    public int lengthBytes() {
        return lengthBytes;
    }

    /** A view of the data, valid until this is closed. */
    public ByteBuffer data() {
        return memory.nioBuffer(offset, lengthBytes).asReadOnlyBuffer();
    }

    /** A part of the data with a claim of its own on the memory. */
    ByteBuf part(int from, int bytes) {
        return memory.retainedSlice(offset + from, bytes);
    }

    /** Appends a part of the data to another buffer. */
    void copy(int from, int bytes, ByteBuf to) {
        to.writeBytes(memory, offset + from, bytes);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            memory.release();
        }
    }
}
