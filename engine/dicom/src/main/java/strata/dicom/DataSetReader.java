package strata.dicom;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** Reads a data set whole into memory, within limits. */
public final class DataSetReader {
    private static final int BUFFER_BYTES = 64 << 10;

    /** A data set and what was odd about it. */
    public record Result(DataSet dataSet, OddityCounts oddities) {}

    private DataSetReader() {}

    /** Reads bytes under {@link ParseLimits#IN_MEMORY}. */
    public static DataSet read(byte[] bytes, TransferSyntax syntax) throws MalformedDicomException {
        return read(ByteBuffer.wrap(bytes), syntax, ParseLimits.IN_MEMORY).dataSet();
    }

    /** Reads all remaining bytes of the buffer. */
    public static Result read(ByteBuffer bytes, TransferSyntax syntax, ParseLimits limits)
            throws MalformedDicomException {
        TreeBuilder builder = new TreeBuilder(syntax.isBigEndian(), limits);
        try (DataSetParser parser = new DataSetParser(syntax, builder, limits)) {
            parser.feed(bytes);
            parser.finish();
        }
        return new Result(builder.finish(!syntax.isExplicit()), builder.oddities());
    }

    /** Chooses elements. */
    @FunctionalInterface
    public interface Choice {
        /** @param depth 0 at the top level, one more within each item */
        boolean test(int tag, int depth);
    }

    /**
     * Reads to the end of the stream, which stays open, and leaves out the elements of a choice:
     * their values are checked as all are, and not held.
     */
    public static DataSet readWithout(
            InputStream in, TransferSyntax syntax, ParseLimits limits, Choice leftOut)
            throws IOException {
        return read(in, syntax, limits, new Without(syntax.isBigEndian(), limits, leftOut))
                .dataSet();
    }

    /**
     * Reads to the end of the stream, which stays open.
     *
     * @throws MalformedDicomException when the structure is broken or beyond a limit
     * @throws IOException when the stream fails
     */
    public static Result read(InputStream in, TransferSyntax syntax, ParseLimits limits)
            throws IOException {
        return read(in, syntax, limits, new TreeBuilder(syntax.isBigEndian(), limits));
    }

    private static Result read(
            InputStream in, TransferSyntax syntax, ParseLimits limits, TreeBuilder builder)
            throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (DataSetParser parser = new DataSetParser(syntax, builder, limits)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                parser.feed(ByteBuffer.wrap(buffer, 0, n));
            }
            parser.finish();
        }
        return new Result(builder.finish(!syntax.isExplicit()), builder.oddities());
    }

    /** A tree that lacks some elements. */
    private static final class Without extends TreeBuilder {
        private final Choice leftOut;
        private int depth;
        private boolean inFragments;

        Without(boolean bigEndian, ParseLimits limits, Choice leftOut) {
            super(bigEndian, limits);
            this.leftOut = leftOut;
        }

        @Override
        public Disposition element(int tag, Vr vr, long lengthBytes, long valueOffset)
                throws MalformedDicomException {
            return leftOut.test(tag, depth)
                    ? Disposition.SKIP
                    : super.element(tag, vr, lengthBytes, valueOffset);
        }

        @Override
        public void itemStart(long lengthBytes, long offset) throws MalformedDicomException {
            depth++;
            super.itemStart(lengthBytes, offset);
        }

        @Override
        public void itemEnd(long offset) throws MalformedDicomException {
            depth--;
            super.itemEnd(offset);
        }

        @Override
        public void fragmentsStart(int tag, Vr vr, long offset) throws MalformedDicomException {
            inFragments = leftOut.test(tag, depth);
            if (!inFragments) {
                super.fragmentsStart(tag, vr, offset);
            }
        }

        @Override
        public Disposition fragment(int index, long lengthBytes, long valueOffset)
                throws MalformedDicomException {
            return inFragments ? Disposition.SKIP : super.fragment(index, lengthBytes, valueOffset);
        }

        @Override
        public void fragmentsEnd(long offset) throws MalformedDicomException {
            if (!inFragments) {
                super.fragmentsEnd(offset);
            }
            inFragments = false;
        }
    }
}
