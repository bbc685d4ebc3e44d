package strata.codec;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;

import java.io.Closeable;

/**
 * zstd as the encoder uses it: single frames without checksum (chunks carry their own) and with a
 * limit instead of a worst-case buffer. Not thread-safe.
 */
final class ByteCompressor implements Closeable {
    /** The cheapest zstd level, with which image chunks are compared first. */
    private static final int GUARD_LEVEL = 1;

    private static final int PLAIN_LEVEL = 3;
    private static final int MIDDLE_LEVEL = 5;
    private static final int STRONG_LEVEL = 19;
    /** No larger part of a frame than this is needed to see how it compresses. */
    private static final int SAMPLE_BYTES = 64 << 10;

    private final EncodingProfile profile;
    private final ZstdCompressCtx plain = context(PLAIN_LEVEL);
    private final ZstdCompressCtx guard = context(GUARD_LEVEL);
    private final ZstdCompressCtx middle = context(MIDDLE_LEVEL);
    private final ZstdCompressCtx strong = context(STRONG_LEVEL);
    private long strongLeft;

    ByteCompressor(EncodingProfile profile) {
        this.profile = profile;
        begin();
    }

    /** A new object begins. */
    final void begin() {
        strongLeft = profile.strongBytes();
    }

    static ZstdCompressCtx context(int level) {
        return new ZstdCompressCtx()
                .setLevel(level)
                .setChecksum(false)
                .setDictID(false)
                .setContentSize(true);
    }

    /** Length of the frame at {@code to}, or -1 when it is longer than the room. */
    int compress(byte[] from, int offset, int length, byte[] to, int toOffset, int room) {
        ZstdCompressCtx level = length <= strongLeft ? strong : plain;
        strongLeft -= Math.min(length, strongLeft);
        return compress(level, from, offset, length, to, toOffset, room);
    }

    /**
     * Compresses what the image stage has done already, if that can pay: the strongest level is
     * tried only where cheaper ones come near the rival.
     *
     * @param oneFrame whether a part of the bytes tells how all of them compress
     * @return as {@link #compress}, the frame shorter than {@code rival}
     */
    int compressAgainst(int rival, byte[] from, int length, byte[] to, boolean oneFrame) {
        int part = oneFrame ? Math.min(length, SAMPLE_BYTES) : length;
        int start = (length - part) / 2;
        long share = (long) rival * part / length;
        int near = (int) Math.min(to.length, share + share / 2);
        if (compress(guard, from, start, part, to, 0, near) < 0) {
            return -1;
        }
        near = (int) Math.min(to.length, (long) rival + rival / 6);
        if (compress(middle, from, 0, length, to, 0, near) < 0) {
            return -1;
        }
        return compress(strong, from, 0, length, to, 0, rival - 1);
    }

    static int compress(
            ZstdCompressCtx context,
            byte[] from,
            int offset,
            int length,
            byte[] to,
            int toOffset,
            int room) {
        if (room <= 0) {
            return -1;
        }
        try {
            return context.compressByteArray(to, toOffset, room, from, offset, length);
        } catch (ZstdException e) {
            if (e.getErrorCode() == Zstd.errDstSizeTooSmall()) {
                return -1;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        plain.close();
        guard.close();
        middle.close();
        strong.close();
    }
}
