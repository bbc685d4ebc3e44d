package strata.codec.image;

import strata.dicom.DataSet;
import strata.dicom.HeaderCapture;
import strata.dicom.ParseLimits;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * The frames of one instance, native or encapsulated, read one by one from where they lie: memory
 * is bounded by one frame, the elements before the pixel data, and 8 bytes for each frame. For one
 * thread at a time.
 */
public final class Frames {
    /** Longest value of the header that is held; also the longest offset table. */
    private static final int MAX_VALUE_BYTES = 8 << 20;

    private static final int READ_BYTES = 64 << 10;

    private final DataSetBytes source;
    private final TransferSyntax syntax;
    private final DataSet header;
    private final PixelLayout layout;
    private final int count;
    private final Vr vr;
    private final long valueOffset;
    private final long valueLengthBytes;
    private final FragmentIndex index;

    private Frames(DataSetBytes source, TransferSyntax syntax, HeaderCapture capture)
            throws MalformedImageException {
        this.source = source;
        this.syntax = syntax;
        this.header = capture.captured();
        this.vr = capture.pixelDataVr();
        this.valueOffset = capture.pixelDataValueOffset().orElseThrow();
        PixelLayout described = PixelLayout.of(header);
        int frames = Math.max(1, header.intValue(Tag.NumberOfFrames).orElse(1));
        if (capture.isPixelDataEncapsulated()) {
            this.layout = described;
            this.count = frames;
            this.valueLengthBytes = 0;
            this.index = new FragmentIndex(source, syntax, header, valueOffset, frames);
            return;
        }
        this.index = null;
        this.valueLengthBytes = capture.pixelDataLength().orElse(0);
        this.layout = NativePixels.actual(described, frames, valueLengthBytes);
        this.count = (int) Math.min(frames, valueLengthBytes * 8 / layout.frameBits());
        if (count == 0) {
            throw new MalformedImageException(
                    valueLengthBytes + " bytes of pixels for frames of " + layout.frameBytes());
        }
    }

    /**
     * Reads a data set up to its pixel data.
     *
     * @param source inflated when the syntax is deflated
     * @return empty when there is no pixel data at the top level
     * @throws MalformedImageException when it is not described as it must be
     * @throws strata.dicom.MalformedDicomException when the data set is broken, or its elements
     *     before the pixel data are too long to hold
     */
    public static Optional<Frames> open(DataSetBytes source, TransferSyntax syntax)
            throws IOException {
        TransferSyntax plain =
                syntax.isDeflated() ? TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN : syntax;
        HeaderCapture capture =
                HeaderCapture.ofEverything(plain, MAX_VALUE_BYTES, ParseLimits.STREAMING);
        try (capture) {
            ByteBuffer part = ByteBuffer.allocate(READ_BYTES);
            long position = 0;
            while (!capture.reachedPixelData()) {
                int read = source.read(part.clear(), position);
                if (read < 0) {
                    return Optional.empty();
                }
                position += read;
                capture.feed(part.flip());
            }
            return Optional.of(new Frames(source, plain, capture));
        }
    }

    /** The elements before the pixel data; values of more than 8 MiB are left in the stream. */
    public DataSet header() {
        return header;
    }

    /** As the data set says; for native pixel data corrected by what is there. */
    public PixelLayout layout() {
        return layout;
    }

    /**
     * How many frames there are: in encapsulated pixel data what the data set says, of which some
     * may be missing.
     */
    public int count() {
        return count;
    }

    public boolean isEncapsulated() {
        return index != null;
    }

    /**
     * A frame as it is stored: encoded, or native in little endian.
     *
     * @param frame from 0
     * @throws MalformedImageException when it is not there
     */
    public byte[] stored(int frame) throws IOException {
        if (frame < 0 || frame >= count) {
            throw new MalformedImageException("frame " + frame + " of " + count);
        }
        return index != null ? index.frame(frame) : raw(frame);
    }

    /** How {@link #decoded} gives a frame. Without a decoder it is {@link #layout}. */
    public PixelLayout decodedLayout() {
        Optional<FrameDecoder> decoder = FrameCodecs.decoder(syntax);
        return index == null || decoder.isEmpty() ? layout : decoder.get().decodedLayout(layout);
    }

    /**
     * A frame in native little endian samples, see {@link #decodedLayout}.
     *
     * @param frame from 0
     * @throws MalformedImageException when it is not there, broken, or nothing here decodes it
     */
    public byte[] decoded(int frame) throws IOException {
        byte[] stored = stored(frame);
        if (index == null) {
            return stored;
        }
        FrameDecoder decoder = FrameCodecs.decoder(syntax)
                .orElseThrow(() -> new MalformedImageException("no decoder for " + syntax));
        return decoder.decode(stored, layout);
    }

    /** Reads whole words, since big-endian samples of 8 bits are swapped in pairs. */
    private byte[] raw(int frame) throws IOException {
        long bits = layout.frameBits();
        if (layout.frameBytes() > FrameCodecs.MAX_FRAME_BYTES) {
            throw new MalformedImageException(
                    "a frame of " + layout.frameBytes() + " bytes is too long");
        }
        int unit = syntax.isBigEndian() ? vr.unitBytes() : 1;
        long first = bits * frame / 8 / unit * unit;
        long end = Math.min(
                valueLengthBytes, ((bits * (frame + 1L) + 7) / 8 + unit - 1) / unit * unit);
        byte[] words = new byte[(int) (end - first)];
        source.readFully(ByteBuffer.wrap(words), valueOffset + first);
        NativePixels.swap(words, unit);
        int shift = (int) (bits * frame - first * 8);
        byte[] bytes = shift % 8 == 0
                ? exact(words, shift / 8)
                : NativePixels.shifted(words, shift, layout.frameBytes());
        if (bits % 8 != 0) {
            // Bits of the next frame.
            bytes[bytes.length - 1] &= (byte) ((1 << bits % 8) - 1);
        }
        return bytes;
    }

    private byte[] exact(byte[] words, int from) {
        int length = (int) layout.frameBytes();
        return from == 0 && words.length == length
                ? words
                : Arrays.copyOfRange(words, from, from + length);
    }
}
