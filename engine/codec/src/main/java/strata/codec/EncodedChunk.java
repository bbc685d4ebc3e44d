package strata.codec;

import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * A chunk that is ready to be written, but for whether it is the last.
 *
 * @param sum of the original bytes, then the payload
 */
record EncodedChunk(ChunkMethod method, int originalLength, byte[] payload, CRC32C sum) {
    /**
     * Takes the frames of zstd without their headers, if they can be made up again.
     *
     * @param payload the first {@code length} bytes, copied
     */
    static EncodedChunk of(
            ChunkMethod method,
            byte[] original,
            int offset,
            int originalLength,
            byte[] payload,
            int payloadOffset,
            int length) {
        ChunkMethod own = method;
        int from = payloadOffset;
        boolean frame = method == ChunkMethod.ZSTD || method == ChunkMethod.ZSTD_TEMPLATE;
        if (frame && ZstdBlocks.fits(payload, originalLength)) {
            own = method == ChunkMethod.ZSTD ? ChunkMethod.BLOCKS : ChunkMethod.BLOCKS_TEMPLATE;
            from += ZstdBlocks.headerLength(originalLength);
        }
        byte[] kept = Arrays.copyOfRange(payload, from, payloadOffset + length);
        CRC32C sum = new CRC32C();
        sum.update(original, offset, originalLength);
        sum.update(kept);
        return new EncodedChunk(own, originalLength, kept, sum);
    }

    /** Bytes that the chunk takes. */
    int lengthBytes() {
        return CompactHeader.lengthFor(originalLength, payload.length) + payload.length;
    }
}
