package strata.codec;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * Encodes objects, one after the other, in bounded memory: the best of several methods for each
 * chunk, with the stored bytes as the floor. Any bytes can be encoded; what is no DICOM file, or
 * one with damaged structure, is compressed as plain bytes.
 *
 * <p>An image chunk is never longer than zstd at level 1 makes it, nor, but for data on which the
 * levels differ by more than a sixth, than zstd at the profile's level does. Keeps its work arrays
 * and native memory until {@link #close}; not thread-safe.
 */
public final class ObjectEncoder implements Closeable {
    /** Chunks up to this length try the template; longer ones gain nothing from it. */
    private static final int MAX_TEMPLATED_BYTES = 256 << 10;

    private final ByteCompressor compressor;
    private final LinearEncoder linear;
    private final DenseStage.Encoder dense;
    private final byte[] buffer = new byte[ObjectFormat.MAX_CHUNK_BYTES];
    private final byte[] first = new byte[buffer.length];
    private final byte[] second = new byte[buffer.length];
    private final PixelTally tally;
    private int filled;
    private boolean ended;

    public ObjectEncoder(EncodingProfile profile) {
        this(profile, new PixelTally());
    }

    /** @param tally told of every chunk of native pixel data */
    public ObjectEncoder(EncodingProfile profile, PixelTally tally) {
        this.tally = tally;
        compressor = new ByteCompressor(profile);
        linear = new LinearEncoder();
        dense = profile == EncodingProfile.DENSE ? new DenseStage.Encoder() : null;
    }

    /**
     * Encodes everything that the stream gives.
     *
     * @param from read to its end, not closed
     * @param series gives the template, or takes it from this object when it is the first
     * @param to written, not flushed and not closed; holds part of an encoding after an exception
     * @throws IOException what the streams throw
     */
    public EncodedLayout encode(InputStream from, SeriesContext series, OutputStream to)
            throws IOException {
        filled = 0;
        ended = false;
        compressor.begin();
        ChunkPlan plan = new ChunkPlan();
        EncodedLayout.Builder layout = new EncodedLayout.Builder();
        to.write(ObjectFormat.header());
        while (true) {
            fill(from, ObjectFormat.TARGET_CHUNK_BYTES, plan);
            if (filled == 0) {
                break;
            }
            ChunkPlan.Next next = plan.next(layout.originalBytes(), filled, ended);
            while (!ended && next.length() > filled) {
                fill(from, next.length(), plan);
                // The pixel data may begin within what has come now.
                next = plan.next(layout.originalBytes(), filled, ended);
            }
            encodeChunk(Math.min(next.length(), filled), next.shape(), series, layout, to);
        }
        writeEnd(layout, to);
        return layout.build();
    }

    private void fill(InputStream from, int wanted, ChunkPlan plan) throws IOException {
        int before = filled;
        while (!ended && filled < wanted) {
            int count = from.read(buffer, filled, wanted - filled);
            if (count < 0) {
                ended = true;
            } else {
                filled += count;
            }
        }
        plan.see(buffer, before, filled - before);
    }

    private void encodeChunk(
            int length,
            ImageShape shape,
            SeriesContext series,
            EncodedLayout.Builder layout,
            OutputStream to)
            throws IOException {
        long started = shape == null ? 0 : PixelTally.now();
        boolean head = layout.count() == 0;
        if (head) {
            series.offer(buffer, 0, length);
        }
        ChunkMethod method = ChunkMethod.STORED;
        byte[] best = buffer;
        byte[] spare = first;
        int bestLength = length;
        boolean wholeRows = shape != null && length % shape.rowBytes() == 0;
        if (wholeRows && dense != null) {
            int modelled = dense.encode(buffer, 0, length, shape, spare, bestLength - 1);
            if (modelled >= 0) {
                method = ChunkMethod.DENSE;
                bestLength = modelled;
                best = spare;
                spare = second;
            }
        }
        if (wholeRows && method == ChunkMethod.STORED) {
            int image = linear.encode(buffer, 0, length, shape, spare, bestLength - 1);
            if (image >= 0) {
                method = ChunkMethod.LINEAR;
                bestLength = image;
                best = spare;
                spare = second;
            }
        }
        if (!wholeRows && length <= MAX_TEMPLATED_BYTES) {
            int templated = series.compress(buffer, 0, length, spare, 0, bestLength - 1);
            if (templated >= 0) {
                method = ChunkMethod.ZSTD_TEMPLATE;
                bestLength = templated;
                best = spare;
                spare = second;
            }
        }
        int plain = method == ChunkMethod.LINEAR || method == ChunkMethod.DENSE
                ? compressor.compressAgainst(
                        bestLength, buffer, length, spare, length <= shape.frameBytes())
                : compressor.compress(buffer, 0, length, spare, 0, bestLength - 1);
        if (plain >= 0) {
            method = ChunkMethod.ZSTD;
            bestLength = plain;
            best = spare;
        }
        if (shape != null) {
            tally.encoded(length, ChunkHeader.LENGTH + bestLength, started);
        }
        writeChunk(method, length, best, bestLength, layout, to);
        filled -= length;
        System.arraycopy(buffer, length, buffer, 0, filled);
    }

    private void writeChunk(
            ChunkMethod method,
            int length,
            byte[] payload,
            int payloadLength,
            EncodedLayout.Builder layout,
            OutputStream to)
            throws IOException {
        ByteBuffer header = ByteBuffer.allocate(ChunkHeader.LENGTH);
        new ChunkHeader(
                        method,
                        layout.count() & ChunkHeader.SEQUENCE_MASK,
                        length,
                        payloadLength,
                        ChunkHeader.crc(buffer, 0, length),
                        ChunkHeader.crc(payload, 0, payloadLength))
                .write(header);
        to.write(header.array());
        to.write(payload, 0, payloadLength);
        layout.add(length, ChunkHeader.LENGTH + payloadLength);
    }

    private static void writeEnd(EncodedLayout.Builder layout, OutputStream to) throws IOException {
        byte[] total = ByteBuffer.allocate(ObjectFormat.END_PAYLOAD_LENGTH)
                .putLong(layout.originalBytes())
                .array();
        ByteBuffer end = ByteBuffer.allocate(ObjectFormat.END_LENGTH);
        int sequence = layout.count() & ChunkHeader.SEQUENCE_MASK;
        int crc = ChunkHeader.crc(total, 0, total.length);
        new ChunkHeader(ChunkMethod.END, sequence, 0, total.length, 0, crc).write(end);
        end.put(total);
        to.write(end.array());
    }

    @Override
    public void close() {
        compressor.close();
    }
}
