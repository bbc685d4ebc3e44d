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

    private static final int PIECES = 16;
    /** A rival that is so many times shorter than the original bytes is hard to beat. */
    private static final int HARD = 12;

    /** So many chunks in a row are judged by one. */
    private static final int MAX_LIKE_CHUNKS = 15;

    private final EncodingProfile profile;
    private final ZstdCompressCtx plain = context(PLAIN_LEVEL);
    private final ZstdCompressCtx guard = context(GUARD_LEVEL);
    private final ZstdCompressCtx middle = context(MIDDLE_LEVEL);
    private final ZstdCompressCtx strong = context(STRONG_LEVEL);
    private final byte[] samples = new byte[SAMPLE_BYTES];
    private long strongLeft;
    private int farLength;
    private int farRival;
    private int likeChunks;
    private boolean near;

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
        near = false;
        if ((long) rival * HARD < length) {
            // So little is left that only the strongest level tells, and it is quick here.
            near = true;
            return compress(strong, from, 0, length, to, 0, rival - 1);
        }
        if (likeTheLast(rival, length)) {
            return -1;
        }
        int part = oneFrame ? sample(from, length) : length;
        byte[] sampled = part < length ? samples : from;
        long share = (long) rival * part / length;
        int most = (int) Math.min(to.length, share + share / 4);
        if (compress(guard, sampled, 0, part, to, 0, most) < 0) {
            farLength = length;
            farRival = rival;
            return -1;
        }
        most = (int) Math.min(to.length, share + share / 6);
        if (part < length && compress(middle, sampled, 0, part, to, 0, most) < 0) {
            return -1;
        }
        most = (int) Math.min(to.length, (long) rival + rival / 6);
        if (compress(middle, from, 0, length, to, 0, most) < 0) {
            return -1;
        }
        near = true;
        return compress(strong, from, 0, length, to, 0, rival - 1);
    }

    /** Whether a chunk as long, on which zstd was far behind, came to about the same. */
    private boolean likeTheLast(int rival, int length) {
        boolean like = length == farLength
                && Math.abs(rival - farRival) < farRival / 8
                && likeChunks < MAX_LIKE_CHUNKS;
        likeChunks = like ? likeChunks + 1 : 0;
        farLength = like ? farLength : 0;
        return like;
    }

    /** Takes pieces from all over the bytes, if they are many; returns how many it took. */
    private int sample(byte[] from, int length) {
        if (length <= SAMPLE_BYTES) {
            return length;
        }
        int piece = SAMPLE_BYTES / PIECES;
        for (int i = 0; i < PIECES; i++) {
            int at = (int) ((long) (length - piece) * (2 * i + 1) / (2 * PIECES));
            System.arraycopy(from, at, samples, i * piece, piece);
        }
        return SAMPLE_BYTES;
    }

    /** Whether the strongest level was tried the last time. */
    boolean cameNear() {
        return near;
    }

    /** As {@link #compress}, at the strongest level whatever the profile. */
    int strongest(byte[] from, int offset, int length, byte[] to, int room) {
        return compress(strong, from, offset, length, to, 0, Math.min(room, to.length));
    }

    /** Whether the cheapest level comes within a quarter of a rival. */
    boolean comesNear(byte[] from, int length, int rival) {
        byte[] to = new byte[rival + rival / 4];
        return compress(guard, from, 0, length, to, 0, to.length) >= 0;
    }

    /** The frame at a level below the strongest, for want of a better one, or -1. */
    int otherwise(byte[] from, int offset, int length, byte[] to) {
        try (ZstdCompressCtx other = context(STRONG_LEVEL - 1)) {
            return compress(other, from, offset, length, to, 0, Math.min(length - 1, to.length));
        }
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
