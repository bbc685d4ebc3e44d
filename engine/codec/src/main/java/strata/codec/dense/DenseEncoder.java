package strata.codec.dense;

import strata.codec.ImageShape;

/** Encodes whole rows of native samples. Keeps its work arrays between calls; not thread-safe. */
public final class DenseEncoder {
    private final ChunkCoder chunks = new ChunkCoder();

    /**
     * Encodes whole rows of one frame, or several whole frames.
     *
     * @param length in bytes, a multiple of the shape's row length, at most 4 MiB
     * @param toOffset where the payload begins in {@code to}
     * @param limit the most bytes it may take
     * @return the payload's length, or -1 when it does not fit or cannot be coded
     */
    public int encode(
            byte[] from,
            int offset,
            int length,
            ImageShape shape,
            byte[] to,
            int toOffset,
            int limit) {
        return chunks.encode(from, offset, length, shape, to, toOffset, limit);
    }
}
