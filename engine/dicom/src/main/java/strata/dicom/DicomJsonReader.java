package strata.dicom;

import java.io.IOException;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Reads the DICOM JSON model, PS3.18 F.2, within limits on depth, sizes and counts. */
final class DicomJsonReader {
    private static final int CHARS_PER_BYTE = 4;

    private final JsonText json;
    private final ParseLimits limits;
    private int elements;
    private int items;
    private int depth;
    private boolean beyondAscii;

    private DicomJsonReader(Reader in, ParseLimits limits) throws IOException {
        this.limits = limits;
        long maxChars = CHARS_PER_BYTE * limits.maxCapturedBytes();
        int maxString = (int) Math.min(Integer.MAX_VALUE / 2, 2L * limits.maxValueBytes());
        this.json = new JsonText(in, maxChars, maxString);
    }

    static DataSet readObject(Reader in, ParseLimits limits) throws IOException {
        DicomJsonReader reader = new DicomJsonReader(in, limits);
        DataSet dataSet = reader.object();
        reader.end();
        return dataSet;
    }

    static List<DataSet> readArray(Reader in, ParseLimits limits) throws IOException {
        DicomJsonReader reader = new DicomJsonReader(in, limits);
        List<DataSet> all = new ArrayList<>();
        if (reader.json.peek() == '{') {
            all.add(reader.object());
        } else {
            reader.json.expect('[');
            if (!reader.json.take(']')) {
                do {
                    reader.countItem();
                    all.add(reader.object());
                } while (reader.json.more(']'));
            }
        }
        reader.end();
        return all;
    }

    private void end() throws IOException {
        if (json.peek() >= 0) {
            throw json.malformed("text after the end", 0);
        }
    }

    private void countItem() throws IOException {
        if (++items > limits.maxItems()) {
            throw json.malformed("more than " + limits.maxItems() + " items", 0);
        }
    }

    private DataSet object() throws IOException {
        if (++depth > limits.maxDepth() / 2) {
            throw json.malformed("nested deeper than " + limits.maxDepth() / 2, 0);
        }
        DataSet dataSet = new DataSet();
        json.expect('{');
        if (!json.take('}')) {
            do {
                element(dataSet);
            } while (json.more('}'));
        }
        depth--;
        if (dataSet.contains(Tag.SpecificCharacterSet) || depth == 0 && beyondAscii) {
            dataSet.putString(Tag.SpecificCharacterSet, Vr.CS, CharacterSet.UTF_8_TERM);
        }
        return dataSet;
    }

    private void element(DataSet dataSet) throws IOException {
        String key = json.string();
        int tag = Dictionary.tag(key).orElseThrow(() -> json.malformed("a key that is no tag", 0));
        if (++elements > limits.maxElements() || dataSet.contains(tag)) {
            throw json.malformed("too many elements, or the same again", tag);
        }
        json.expect(':');
        json.expect('{');
        Vr vr = null;
        List<Object> values = null;
        byte[] binary = null;
        if (!json.take('}')) {
            do {
                String name = json.string();
                json.expect(':');
                switch (name) {
                    case "vr" -> vr = vr(json.string(), tag);
                    case "Value" -> values = values(tag, vr == null ? Dictionary.vr(tag) : vr);
                    case "InlineBinary" -> binary = binary(json.string(), tag);
                    default -> throw json.malformed("an attribute that is not read here", tag);
                }
            } while (json.more('}'));
        }
        put(dataSet, tag, vr == null ? Dictionary.vr(tag) : vr, values, binary);
    }

    private Vr vr(String code, int tag) throws MalformedDicomException {
        Vr vr = code.length() == 2 ? Vr.of(code.charAt(0), code.charAt(1)) : null;
        if (vr == null) {
            throw json.malformed("unknown VR", tag);
        }
        return vr;
    }

    private byte[] binary(String base64, int tag) throws MalformedDicomException {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw json.malformed("broken base64", tag);
        }
    }

    /** Strings, item data sets, name objects as joined groups, literals as text, null as "". */
    private List<Object> values(int tag, Vr vr) throws IOException {
        List<Object> values = new ArrayList<>();
        json.expect('[');
        if (json.take(']')) {
            return values;
        }
        do {
            countItem();
            int c = json.peek();
            if (c == '"') {
                values.add(json.string());
            } else if (c == '{') {
                // A name's members are no tags; an item's are nothing else.
                values.add(vr == Vr.PN ? personName(tag) : object());
            } else {
                String literal = json.literal();
                if (!literal.equals("null") && !JsonText.isNumber(literal)) {
                    throw json.malformed("neither text, number nor null", tag);
                }
                values.add(literal.equals("null") ? "" : literal);
            }
        } while (json.more(']'));
        return values;
    }

    private String personName(int tag) throws IOException {
        String[] groups = {"", "", ""};
        json.expect('{');
        if (!json.take('}')) {
            do {
                String name = json.string();
                json.expect(':');
                int index = switch (name) {
                    case "Alphabetic" -> 0;
                    case "Ideographic" -> 1;
                    case "Phonetic" -> 2;
                    default -> throw json.malformed("not a person name", tag);
                };
                groups[index] = json.string();
            } while (json.more('}'));
        }
        return new PersonName(groups[0], groups[1], groups[2]).toString();
    }

    private void put(DataSet dataSet, int tag, Vr vr, List<Object> values, byte[] binary)
            throws MalformedDicomException {
        if (binary != null) {
            if (vr == Vr.SQ) {
                throw json.malformed("binary in a sequence", tag);
            }
            dataSet.putBytes(tag, vr, binary);
        } else if (values == null || values.isEmpty()) {
            dataSet.putEmpty(tag, vr);
        } else if (vr == Vr.SQ) {
            dataSet.putItems(tag, items(values, tag));
        } else if (values.stream().anyMatch(v -> v instanceof DataSet)) {
            throw json.malformed("an item outside a sequence", tag);
        } else {
            String[] texts = values.stream().map(String::valueOf).toArray(String[]::new);
            if (vr.backslashSeparated() && String.join("", texts).indexOf('\\') >= 0) {
                throw json.malformed("a backslash inside a value", tag);
            }
            if (vr.isText()) {
                byte[] utf8 = String.join("\\", texts).getBytes(StandardCharsets.UTF_8);
                for (byte b : utf8) {
                    beyondAscii |= b < 0;
                }
                dataSet.putBytes(tag, vr, utf8);
            } else {
                dataSet.putBytes(tag, vr, numbers(vr, texts, tag));
            }
        }
    }

    private List<DataSet> items(List<Object> values, int tag) throws MalformedDicomException {
        List<DataSet> sequence = new ArrayList<>();
        for (Object value : values) {
            if (!(value instanceof DataSet item)) {
                throw json.malformed("not an item", tag);
            }
            sequence.add(item);
        }
        return sequence;
    }

    private byte[] numbers(Vr vr, String[] texts, int tag) throws MalformedDicomException {
        if (!vr.isNumeric()) {
            throw json.malformed("text for the binary VR " + vr, tag);
        }
        int width = vr == Vr.AT ? 4 : vr.unitBytes();
        ByteBuffer out = ByteBuffer.allocate(width * texts.length).order(ByteOrder.LITTLE_ENDIAN);
        try {
            for (String text : texts) {
                number(vr, text, out);
            }
        } catch (NumberFormatException e) {
            throw json.malformed("not a number of VR " + vr, tag);
        }
        return out.array();
    }

    private static void number(Vr vr, String text, ByteBuffer out) {
        switch (vr) {
            case US -> out.putShort((short) ranged(text, 0, 0xFFFF));
            case SS -> out.putShort((short) ranged(text, Short.MIN_VALUE, Short.MAX_VALUE));
            case UL -> out.putInt((int) ranged(text, 0, 0xFFFFFFFFL));
            case SL -> out.putInt((int) ranged(text, Integer.MIN_VALUE, Integer.MAX_VALUE));
            case UV -> out.putLong(Long.parseUnsignedLong(text));
            case SV -> out.putLong(Long.parseLong(text));
            case FL -> out.putFloat(Float.parseFloat(text));
            case FD -> out.putDouble(Double.parseDouble(text));
            case AT -> {
                int at = Integer.parseUnsignedInt(text, 16);
                out.putShort((short) (at >>> 16)).putShort((short) at);
            }
            case AE,
                    AS,
                    CS,
                    DA,
                    DS,
                    DT,
                    IS,
                    LO,
                    LT,
                    OB,
                    OD,
                    OF,
                    OL,
                    OV,
                    OW,
                    PN,
                    SH,
                    SQ,
                    ST,
                    TM,
                    UC,
                    UI,
                    UN,
                    UR,
                    UT -> throw new NumberFormatException(vr.name());
        }
    }

    private static long ranged(String text, long min, long max) {
        long value = Long.parseLong(text);
        if (value < min || value > max) {
            throw new NumberFormatException("out of range");
        }
        return value;
    }
}
