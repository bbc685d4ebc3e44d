package strata.dicom;

import strata.base.Uid;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** DICOM files, PS3.10 7: preamble, prefix, file meta information, data set. */
public final class Part10 {
    /** Bytes before the file meta information: the preamble and {@code DICM}. */
    public static final int PREFIX_BYTES = 132;

    /** Part of the archive format: never change it, stored digests depend on it. */
    public static final Uid IMPLEMENTATION_CLASS_UID =
            new Uid("2.25.119617607837343064134061326346257195337");

    /** Part of the archive format: never change it, stored digests depend on it. */
    public static final String IMPLEMENTATION_VERSION_NAME = "STRATA_1";

    private static final int PREAMBLE_BYTES = 128;
    private static final byte[] MAGIC = {'D', 'I', 'C', 'M'};
    private static final int GROUP_LENGTH_BYTES = 12;
    /** Prefix, group length, version, three headers of UIDs, implementation class and version. */
    private static final int HEADER_FIXED_BYTES = PREFIX_BYTES
            + GROUP_LENGTH_BYTES
            + 14
            + 3 * 8
            + 8
            + even(IMPLEMENTATION_CLASS_UID.value())
            + 8
            + even(IMPLEMENTATION_VERSION_NAME);

    private static final int MAX_META_BYTES = 1 << 20;

    /**
     * The beginning of a DICOM file.
     *
     * @param meta group 0002; empty for a bare data set
     * @param syntax of the data set: named by the meta information, or guessed without it
     * @param dataSetOffset bytes before the data set
     */
    public record Header(DataSet meta, TransferSyntax syntax, int dataSetOffset) {}

    /** A file read whole. */
    public record Content(Header header, DataSet dataSet, OddityCounts oddities) {}

    /** A header and the stream positioned at the first byte of the data set. */
    public record Opened(Header header, InputStream dataSet) {}

    private Part10() {}

    /**
     * The canonical file header of the archive: preamble of zeros, {@code DICM}, and group 0002
     * with nothing but what PS3.10 7.1 requires and these three values. The same input gives the
     * same bytes for ever.
     */
    public static byte[] header(Uid sopClass, Uid sopInstance, Uid transferSyntax) {
        DataSet meta = new DataSet()
                .putBytes(Tag.FileMetaInformationVersion, Vr.OB, new byte[] {0, 1})
                .putUid(Tag.MediaStorageSOPClassUID, sopClass)
                .putUid(Tag.MediaStorageSOPInstanceUID, sopInstance)
                .putUid(Tag.TransferSyntaxUID, transferSyntax)
                .putUid(Tag.ImplementationClassUID, IMPLEMENTATION_CLASS_UID)
                .putString(Tag.ImplementationVersionName, Vr.SH, IMPLEMENTATION_VERSION_NAME);
        return header(meta, headerBytes(sopClass, sopInstance, transferSyntax));
    }

    /** Length in bytes of {@link #header(Uid, Uid, Uid)}, without making it. */
    public static int headerBytes(Uid sopClass, Uid sopInstance, Uid transferSyntax) {
        return HEADER_FIXED_BYTES
                + even(sopClass.value())
                + even(sopInstance.value())
                + even(transferSyntax.value());
    }

    private static int even(String value) {
        return (value.length() + 1) & ~1;
    }

    /** A file header with this meta information; its group length is computed. */
    public static byte[] header(DataSet meta) {
        DataSet whole = new DataSet().putAll(meta).remove(Tag.FileMetaInformationGroupLength);
        int length = DataSetWriter.toBytes(whole, TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN).length;
        return header(whole, PREFIX_BYTES + GROUP_LENGTH_BYTES + length);
    }

    /** @param bytes length of the header that comes out */
    private static byte[] header(DataSet meta, int bytes) {
        meta.putInt(
                Tag.FileMetaInformationGroupLength,
                Vr.UL,
                bytes - PREFIX_BYTES - GROUP_LENGTH_BYTES);
        byte[] group = DataSetWriter.toBytes(meta, TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN);
        ByteBuffer file = ByteBuffer.allocate(bytes);
        file.position(PREAMBLE_BYTES).put(MAGIC).put(group);
        return file.array();
    }

    /**
     * Reads the header at the start of these bytes, which may go on beyond it; the buffer's
     * position does not change.
     */
    public static Header readHeader(ByteBuffer start) throws MalformedDicomException {
        try {
            return open(new BufferStream(start.duplicate())).header();
        } catch (MalformedDicomException e) {
            throw e;
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory cannot fail", e);
        }
    }

    /** A buffer as a stream with marks, so that no header is copied to be read. */
    private static final class BufferStream extends InputStream {
        private final ByteBuffer buffer;

        BufferStream(ByteBuffer buffer) {
            this.buffer = buffer;
        }

        @Override
        public int read() {
            return buffer.hasRemaining() ? buffer.get() & 0xFF : -1;
        }

        @Override
        public int read(byte[] to, int offset, int length) {
            int n = Math.min(length, buffer.remaining());
            buffer.get(to, offset, n);
            return n == 0 && length > 0 ? -1 : n;
        }

        @Override
        public boolean markSupported() {
            return true;
        }

        @Override
        public void mark(int limit) {
            buffer.mark();
        }

        @Override
        public void reset() {
            buffer.reset();
        }
    }

    /**
     * Reads a header and leaves the stream at the data set. Without a preamble the meta information
     * may start at once, and without that the data set does; its syntax is then guessed.
     */
    public static Opened open(InputStream file) throws IOException {
        InputStream in = file.markSupported() ? file : new BufferedInputStream(file);
        in.mark(PREFIX_BYTES + 2);
        byte[] start = in.readNBytes(PREFIX_BYTES + 2);
        in.reset();
        boolean prefixed = hasMagic(start);
        if (prefixed) {
            in.skipNBytes(PREFIX_BYTES);
        }
        ByteArrayOutputStream group = new ByteArrayOutputStream();
        FileMeta.copyGroup(in, group, MAX_META_BYTES);
        if (group.size() == 0) {
            return new Opened(new Header(new DataSet(), FileMeta.guess(in), 0), in);
        }
        DataSet meta = DataSetReader.read(
                        ByteBuffer.wrap(group.toByteArray()),
                        TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN,
                        ParseLimits.SMALL)
                .dataSet();
        Uid syntax = meta.uid(Tag.TransferSyntaxUID)
                .orElseThrow(() -> new MalformedDicomException(
                        "no transfer syntax", Tag.TransferSyntaxUID, group.size()));
        int offset = (prefixed ? PREFIX_BYTES : 0) + group.size();
        return new Opened(new Header(meta, TransferSyntax.of(syntax), offset), in);
    }

    /** DICM, and group 0002 after it: the letters alone may stand in a bare data set by chance. */
    private static boolean hasMagic(byte[] start) {
        if (start.length < PREFIX_BYTES + 2
                || start[PREFIX_BYTES] != 2
                || start[PREFIX_BYTES + 1] != 0) {
            return false;
        }
        for (int i = 0; i < MAGIC.length; i++) {
            if (start[PREAMBLE_BYTES + i] != MAGIC[i]) {
                return false;
            }
        }
        return true;
    }

    /** Reads a file whole into memory under {@link ParseLimits#IN_MEMORY}. */
    public static Content read(InputStream file) throws IOException {
        Opened opened = open(file);
        DataSetReader.Result result = DataSetReader.read(
                opened.dataSet(), opened.header().syntax(), ParseLimits.IN_MEMORY);
        return new Content(opened.header(), result.dataSet(), result.oddities());
    }

    /** Reads a file whole into memory under {@link ParseLimits#IN_MEMORY}. */
    public static Content read(Path file) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            return read(in);
        }
    }

    /** A whole file with the canonical header for these three values. */
    public static byte[] file(DataSet dataSet, TransferSyntax syntax) {
        byte[] header = header(
                dataSet.uid(Tag.SOPClassUID).orElseThrow(),
                dataSet.uid(Tag.SOPInstanceUID).orElseThrow(),
                syntax.uid());
        byte[] body = DataSetWriter.toBytes(dataSet, syntax);
        return ByteBuffer.allocate(header.length + body.length)
                .put(header)
                .put(body)
                .array();
    }
}
