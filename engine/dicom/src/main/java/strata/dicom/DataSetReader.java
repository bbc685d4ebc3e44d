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

    /**
     * Reads to the end of the stream, which stays open.
     *
     * @throws MalformedDicomException when the structure is broken or beyond a limit
     * @throws IOException when the stream fails
     */
    public static Result read(InputStream in, TransferSyntax syntax, ParseLimits limits)
            throws IOException {
        TreeBuilder builder = new TreeBuilder(syntax.isBigEndian(), limits);
        byte[] buffer = new byte[BUFFER_BYTES];
        try (DataSetParser parser = new DataSetParser(syntax, builder, limits)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                parser.feed(ByteBuffer.wrap(buffer, 0, n));
            }
            parser.finish();
        }
        return new Result(builder.finish(!syntax.isExplicit()), builder.oddities());
    }
}
