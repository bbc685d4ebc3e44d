package strata.dicom;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Reads the DICOM JSON model, PS3.18 F.2, within limits on depth, sizes and counts. */
final class DicomJsonReader {
    private static final int CHARS_PER_BYTE = 4;

    private final JsonText json;
    private final ParseLimits limits;
    private final DicomJson.BulkData bulk;
    private int elements;
    private int items;
    private int depth;
    private final ModelValues model;

    private DicomJsonReader(Reader in, ParseLimits limits, DicomJson.BulkData bulk)
            throws IOException {
        this.limits = limits;
        this.bulk = bulk;
        long maxChars = CHARS_PER_BYTE * limits.maxCapturedBytes();
        int maxString = (int) Math.min(Integer.MAX_VALUE / 2, 2L * limits.maxValueBytes());
        this.json = new JsonText(in, maxChars, maxString);
        this.model = new ModelValues(json::malformed);
    }

    static DataSet readObject(Reader in, ParseLimits limits) throws IOException {
        DicomJsonReader reader = new DicomJsonReader(in, limits, DicomJson.BulkData.NONE);
        DataSet dataSet = reader.object();
        reader.end();
        return dataSet;
    }

    static List<DataSet> readArray(Reader in, ParseLimits limits, DicomJson.BulkData bulk)
            throws IOException {
        DicomJsonReader reader = new DicomJsonReader(in, limits, bulk);
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
        if (dataSet.contains(Tag.SpecificCharacterSet) || depth == 0 && model.isBeyondAscii()) {
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
        String uri = null;
        if (!json.take('}')) {
            do {
                String name = json.string();
                json.expect(':');
                switch (name) {
                    case "vr" -> vr = vr(json.string(), tag);
                    case "Value" -> values = values(tag, vr == null ? Dictionary.vr(tag) : vr);
                    case "InlineBinary" -> binary = binary(json.string(), tag);
                    case "BulkDataURI" -> uri = json.string();
                    default -> throw json.malformed("an attribute that is not read here", tag);
                }
            } while (json.more('}'));
        }
        if (uri != null) {
            dataSet.put(bulk.element(tag, vr == null ? Dictionary.vr(tag) : vr, uri));
            return;
        }
        model.put(dataSet, tag, vr == null ? Dictionary.vr(tag) : vr, values, binary);
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
}
