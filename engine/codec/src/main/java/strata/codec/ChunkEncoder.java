package strata.codec;

import java.io.Closeable;

/**
 * Finds the method that makes a chunk shortest, with the stored bytes as the floor. Keeps its work
 * arrays and native memory until {@link #close}; not thread-safe.
 *
 * <p>An image chunk is not longer than zstd makes it at level 1, nor, but for data on which the
 * levels differ by more than a sixth, at the profile's level: as far as 64 KiB of a larger frame
 * tell, and a chunk of the same length and about the same outcome before it.
 */
final class ChunkEncoder implements Closeable {
    /** Chunks up to this length try the template; longer ones gain nothing from it. */
    private static final int MAX_TEMPLATED_BYTES = 256 << 10;

    private final ByteCompressor compressor;
    private final LinearEncoder linear = new LinearEncoder();
    private final DenseStage.Encoder dense;
    private final PixelTally tally;
    private final byte[] first = new byte[ObjectFormat.MAX_CHUNK_BYTES];
    private final byte[] second = new byte[ObjectFormat.MAX_CHUNK_BYTES];
    private ChunkMethod method;
    private byte[] best;
    private byte[] spare;
    private int bestLength;

    ChunkEncoder(EncodingProfile profile, PixelTally tally) {
        this.tally = tally;
        compressor = new ByteCompressor(profile);
        dense = profile == EncodingProfile.DENSE ? new DenseStage.Encoder() : null;
    }

    ByteCompressor compressor() {
        return compressor;
    }

    /**
     * Encodes the first bytes of an array.
     *
     * @param shape null for plain bytes
     */
    EncodedChunk encode(byte[] from, int length, ImageShape shape, SeriesContext series) {
        long started = shape == null ? 0 : PixelTally.now();
        method = ChunkMethod.STORED;
        best = from;
        spare = first;
        bestLength = length;
        if (shape != null && length % shape.rowBytes() == 0) {
            encodeRows(from, length, shape);
        } else if (length <= MAX_TEMPLATED_BYTES) {
            int templated = series.compress(from, 0, length, spare, 0, bestLength - 1);
            take(ChunkMethod.ZSTD_TEMPLATE, templated);
        }
        boolean modelled = method == ChunkMethod.LINEAR || method == ChunkMethod.DENSE;
        int plain = modelled
                ? compressor.compressAgainst(
                        bestLength, from, length, spare, length <= shape.frameBytes())
                : compressor.compress(from, 0, length, spare, 0, bestLength - 1);
        take(ChunkMethod.ZSTD, plain);
        EncodedChunk chunk = EncodedChunk.of(method, from, 0, length, best, 0, bestLength);
        if (shape != null) {
            tally.encoded(length, chunk.lengthBytes(), started);
        }
        return chunk;
    }

    /** Whether zstd came near what was found for the last chunk, or was it. */
    boolean zstdIsNear() {
        return method != ChunkMethod.LINEAR && method != ChunkMethod.DENSE || compressor.cameNear();
    }

    private void encodeRows(byte[] from, int length, ImageShape shape) {
        if (dense != null) {
            int modelled = dense.encode(from, 0, length, shape, spare, bestLength - 1);
            take(ChunkMethod.DENSE, modelled);
        }
        if (method == ChunkMethod.STORED) {
            int guessed = linear.encode(from, 0, length, shape, spare, bestLength - 1);
            take(ChunkMethod.LINEAR, guessed);
        }
    }

    private void take(ChunkMethod by, int length) {
        if (length >= 0) {
            method = by;
            bestLength = length;
            best = spare;
            spare = best == first ? second : first;
        }
    }

    @Override
    public void close() {
        compressor.close();
    }
}
