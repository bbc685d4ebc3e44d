package strata.codec;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.dicom.DataSetHandler;
import strata.dicom.DataSetParser;
import strata.dicom.MalformedDicomException;
import strata.dicom.ParseLimits;
import strata.dicom.Part10;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Finds native pixel data while the bytes of an object go by. Never fails: what it cannot make
 * sense of has no place, and is compressed as plain bytes.
 */
final class PixelDataLocator {
    private static final Logger LOG = LoggerFactory.getLogger(PixelDataLocator.class);

    /** Tag, VR and length of an element of undefined length. */
    private static final int ENCAPSULATED_HEADER = 12;

    private boolean started;
    private boolean done;
    private Attributes attributes;
    private DataSetParser parser;
    private Place place;
    private long begin = -1;

    /**
     * Where the samples lie.
     *
     * @param offset of the first sample in the object
     * @param lengthBytes as the element says
     */
    record Place(long offset, long lengthBytes, ImageShape shape) {
        long end() {
            return offset + lengthBytes;
        }
    }

    /** Takes the next bytes of the object; the first call must hold the whole file header. */
    void see(byte[] bytes, int offset, int length) {
        if (done) {
            return;
        }
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes, offset, length);
            if (!started) {
                started = true;
                start(in);
            }
            if (parser != null) {
                parser.feed(in);
            }
            done = parser == null || attributes.pixelsSeen;
        } catch (MalformedDicomException e) {
            LOG.debug("compressed as plain bytes: {}", e.getMessage());
            done = true;
        } catch (RuntimeException e) {
            // A defect of the parser must not keep an object from being archived.
            LOG.warn("parser failed, compressed as plain bytes", e);
            done = true;
        }
    }

    private void start(ByteBuffer in) throws MalformedDicomException {
        Part10.Header header = Part10.readHeader(in.slice());
        TransferSyntax syntax = header.syntax();
        if (!syntax.isDeflated()) {
            attributes = new Attributes(syntax.isBigEndian(), header.dataSetOffset());
            parser = new DataSetParser(syntax, attributes, ParseLimits.STREAMING);
            attributes.parser = parser;
            in.position(in.position() + header.dataSetOffset());
        }
    }

    /** The place, or null when there is none or it has not come yet. */
    Place place() {
        return place;
    }

    /** Where the pixel data begin, native or not, or -1 when they have not come yet. */
    long begin() {
        return begin;
    }

    /** Keeps the few top-level attributes that say how samples lie. */
    private final class Attributes implements DataSetHandler {
        private final boolean bigEndian;
        private final long dataSetOffset;
        private final Map<Integer, Integer> numbers = new HashMap<>();
        private DataSetParser parser;
        private boolean pixelsSeen;

        Attributes(boolean bigEndian, long dataSetOffset) {
            this.bigEndian = bigEndian;
            this.dataSetOffset = dataSetOffset;
        }

        @Override
        public Disposition element(int tag, Vr vr, long lengthBytes, long valueOffset) {
            if (parser.depth() > 0) {
                return Disposition.SKIP;
            }
            if (tag == Tag.PixelData && !pixelsSeen) {
                pixelsSeen = true;
                begin = dataSetOffset + valueOffset;
                ImageShape shape = shape();
                if (shape != null) {
                    place = new Place(dataSetOffset + valueOffset, lengthBytes, shape);
                }
            }
            return isWanted(tag) && lengthBytes == 2 ? Disposition.CAPTURE : Disposition.SKIP;
        }

        @Override
        public void value(int tag, Vr vr, byte[] value) {
            int low = value[bigEndian ? 1 : 0] & 0xff;
            int high = value[bigEndian ? 0 : 1] & 0xff;
            numbers.putIfAbsent(tag, high << 8 | low);
        }

        @Override
        public void fragmentsStart(int tag, Vr vr, long offset) {
            // The parser is within the element already.
            if (!pixelsSeen && parser.depth() == 1) {
                pixelsSeen = true;
                begin = dataSetOffset + offset + ENCAPSULATED_HEADER;
            }
        }

        private static boolean isWanted(int tag) {
            return tag == Tag.SamplesPerPixel
                    || tag == Tag.PlanarConfiguration
                    || tag == Tag.Rows
                    || tag == Tag.Columns
                    || tag == Tag.BitsAllocated
                    || tag == Tag.PixelRepresentation;
        }

        private ImageShape shape() {
            int columns = numbers.getOrDefault(Tag.Columns, 0);
            int rows = numbers.getOrDefault(Tag.Rows, 0);
            int samples = numbers.getOrDefault(Tag.SamplesPerPixel, 1);
            int bits = numbers.getOrDefault(Tag.BitsAllocated, 0);
            boolean fits = columns > 0
                    && rows > 0
                    && samples > 0
                    && samples <= ImageShape.MAX_SAMPLES_PER_PIXEL
                    && (bits == 8 || bits == 16);
            if (!fits) {
                return null;
            }
            boolean planar = samples > 1 && numbers.getOrDefault(Tag.PlanarConfiguration, 0) == 1;
            boolean signed = numbers.getOrDefault(Tag.PixelRepresentation, 0) == 1;
            return new ImageShape(columns, rows, samples, bits, planar, signed, bigEndian);
        }
    }
}
