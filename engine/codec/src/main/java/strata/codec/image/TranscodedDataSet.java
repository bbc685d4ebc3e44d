package strata.codec.image;

import strata.base.BlockStream;
import strata.dicom.DataSetFlow;
import strata.dicom.ParseLimits;
import strata.dicom.TransferSyntax;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * A data set in another transfer syntax, made while it is read: element by element, and the pixels
 * frame by frame, so that memory is bounded by one frame and the elements before the pixel data.
 * Sequences get defined lengths, group lengths go (they are retired and would be wrong).
 *
 * <p>What the pixels' new encoding asks for is changed, see {@link ImageAttributes}; all other
 * elements keep their values. For one thread; closing it closes the source.
 */
public final class TranscodedDataSet extends BlockStream {
    /** Length of a source that is not known. */
    public static final long UNKNOWN = -1;

    private static final ParseLimits LIMITS =
            new ParseLimits(128, 1_000_000, 4_000_000, 16 << 20, 64L << 20, 16L << 30, 200);

    private static final int READ_BYTES = 32 << 10;
    /** Deflated bytes may give two hundred times as many. */
    private static final int READ_DEFLATED_BYTES = 2 << 10;

    private final InputStream source;
    private final DataSetFlow flow;
    private final TranscodedElements elements;
    private final byte[] buffer;
    private byte[] ready = new byte[0];
    private int at;
    private boolean ended;

    /**
     * @param source the stored data set from its first byte
     * @param lengthBytes of the source, or {@link #UNKNOWN}; for Lossy Image Compression Ratio only
     * @throws IllegalArgumentException when both are the same, or there are no codecs for this way,
     *     see {@link Transcoding#isPossible}
     */
    public TranscodedDataSet(
            InputStream source, long lengthBytes, TransferSyntax from, TransferSyntax to) {
        if (from.uid().equals(to.uid()) || !Transcoding.isPossible(from, to)) {
            throw new IllegalArgumentException("no way from " + from + " to " + to);
        }
        this.source = source;
        this.elements = new TranscodedElements(from, to, lengthBytes);
        this.flow = new DataSetFlow(from, elements, LIMITS);
        elements.position(flow::position);
        this.buffer = new byte[from.isDeflated() ? READ_DEFLATED_BYTES : READ_BYTES];
    }

    /**
     * Reads on.
     *
     * @throws MalformedImageException when the pixels cannot be decoded, or not be encoded without
     *     loss
     * @throws strata.dicom.MalformedDicomException when the data set is broken
     */
    @Override
    protected int readBlock(byte[] to, int offset, int length) throws IOException {
        while (at == ready.length) {
            ready = elements.next();
            at = 0;
            if (ready == null) {
                ready = new byte[0];
                if (ended) {
                    return -1;
                }
                feed();
            }
        }
        int part = Math.min(length, ready.length - at);
        System.arraycopy(ready, at, to, offset, part);
        at += part;
        return part;
    }

    private void feed() throws IOException {
        int read = source.read(buffer, 0, buffer.length);
        if (read >= 0) {
            flow.feed(ByteBuffer.wrap(buffer, 0, read));
        } else {
            flow.finish();
            elements.end();
            ended = true;
        }
    }

    @Override
    public void close() throws IOException {
        flow.close();
        elements.close();
        source.close();
    }
}
