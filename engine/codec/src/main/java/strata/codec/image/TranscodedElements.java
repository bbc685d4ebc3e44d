package strata.codec.image;

import strata.dicom.DataSet;
import strata.dicom.DataSetFlow;
import strata.dicom.DataSetHandler;
import strata.dicom.DataSetWriter;
import strata.dicom.Element;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.TransferSyntax.Pixels;
import strata.dicom.Vr;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * Turns the elements of a data set as they go by into steps of work, done one at a time when bytes
 * are asked for: what waits is never longer than what was fed, whatever it decodes to.
 */
final class TranscodedElements implements DataSetFlow.Sink {
    private static final int IMAGE_GROUP = 0x0028;
    private static final byte[] NOTHING = {};
    private static final long MAX_NATIVE_BYTES = 0xFFFFFFFEL;

    /** Gives the next bytes. */
    private interface Step {
        void run() throws IOException;
    }

    private final TransferSyntax from;
    private final TransferSyntax to;
    private final long lengthBytes;
    private final boolean recodes;
    private final ByteChunks bytes = new ByteChunks();
    private final Deflater deflater;
    private final OutputStream out;
    private final Deque<Step> steps = new ArrayDeque<>();
    private final DataSet image = new DataSet();
    private DataSet held = new DataSet();
    private LongSupplier position;
    private PixelSteps pixels;
    private PartSwap swap;
    private byte[] padding = NOTHING;
    private byte[] extendedOffsets = NOTHING;

    TranscodedElements(TransferSyntax from, TransferSyntax to, long lengthBytes) {
        this.from = from;
        this.to = to;
        this.lengthBytes = lengthBytes;
        boolean bothNative = from.pixels() == Pixels.NATIVE && to.pixels() == Pixels.NATIVE;
        this.recodes = !bothNative && !from.uid().equals(to.uid());
        this.deflater = to.isDeflated() ? new Deflater(Deflater.DEFAULT_COMPRESSION, true) : null;
        this.out = deflater == null ? bytes : new DeflaterOutputStream(bytes, deflater);
    }

    /** Where in the source the elements are. */
    void position(LongSupplier bytesBefore) {
        position = bytesBefore;
    }

    /** The next bytes of the transcoded data set, or null when more has to be fed. */
    byte[] next() throws IOException {
        while (bytes.isEmpty()) {
            Step step = steps.poll();
            if (step == null) {
                return null;
            }
            step.run();
        }
        return bytes.take();
    }

    private void add(Step step) {
        steps.add(step);
    }

    private void fail(String what) {
        add(() -> {
            throw new MalformedImageException(what);
        });
    }

    // ---- what goes by

    @Override
    public void elements(DataSet elements) {
        for (Element element : elements.elements()) {
            if (Tag.group(element.tag()) == IMAGE_GROUP && element instanceof Element.Value) {
                image.put(element);
            }
        }
        extendedOffsets = elements.contains(Tag.ExtendedOffsetTable)
                ? elements.bytes(Tag.ExtendedOffsetTable)
                : extendedOffsets;
        if (recodes) {
            ImageAttributes.removeOffsets(elements);
            ImageAttributes.decodeItems(elements, from);
        }
        held = elements;
    }

    private void flush() {
        DataSet elements = held;
        held = new DataSet();
        add(() -> DataSetWriter.write(elements, plain(), out));
    }

    /** As the elements are encoded before they are deflated. */
    private TransferSyntax plain() {
        return to.isDeflated() ? TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN : to;
    }

    @Override
    public void value(int tag, Vr vr, long valueBytes) {
        if (tag == Tag.PixelData && recodes && from.pixels() == Pixels.NATIVE) {
            begin(vr, valueBytes);
            return;
        }
        flush();
        header(tag, vr, valueBytes + (valueBytes & 1));
        swap = new PartSwap(from.isBigEndian() == to.isBigEndian() ? 1 : vr.unitBytes());
        padding = (valueBytes & 1) == 0 ? NOTHING : new byte[] {vr.paddingByte()};
    }

    @Override
    public void fragments(int tag, Vr vr) {
        if (recodes && from.pixels() != Pixels.NATIVE) {
            begin(vr, 0);
        } else {
            fail("encapsulated pixels in a native transfer syntax");
        }
    }

    /** The pixel data begins: everything that describes it is known. */
    private void begin(Vr vr, long nativeBytes) {
        try {
            int frames = Math.max(1, image.intValue(Tag.NumberOfFrames).orElse(1));
            PixelLayout described = PixelLayout.of(image);
            if (from.pixels() == Pixels.NATIVE) {
                described = NativePixels.actual(described, frames, nativeBytes);
            }
            pixels = new PixelSteps(
                    from,
                    to,
                    vr,
                    described,
                    frames,
                    extendedOffsets,
                    frame -> add(() -> pixels.frame(frame, out)));
            if (held.contains(Tag.Rows)) {
                ImageAttributes.describe(held, described, pixels.layout());
                ImageAttributes.markLossy(held, from, ratio(frames));
            }
            flush();
            add(() -> pixels.header(out));
        } catch (MalformedImageException e) {
            fail(e.getMessage());
        }
    }

    private double ratio(int frames) {
        long encoded = lengthBytes - position.getAsLong();
        double whole = (double) pixels.layout().frameBytes() * frames;
        return lengthBytes < 0 || encoded <= 0 ? 0 : whole / encoded;
    }

    private void header(int tag, Vr vr, long valueBytes) {
        if (valueBytes > MAX_NATIVE_BYTES && valueBytes != DataSetHandler.UNDEFINED_LENGTH) {
            fail("a value of " + valueBytes + " bytes");
        }
        add(() -> DataSetWriter.writeHeader(tag, vr, valueBytes, plain(), out));
    }

    @Override
    public void fragment(int index, long fragmentBytes) {
        if (pixels != null) {
            pixels.fragment(index, fragmentBytes);
        }
    }

    @Override
    public void part(ByteBuffer part, boolean last) {
        if (swap != null) {
            byte[] whole = swap.part(part, last);
            byte[] end = padding;
            add(() -> out.write(whole));
            if (last) {
                add(() -> out.write(end));
                swap = null;
            }
        } else if (pixels != null) {
            pixels.part(part, last);
            if (last && from.pixels() == Pixels.NATIVE) {
                pixelsEnd();
            }
        } else {
            part.position(part.limit());
        }
    }

    @Override
    public void fragmentsEnd() {
        if (pixels != null) {
            pixels.fragmentsEnd();
            pixelsEnd();
        }
    }

    private void pixelsEnd() {
        PixelSteps ended = pixels;
        add(() -> ended.end(out));
    }

    /** The data set is whole. */
    void end() {
        flush();
        add(() -> {
            if (deflater != null) {
                ((DeflaterOutputStream) out).finish();
                if ((deflater.getBytesWritten() & 1) != 0) {
                    bytes.write(0);
                }
            }
        });
    }

    void close() {
        if (deflater != null) {
            deflater.end();
        }
    }
}
