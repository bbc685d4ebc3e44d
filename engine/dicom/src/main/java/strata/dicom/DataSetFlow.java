package strata.dicom;

import java.nio.ByteBuffer;

/**
 * A data set as it goes by, whatever its length: elements of the top level gathered, long values
 * and the pixel data of the top level in parts. What is gathered at a time is bounded by the
 * limits. Not safe for several threads.
 */
public final class DataSetFlow implements AutoCloseable {
    /** Values of the top level that are longer come in parts. */
    public static final int MAX_WHOLE_BYTES = 1 << 20;

    /** Takes what goes by. In order; pixel data and long values between gathered elements. */
    public interface Sink {
        /** Elements of the top level, those before a value in parts, or before the end. */
        void elements(DataSet elements);

        /** A plain value in parts; also when it is empty. */
        void value(int tag, Vr vr, long lengthBytes);

        /** Encapsulated pixel data. */
        void fragments(int tag, Vr vr);

        /** The next fragment, 0 being the offset table. */
        void fragment(int index, long lengthBytes);

        /** A part of the value or fragment, in stream order; not to be kept. */
        void part(ByteBuffer part, boolean last);

        void fragmentsEnd();
    }

    private final Sink sink;
    private final boolean implicit;
    private final Builder builder;
    private final DataSetParser parser;

    public DataSetFlow(TransferSyntax syntax, Sink sink, ParseLimits limits) {
        this.sink = sink;
        this.implicit = !syntax.isExplicit();
        this.builder = new Builder(syntax.isBigEndian(), limits);
        this.parser = new DataSetParser(syntax, builder, limits);
    }

    /** Takes the next bytes of the data set. */
    public void feed(ByteBuffer in) throws MalformedDicomException {
        parser.feed(in);
    }

    /** @throws MalformedDicomException when something is still open */
    public void finish() throws MalformedDicomException {
        parser.finish();
        builder.flush();
    }

    /** Bytes parsed so far, after inflation. */
    public long position() {
        return parser.position();
    }

    @Override
    public void close() {
        parser.close();
    }

    private final class Builder extends TreeBuilder {
        private boolean signed;
        private boolean inFragments;

        Builder(boolean bigEndian, ParseLimits limits) {
            super(bigEndian, limits);
        }

        void flush() {
            DataSet taken = takeRoot(implicit, signed);
            signed = taken.contains(Tag.PixelRepresentation)
                    ? taken.intValue(Tag.PixelRepresentation).orElse(0) == 1
                    : signed;
            sink.elements(taken);
        }

        @Override
        public Disposition element(int tag, Vr vr, long lengthBytes, long valueOffset)
                throws MalformedDicomException {
            if (parser.depth() > 0 || tag != Tag.PixelData && lengthBytes <= MAX_WHOLE_BYTES) {
                return Disposition.CAPTURE;
            }
            flush();
            sink.value(tag, vr, lengthBytes);
            return Disposition.STREAM;
        }

        @Override
        public void chunk(int tag, ByteBuffer part, boolean last) {
            sink.part(part, last);
        }

        @Override
        public void fragmentsStart(int tag, Vr vr, long offset) throws MalformedDicomException {
            inFragments = parser.depth() == 1;
            if (!inFragments) {
                super.fragmentsStart(tag, vr, offset);
                return;
            }
            flush();
            sink.fragments(tag, vr);
        }

        @Override
        public Disposition fragment(int index, long lengthBytes, long valueOffset)
                throws MalformedDicomException {
            if (!inFragments) {
                return super.fragment(index, lengthBytes, valueOffset);
            }
            sink.fragment(index, lengthBytes);
            return Disposition.STREAM;
        }

        @Override
        public void fragmentsEnd(long offset) throws MalformedDicomException {
            if (inFragments) {
                inFragments = false;
                sink.fragmentsEnd();
            } else {
                super.fragmentsEnd(offset);
            }
        }
    }
}
