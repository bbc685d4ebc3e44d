package strata.codec.dense;

import strata.base.CorruptDataException;
import strata.codec.ImageShape;

/** Undoes {@link DenseEncoder}. Keeps its work arrays between calls; not thread-safe. */
public final class DenseDecoder {
    private final ChunkCoder chunks = new ChunkCoder();

    /**
     * Gives the rows back, whatever the payload holds in memory of a small multiple of
     * {@code length}.
     *
     * @param payload holds the payload, from {@code offset} for {@code payloadLength} bytes
     * @param length of the original rows in bytes, a multiple of the shape's row length
     * @throws CorruptDataException when the payload is not what the encoder makes
     */
    public void decode(
            byte[] payload,
            int offset,
            int payloadLength,
            ImageShape shape,
            byte[] to,
            int toOffset,
            int length,
            String where)
            throws CorruptDataException {
        chunks.decode(payload, offset, payloadLength, shape, to, toOffset, length, where);
    }
}
