package strata.dicom;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;

/**
 * A textual dump for people: one line for each element, item and fragment, with tag, VR, value,
 * length and keyword, indented by nesting, much as DCMTK's dcmdump prints it. Control characters
 * are escaped, so a value cannot forge a line. Values may be patient data: not for logs.
 */
public final class DicomDump implements DataSetHandler {
    /** Values are cut after this many characters unless asked otherwise. */
    public static final int DEFAULT_VALUE_CHARS = 64;

    private static final int BUFFER_BYTES = 64 << 10;
    private static final int CAPTURE_FACTOR = 4;

    private final Appendable out;
    private final boolean bigEndian;
    private final int maxValueChars;
    private final CharacterSet[] characterSets = new CharacterSet[ParseLimits.MAX_DEPTH + 1];
    private final boolean[] signed = new boolean[ParseLimits.MAX_DEPTH + 1];
    private final boolean implicit;
    private DataSetParser parser;
    private long length;
    private int valueDepth;
    private byte[] partial = new byte[0];
    private int partialBytes;
    private Vr partialVr;

    private DicomDump(Appendable out, TransferSyntax syntax, int maxValueChars) {
        this.out = out;
        this.bigEndian = syntax.isBigEndian();
        this.implicit = !syntax.isExplicit();
        this.maxValueChars = maxValueChars;
        characterSets[0] = CharacterSet.DEFAULT;
    }

    /**
     * Dumps a file or bare data set; what was read before an error stands in the output.
     *
     * @throws MalformedDicomException when the structure is broken
     * @throws IOException when reading or appending fails
     */
    public static void file(InputStream file, Appendable out, int maxValueChars)
            throws IOException {
        Part10.Opened opened = Part10.open(file);
        Part10.Header header = opened.header();
        if (!header.meta().isEmpty()) {
            out.append("# File meta information\n");
            byte[] meta =
                    DataSetWriter.toBytes(header.meta(), TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN);
            dataSet(
                    new java.io.ByteArrayInputStream(meta),
                    TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN,
                    out,
                    maxValueChars);
        }
        out.append("# Data set, ").append(header.syntax().toString()).append('\n');
        dataSet(opened.dataSet(), header.syntax(), out, maxValueChars);
    }

    /** Dumps a data set to the end of the stream. */
    public static void dataSet(
            InputStream in, TransferSyntax syntax, Appendable out, int maxValueChars)
            throws IOException {
        DicomDump dump = new DicomDump(out, syntax, maxValueChars);
        byte[] buffer = new byte[BUFFER_BYTES];
        try (DataSetParser parser = new DataSetParser(syntax, dump, ParseLimits.STREAMING)) {
            dump.parser = parser;
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                parser.feed(ByteBuffer.wrap(buffer, 0, n));
            }
            parser.finish();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public Disposition element(int tag, Vr vr, long lengthBytes, long valueOffset) {
        length = lengthBytes;
        valueDepth = parser.depth();
        boolean signedWord = implicit && signed[valueDepth] && vr == Vr.US;
        partialVr = signedWord && Dictionary.signedAlternative(tag) ? Vr.SS : vr;
        // Values are streamed and cut, so that no value of any length is gathered whole.
        partial = new byte[(int) Math.min(lengthBytes, (long) CAPTURE_FACTOR * maxValueChars + 8)];
        partialBytes = 0;
        return Disposition.STREAM;
    }

    @Override
    public Disposition fragment(int index, long lengthBytes, long valueOffset) {
        return element(Tag.Item, Vr.OB, lengthBytes, valueOffset);
    }

    @Override
    public void chunk(int tag, ByteBuffer part, boolean last) {
        int n = Math.min(part.remaining(), partial.length - partialBytes);
        part.get(partial, partialBytes, n);
        partialBytes += n;
        if (last) {
            if (bigEndian) {
                ValueText.swap(partial, partialVr);
            }
            if (tag == Tag.PixelRepresentation && partialBytes == 2) {
                signed[valueDepth] = partial[0] == 1;
            }
            if (tag == Tag.SpecificCharacterSet) {
                characterSets[valueDepth] = CharacterSet.of(ValueText.strings(
                        new Element.Value(tag, Vr.CS, partial), CharacterSet.DEFAULT));
            }
            String vr = tag == Tag.Item ? "pi" : partialVr.name();
            line(tag, vr, valueText(), Long.toString(length));
        }
    }

    private String valueText() {
        if (partial.length == 0) {
            return "(no value available)";
        }
        StringBuilder text = new StringBuilder();
        if (partialVr.isText()) {
            CharacterSet set =
                    partialVr.usesCharacterSet() ? characterSets[valueDepth] : CharacterSet.DEFAULT;
            appendEscaped(text, set.decode(partial, partialVr));
            return cut(text.insert(0, '['), length > partial.length) + "]";
        }
        appendNumbers(text);
        return cut(text, length > partial.length);
    }

    private String cut(StringBuilder text, boolean more) {
        if (text.length() > maxValueChars) {
            text.setLength(maxValueChars);
            return text + "...";
        }
        return more ? text + "..." : text.toString();
    }

    private static void appendEscaped(StringBuilder out, String text) {
        int end = text.length();
        while (end > 0 && (text.charAt(end - 1) == ' ' || text.charAt(end - 1) == 0)) {
            end--;
        }
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (c < 0x20 || c >= 0x7F && c < 0xA0) {
                out.append("&#").append((int) c).append(';');
            } else {
                out.append(c);
            }
        }
    }

    private void appendNumbers(StringBuilder text) {
        ByteBuffer in = ByteBuffer.wrap(partial).order(ByteOrder.LITTLE_ENDIAN);
        int width = partialVr == Vr.AT ? 4 : partialVr.unitBytes();
        while (in.remaining() >= width && text.length() <= maxValueChars) {
            text.append(text.isEmpty() ? "" : "\\").append(number(in));
        }
    }

    private String number(ByteBuffer in) {
        return switch (partialVr) {
            case OB, UN -> String.format("%02x", in.get() & 0xFF);
            case OW -> String.format("%04x", in.getShort() & 0xFFFF);
            case OL -> Integer.toUnsignedString(in.getInt());
            case OV -> Long.toUnsignedString(in.getLong());
            case OF -> Float.toString(in.getFloat());
            case OD -> Double.toString(in.getDouble());
            case AT -> String.format("(%04x,%04x)", in.getShort() & 0xFFFF, in.getShort() & 0xFFFF);
            case FD, FL, SL, SS, SV, UL, US, UV -> ValueText.numberText(in, partialVr);
            case AE, AS, CS, DA, DS, DT, IS, LO, LT, PN, SH, SQ, ST, TM, UC, UI, UR, UT ->
                throw new IllegalStateException(partialVr + " is text");
        };
    }

    @Override
    public void sequenceStart(int tag, Vr vr, long lengthBytes, long offset) {
        valueDepth = parser.depth() - 1;
        line(tag, "SQ", "(Sequence)", lengthText(lengthBytes));
    }

    @Override
    public void itemStart(long lengthBytes, long offset) {
        valueDepth = parser.depth() - 1;
        characterSets[parser.depth()] = characterSets[parser.depth() - 2];
        signed[parser.depth()] = signed[parser.depth() - 2];
        line(Tag.Item, "na", "(Item)", lengthText(lengthBytes));
    }

    @Override
    public void fragmentsStart(int tag, Vr vr, long offset) {
        valueDepth = parser.depth() - 1;
        line(tag, vr.name(), "(PixelSequence)", lengthText(UNDEFINED_LENGTH));
    }

    @Override
    public void oddity(Oddity oddity, int tag, long offset) {
        append("# odd: " + oddity + " at " + Tag.toString(tag) + ", offset " + offset + "\n");
    }

    private static String lengthText(long length) {
        return length == UNDEFINED_LENGTH ? "u/l" : Long.toString(length);
    }

    private void line(int tag, String vr, String value, String lengthText) {
        String keyword = tag == Tag.Item ? "Item" : Dictionary.keyword(tag);
        append("  ".repeat(valueDepth)
                + Tag.toString(tag).toLowerCase(Locale.ROOT)
                + " "
                + vr
                + " "
                + value
                + " # "
                + lengthText
                + (keyword.isEmpty() ? "" : " " + keyword)
                + "\n");
    }

    private void append(String text) {
        try {
            out.append(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
