package strata.dicom;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * Writes a data set canonically: tags in order, sequences and items with defined lengths, odd
 * values padded, no group lengths except those of groups 0000 and 0002 as they are in the data set.
 */
public final class DataSetWriter {
    private static final int SHORT_HEADER = 8;
    private static final int LONG_HEADER = 12;
    private static final int ITEM_HEADER = 8;
    private static final int MAX_SHORT_LENGTH = 0xFFFE;
    private static final long MAX_LENGTH = 0xFFFFFFFEL;

    private final boolean explicit;
    private final boolean big;
    private final OutputStream out;
    private final byte[] header = new byte[LONG_HEADER];
    private final Map<DataSet, Long> lengths = new IdentityHashMap<>();

    private DataSetWriter(boolean explicit, boolean big, OutputStream out) {
        this.explicit = explicit;
        this.big = big;
        this.out = out;
    }

    public static byte[] toBytes(DataSet dataSet, TransferSyntax syntax) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            write(dataSet, syntax, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** Writes to a stream, which stays open. */
    public static void write(DataSet dataSet, TransferSyntax syntax, OutputStream out)
            throws IOException {
        if (!syntax.isDeflated()) {
            new DataSetWriter(syntax.isExplicit(), syntax.isBigEndian(), out).dataSet(dataSet);
            return;
        }
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        try {
            DeflaterOutputStream deflated = new DeflaterOutputStream(out, deflater);
            new DataSetWriter(true, false, deflated).dataSet(dataSet);
            deflated.finish();
            if ((deflater.getBytesWritten() & 1) != 0) {
                out.write(0);
            }
        } finally {
            deflater.end();
        }
    }

    /**
     * Writes the header of an element whose value the caller writes behind it, in the byte order of
     * the syntax and padded.
     *
     * @param lengthBytes even, or {@link DataSetHandler#UNDEFINED_LENGTH}
     */
    public static void writeHeader(
            int tag, Vr vr, long lengthBytes, TransferSyntax syntax, OutputStream out)
            throws IOException {
        boolean fits = vr.longLength() || lengthBytes >= 0 && lengthBytes <= MAX_SHORT_LENGTH;
        new DataSetWriter(syntax.isExplicit(), syntax.isBigEndian(), out)
                .header(tag, fits ? vr : Vr.UN, lengthBytes);
    }

    /** Writes the header of an item, or a delimiter. */
    public static void writeItemHeader(
            int tag, long lengthBytes, TransferSyntax syntax, OutputStream out) throws IOException {
        new DataSetWriter(syntax.isExplicit(), syntax.isBigEndian(), out)
                .itemHeader(tag, lengthBytes);
    }

    /**
     * A command set, PS3.7 6.3: implicit little endian, with its group length computed and put
     * first.
     */
    public static byte[] commandSet(DataSet command) {
        DataSet whole = new DataSet().putAll(command).remove(Tag.CommandGroupLength);
        int length = toBytes(whole, TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN).length;
        whole.putInt(Tag.CommandGroupLength, Vr.UL, length);
        return toBytes(whole, TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN);
    }

    private static boolean isWritten(Element element) {
        return !Tag.isGroupLength(element.tag()) || Tag.group(element.tag()) <= 2;
    }

    private void dataSet(DataSet dataSet) throws IOException {
        for (Element element : dataSet.elements()) {
            if (isWritten(element)) {
                element(element);
            }
        }
    }

    private void element(Element element) throws IOException {
        if (element instanceof Element.Value value) {
            value(value);
        } else if (element instanceof Element.Items items) {
            header(items.tag(), Vr.SQ, contentLength(items));
            for (DataSet item : items.items()) {
                itemHeader(Tag.Item, length(item));
                dataSet(item);
            }
        } else if (element instanceof Element.Fragments fragments) {
            header(fragments.tag(), fragments.vr(), DataSetHandler.UNDEFINED_LENGTH);
            for (byte[] fragment : fragments.fragments()) {
                itemHeader(Tag.Item, even(fragment.length));
                out.write(fragment);
                pad(fragment.length, Vr.OB);
            }
            itemHeader(Tag.SequenceDelimitationItem, 0);
        } else {
            throw new IllegalArgumentException("a value that is not in memory");
        }
    }

    private void value(Element.Value value) throws IOException {
        byte[] bytes = value.bytes();
        header(value.tag(), writtenVr(value), even(bytes.length));
        if (big && value.vr().unitBytes() > 1) {
            bytes = bytes.clone();
            ValueText.swap(bytes, value.vr());
        }
        out.write(bytes);
        pad(bytes.length, value.vr());
    }

    /** A value too long for a 16-bit length is written as UN, PS3.5 6.2.2 note. */
    private Vr writtenVr(Element.Value value) {
        return !explicit || value.vr().longLength() || value.bytes().length <= MAX_SHORT_LENGTH
                ? value.vr()
                : Vr.UN;
    }

    private void pad(int length, Vr vr) throws IOException {
        if ((length & 1) != 0) {
            out.write(vr.paddingByte());
        }
    }

    private static long even(long length) {
        return length + (length & 1);
    }

    private long elementLength(Element element) {
        if (element instanceof Element.Value value) {
            return headerLength(writtenVr(value)) + even(value.bytes().length);
        }
        if (element instanceof Element.Items items) {
            return headerLength(Vr.SQ) + contentLength(items);
        }
        if (element instanceof Element.Fragments fragments) {
            long length = headerLength(element.vr()) + ITEM_HEADER;
            for (byte[] fragment : fragments.fragments()) {
                length += ITEM_HEADER + even(fragment.length);
            }
            return length;
        }
        throw new IllegalArgumentException("a value that is not in memory");
    }

    private long contentLength(Element.Items items) {
        long length = 0;
        for (DataSet item : items.items()) {
            length += ITEM_HEADER + length(item);
        }
        return length;
    }

    /** Each item's length is computed once, else deep nesting would cost its square. */
    private long length(DataSet dataSet) {
        Long known = lengths.get(dataSet);
        if (known != null) {
            return known;
        }
        long length = 0;
        for (Element element : dataSet.elements()) {
            length += isWritten(element) ? elementLength(element) : 0;
        }
        lengths.put(dataSet, length);
        return length;
    }

    private int headerLength(Vr vr) {
        return explicit && vr.longLength() ? LONG_HEADER : SHORT_HEADER;
    }

    private void header(int tag, Vr vr, long length) throws IOException {
        if (length > MAX_LENGTH) {
            throw new IllegalArgumentException("value too long for DICOM: " + Tag.toString(tag));
        }
        u16(0, tag >>> 16);
        u16(2, tag);
        if (!explicit) {
            u32(4, length);
            out.write(header, 0, SHORT_HEADER);
            return;
        }
        header[4] = (byte) vr.name().charAt(0);
        header[5] = (byte) vr.name().charAt(1);
        if (vr.longLength()) {
            u16(6, 0);
            u32(8, length);
            out.write(header, 0, LONG_HEADER);
        } else {
            u16(6, (int) length);
            out.write(header, 0, SHORT_HEADER);
        }
    }

    private void itemHeader(int tag, long length) throws IOException {
        u16(0, tag >>> 16);
        u16(2, tag);
        u32(4, length);
        out.write(header, 0, SHORT_HEADER);
    }

    private void u16(int at, int value) {
        header[at + (big ? 1 : 0)] = (byte) value;
        header[at + (big ? 0 : 1)] = (byte) (value >>> 8);
    }

    private void u32(int at, long value) {
        u16(at, (int) (big ? value >>> 16 : value));
        u16(at + 2, (int) (big ? value : value >>> 16));
    }
}
