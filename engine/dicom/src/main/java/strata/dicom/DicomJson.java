package strata.dicom;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Base64;
import java.util.List;

/**
 * The DICOM JSON model, PS3.18 Annex F: data sets to JSON text as they are walked, and back within
 * limits. Text is Unicode, so Specific Character Set is given as ISO_IR 192 where the data set has
 * one; group lengths are left out (F.2.2).
 */
public final class DicomJson {
    private static final int MAX_DECIMAL_CHARS = 64;
    private static final int MAX_PLAIN_SCALE = 64;
    private static final String[] NAME_GROUPS = {"Alphabetic", "Ideographic", "Phonetic"};

    /** Chooses which binary values are given by reference. */
    public interface BulkLinks {
        /** Everything inline; what is not in memory has no value. */
        BulkLinks NONE = (path, element) -> null;

        /**
         * The BulkDataURI of a value, or null to have it inline.
         *
         * @param path tags and item numbers from 0, as in {@code 54000100/0/54001010}
         */
        String uriOf(String path, Element element);
    }

    /** Finds what a BulkDataURI refers to, when a model is read. */
    public interface BulkData {
        /** Every reference is refused. */
        BulkData NONE = (tag, vr, uri) -> {
            throw new MalformedDicomException("a reference to bulk data", tag, 0);
        };

        /**
         * The element with this value; its length and place need not be known to whoever reads.
         *
         * @param uri from outside: never to be fetched
         */
        Element element(int tag, Vr vr, String uri) throws IOException;
    }

    private final Appendable out;
    private final BulkLinks links;

    private DicomJson(Appendable out, BulkLinks links) {
        this.out = out;
        this.links = links;
    }

    /** Writes one JSON object. */
    public static void write(DataSet dataSet, BulkLinks links, Appendable out) throws IOException {
        new DicomJson(out, links).dataSet(dataSet, "");
    }

    /** One JSON object with everything inline. */
    public static String toString(DataSet dataSet) {
        StringBuilder text = new StringBuilder();
        try {
            write(dataSet, BulkLinks.NONE, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /**
     * Reads one JSON object; a text's encoding in the data set is ISO_IR 192.
     *
     * @throws MalformedDicomException when it is not the DICOM JSON model, is beyond the limits, or
     *     refers to bulk data
     */
    public static DataSet read(Reader in, ParseLimits limits) throws IOException {
        return DicomJsonReader.readObject(in, limits);
    }

    /** Reads a JSON array of objects, or one object, under the same rules. */
    public static List<DataSet> readAll(Reader in, ParseLimits limits) throws IOException {
        return readAll(in, limits, BulkData.NONE);
    }

    /** Likewise, with values by reference. */
    public static List<DataSet> readAll(Reader in, ParseLimits limits, BulkData bulk)
            throws IOException {
        return DicomJsonReader.readArray(in, limits, bulk);
    }

    private void dataSet(DataSet dataSet, String path) throws IOException {
        out.append('{');
        boolean first = true;
        for (Element element : dataSet.elements()) {
            if (Tag.isGroupLength(element.tag())) {
                continue;
            }
            if (!first) {
                out.append(',');
            }
            first = false;
            String key = Tag.digits(element.tag());
            out.append('"')
                    .append(key)
                    .append("\":{\"vr\":\"")
                    .append(element.vr().name())
                    .append('"');
            element(element, dataSet, path, key);
            out.append('}');
        }
        out.append('}');
    }

    private void element(Element element, DataSet dataSet, String around, String key)
            throws IOException {
        if (element instanceof Element.Items items) {
            items(items, around + key);
        } else if (element instanceof Element.Value value && value.vr().isText()) {
            texts(value, dataSet);
        } else if (element instanceof Element.Value value && value.vr().isNumeric()) {
            numbers(dataSet.strings(value.tag()), value.vr());
        } else if (!element.isEmpty()) {
            String uri = links.uriOf(around + key, element);
            if (uri != null) {
                out.append(",\"BulkDataURI\":");
                JsonText.quote(uri, out);
            } else if (element instanceof Element.Value value) {
                out.append(",\"InlineBinary\":\"");
                out.append(Base64.getEncoder().encodeToString(value.bytes())).append('"');
            }
        }
    }

    private void items(Element.Items items, String path) throws IOException {
        if (items.isEmpty()) {
            return;
        }
        out.append(",\"Value\":[");
        int index = 0;
        for (DataSet item : items.items()) {
            if (index > 0) {
                out.append(',');
            }
            dataSet(item, path + "/" + index++ + "/");
        }
        out.append(']');
    }

    private void texts(Element.Value value, DataSet dataSet) throws IOException {
        List<String> texts = value.tag() == Tag.SpecificCharacterSet
                ? List.of(CharacterSet.UTF_8_TERM)
                : dataSet.strings(value.tag());
        if (areNothing(texts, value.vr())) {
            return;
        }
        out.append(",\"Value\":[");
        for (int i = 0; i < texts.size(); i++) {
            if (i > 0) {
                out.append(',');
            }
            text(texts.get(i), value.vr());
        }
        out.append(']');
    }

    private static boolean areNothing(List<String> texts, Vr vr) {
        for (String text : texts) {
            if (!isNothing(text, vr)) {
                return false;
            }
        }
        return true;
    }

    /** A name of carets only says as little as none. */
    private static boolean isNothing(String text, Vr vr) {
        return text.isEmpty() || vr == Vr.PN && PersonName.parse(text).isEmpty();
    }

    private void text(String text, Vr vr) throws IOException {
        if (isNothing(text, vr)) {
            out.append("null");
        } else if (vr == Vr.PN) {
            personName(PersonName.parse(text));
        } else if (vr == Vr.DS || vr == Vr.IS) {
            String number = decimal(text);
            if (number == null) {
                JsonText.quote(text, out);
            } else {
                out.append(number);
            }
        } else {
            JsonText.quote(text, out);
        }
    }

    /**
     * The text as a JSON number, which has no plus sign and no bare point; null when it is none.
     */
    private static String decimal(String text) {
        if (JsonText.isNumber(text)) {
            return text;
        }
        if (text.length() > MAX_DECIMAL_CHARS) {
            return null;
        }
        try {
            BigDecimal number = new BigDecimal(text.strip());
            return Math.abs((long) number.scale()) > MAX_PLAIN_SCALE
                    ? null
                    : number.toPlainString();
        } catch (NumberFormatException expected) {
            return null;
        }
    }

    private void personName(PersonName name) throws IOException {
        String[] groups = {name.alphabetic(), name.ideographic(), name.phonetic()};
        out.append('{');
        boolean first = true;
        for (int i = 0; i < groups.length; i++) {
            if (!groups[i].isEmpty()) {
                out.append(first ? "\"" : ",\"").append(NAME_GROUPS[i]).append("\":");
                JsonText.quote(groups[i], out);
                first = false;
            }
        }
        out.append('}');
    }

    private void numbers(List<String> texts, Vr vr) throws IOException {
        if (texts.isEmpty()) {
            return;
        }
        out.append(",\"Value\":[");
        for (int i = 0; i < texts.size(); i++) {
            out.append(i > 0 ? "," : "");
            // Tags are text; so is what JSON has no number for, and what a double would round.
            boolean plain =
                    vr != Vr.AT && vr != Vr.UV && vr != Vr.SV && JsonText.isNumber(texts.get(i));
            if (plain) {
                out.append(texts.get(i));
            } else {
                JsonText.quote(texts.get(i), out);
            }
        }
        out.append(']');
    }
}
