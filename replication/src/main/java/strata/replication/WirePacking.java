package strata.replication;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import java.util.Optional;

/**
 * Compresses the chunks of objects on their way where it pays: where bytes shrink, and, unless it
 * is asked for always, only while the socket or the rate limit is what the sender waits for and the
 * wire is slower than {@link #FAST_BYTES_PER_SECOND}. One thread.
 */
final class WirePacking {
    /** A faster wire is not helped by compression. */
    static final long FAST_BYTES_PER_SECOND = 60L << 20;

    private static final int LEVEL = 1;
    private static final int CHUNKS_TO_JUDGE = 32;
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final WireCompression mode;
    private boolean wanted;
    private boolean pays = true;
    private long sinceNanos;
    private long waitedBefore;
    private long sentBytes;
    private int chunks;

    WirePacking(WireCompression mode, boolean limited) {
        this.mode = mode;
        this.wanted = mode == WireCompression.ALWAYS || mode == WireCompression.AUTO && limited;
    }

    /** Another object begins, which may be of another kind. */
    void beginObject() {
        pays = true;
    }

    /** Counts what went, and judges now and then whether the wire is what is waited for. */
    void sent(int wireBytes, long waitedNanos, long nowNanos) {
        if (mode != WireCompression.AUTO) {
            return;
        }
        if (chunks == 0) {
            sinceNanos = nowNanos;
            waitedBefore = waitedNanos;
            sentBytes = 0;
        }
        sentBytes += wireBytes;
        if (++chunks >= CHUNKS_TO_JUDGE) {
            long took = Math.max(1, nowNanos - sinceNanos);
            boolean waits = 2 * (waitedNanos - waitedBefore) > took;
            double rate = (double) sentBytes * SECOND_NANOS / took;
            wanted = waits && rate < FAST_BYTES_PER_SECOND;
            chunks = 0;
        }
    }

    /** The chunk compressed; empty when it is to go as it is. The chunk stays the caller's. */
    Optional<ByteBuf> pack(ByteBuf chunk, ByteBufAllocator allocator) {
        int lengthBytes = chunk.readableBytes();
        if (!wanted || !pays || lengthBytes == 0 || !chunk.isDirect()) {
            return Optional.empty();
        }
        int most = (int) Zstd.compressBound(lengthBytes);
        ByteBuf packed = allocator.directBuffer(most, most);
        boolean worthIt = false;
        try {
            int size = (int) Zstd.compressDirectByteBuffer(
                    packed.nioBuffer(0, most), 0, most, chunk.nioBuffer(), 0, lengthBytes, LEVEL);
            packed.writerIndex(size);
            worthIt = size <= lengthBytes - lengthBytes / 8;
            pays = worthIt;
            return worthIt ? Optional.of(packed) : Optional.empty();
        } finally {
            if (!worthIt) {
                packed.release();
            }
        }
    }

    /**
     * The bytes behind a compressed chunk, which is read to its end.
     *
     * @throws IllegalArgumentException when they are not what they say they are
     */
    static ByteBuf unpack(ByteBuf packed, int lengthBytes) {
        if (lengthBytes < 1 || lengthBytes > FrameLimits.CHUNK_BYTES) {
            throw new IllegalArgumentException("packed chunk of " + lengthBytes + " bytes");
        }
        ByteBuf from = packed.isDirect()
                ? packed.retainedSlice()
                : packed.alloc().directBuffer(packed.readableBytes()).writeBytes(packed.slice());
        ByteBuf out = packed.alloc().directBuffer(lengthBytes, lengthBytes);
        boolean whole = false;
        try {
            long size = Zstd.decompressDirectByteBuffer(
                    out.nioBuffer(0, lengthBytes),
                    0,
                    lengthBytes,
                    from.nioBuffer(),
                    0,
                    from.readableBytes());
            if (size != lengthBytes) {
                throw new IllegalArgumentException("packed chunk of another length");
            }
            out.writerIndex(lengthBytes);
            packed.skipBytes(packed.readableBytes());
            whole = true;
            return out;
        } catch (ZstdException e) {
            throw new IllegalArgumentException("packed chunk: " + e.getMessage(), e);
        } finally {
            from.release();
            if (!whole) {
                out.release();
            }
        }
    }
}
