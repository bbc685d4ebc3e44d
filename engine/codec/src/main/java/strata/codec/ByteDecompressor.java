package strata.codec;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;

import strata.base.CorruptDataException;

import java.io.Closeable;
import java.nio.ByteBuffer;

/** zstd as the decoder uses it: exact lengths or {@link CorruptDataException}. Not thread-safe. */
final class ByteDecompressor implements Closeable {
    private final ZstdDecompressCtx plain = new ZstdDecompressCtx();

    /** Undoes {@link ZstdBlocks}, with a context that may hold a dictionary, or null. */
    void blocks(
            ZstdDecompressCtx dictionary,
            byte[] from,
            int offset,
            int length,
            byte[] to,
            int expected,
            String where)
            throws CorruptDataException {
        byte[] frame = ZstdBlocks.restore(from, offset, length, expected);
        ZstdDecompressCtx context = dictionary == null ? plain : dictionary;
        decompress(context, frame, 0, frame.length, to, 0, expected, where);
    }

    void decompress(
            byte[] from,
            int offset,
            int length,
            byte[] to,
            int toOffset,
            int expected,
            String where)
            throws CorruptDataException {
        decompress(plain, from, offset, length, to, toOffset, expected, where);
    }

    static void decompress(
            ZstdDecompressCtx context,
            byte[] from,
            int offset,
            int length,
            byte[] to,
            int toOffset,
            int expected,
            String where)
            throws CorruptDataException {
        int found;
        try {
            found = context.decompressByteArray(to, toOffset, expected, from, offset, length);
        } catch (ZstdException e) {
            throw new CorruptDataException(where, offset, "a zstd frame", e.getMessage());
        }
        if (found != expected) {
            throw new CorruptDataException(where, offset, expected + " bytes", found);
        }
    }

    /** Reads a stream of the image stage whose original length has been read from it already. */
    void stream(ByteBuffer from, byte[] to, int toOffset, int length, String where)
            throws CorruptDataException {
        int stored = from.getInt();
        if (stored < 0 || stored > length || stored > from.remaining()) {
            throw new CorruptDataException(
                    where, from.position(), "a stream of the payload", stored);
        }
        if (stored == length) {
            from.get(to, toOffset, length);
            return;
        }
        int offset = from.arrayOffset() + from.position();
        decompress(plain, from.array(), offset, stored, to, toOffset, length, where);
        from.position(from.position() + stored);
    }

    @Override
    public void close() {
        plain.close();
    }
}
