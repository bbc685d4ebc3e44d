package strata.codec;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Encodes objects, one after the other, in bounded memory: the best of several methods for each
 * chunk, with the stored bytes as the floor. Any bytes can be encoded; what is no DICOM file, or
 * one with damaged structure, is compressed as plain bytes.
 *
 * <p>An object of up to 1 MiB is not longer than zstd at level 19 makes it. Keeps its work arrays
 * and native memory until {@link #close}; not thread-safe.
 */
public final class ObjectEncoder implements Closeable {
    private final EncodingProfile profile;
    private final ChunkEncoder chunks;
    private final byte[] buffer = new byte[ObjectFormat.MAX_CHUNK_BYTES];
    private final byte[] work = new byte[HeldObject.MAX_BYTES];
    private int filled;
    private boolean ended;

    public ObjectEncoder(EncodingProfile profile) {
        this(profile, new PixelTally());
    }

    /** @param tally told of every chunk of native pixel data */
    public ObjectEncoder(EncodingProfile profile, PixelTally tally) {
        this.profile = profile;
        chunks = new ChunkEncoder(profile, tally);
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
        chunks.compressor().begin();
        ChunkPlan plan = new ChunkPlan();
        HeldObject held = new HeldObject(profile, chunks.compressor(), work, to);
        for (long position = 0; ; ) {
            fill(from, ObjectFormat.TARGET_CHUNK_BYTES, plan);
            if (filled == 0) {
                return held.finish();
            }
            ChunkPlan.Next next = plan.next(position, filled, ended);
            while (!ended && next.length() > filled) {
                fill(from, next.length(), plan);
                // The pixel data may begin within what has come now.
                next = plan.next(position, filled, ended);
            }
            int length = Math.min(next.length(), filled);
            if (position == 0) {
                series.offer(buffer, 0, length);
            }
            EncodedChunk chunk = chunks.encode(buffer, length, next.shape(), series);
            held.add(chunk, buffer, next.shape() != null && !chunks.zstdIsNear());
            position += length;
            filled -= length;
            System.arraycopy(buffer, length, buffer, 0, filled);
        }
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

    @Override
    public void close() {
        chunks.close();
    }
}
