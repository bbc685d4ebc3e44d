package strata.codec;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;

import java.io.Closeable;
import java.nio.ByteBuffer;

/**
 * zstd as the encoder uses it: single frames without checksum (chunks carry their own) and with a
 * limit instead of a worst-case buffer. Not thread-safe.
 */
final class ByteCompressor implements Closeable {
    /** The cheapest zstd level, with which image chunks are compared first. */
    private static final int GUARD_LEVEL = 1;

    private final ZstdCompressCtx plain;
    private final ZstdCompressCtx guard;
    private final ZstdCompressCtx streams;

    ByteCompressor(EncodingProfile profile) {
        plain = context(profile.byteLevel());
        guard = context(GUARD_LEVEL);
        streams = context(GUARD_LEVEL);
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
        return compress(plain, from, offset, length, to, toOffset, room);
    }

    /**
     * Compresses what the image stage has done already, if that can pay: only where the cheapest
     * level comes within a sixth of {@code rival} is the profile's own level tried.
     *
     * @return as {@link #compress}, the frame shorter than {@code rival}
     */
    int compressAgainst(int rival, byte[] from, int length, byte[] to) {
        int room = (int) Math.min(to.length, (long) rival + rival / 6);
        if (compress(guard, from, 0, length, to, 0, room) < 0) {
            return -1;
        }
        return compress(plain, from, 0, length, to, 0, rival - 1);
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

    /**
     * Writes a stream of the image stage: its length, its stored length, and the frame or, when
     * that is not shorter, the bytes.
     *
     * @return false when it does not fit
     */
    boolean stream(byte[] from, int offset, int length, ByteBuffer out) {
        if (out.remaining() < ImageStage.STREAM_HEADER_LENGTH) {
            return false;
        }
        out.putInt(length);
        int body = out.position() + 4;
        int room = Math.min(length - 1, out.limit() - body);
        int stored = compress(streams, from, offset, length, out.array(), body, room);
        if (stored < 0) {
            if (out.limit() - body < length) {
                return false;
            }
            System.arraycopy(from, offset, out.array(), body, length);
            stored = length;
        }
        out.putInt(stored);
        out.position(body + stored);
        return true;
    }

    @Override
    public void close() {
        plain.close();
        guard.close();
        streams.close();
    }
}
