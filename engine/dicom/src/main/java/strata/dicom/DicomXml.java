package strata.dicom;

import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.List;

/**
 * The Native DICOM Model in XML, PS3.19 A.1: data sets to XML text as they are walked, and back
 * within limits. Text is Unicode, so Specific Character Set is given as ISO_IR 192 where the data
 * set has one; group lengths are left out, as in the JSON model.
 */
public final class DicomXml {
    static final String NAMESPACE = "http://dicom.nema.org/PS3.19/models/NativeDICOM";

    private static final String[] NAME_GROUPS = {"Alphabetic", "Ideographic", "Phonetic"};
    private static final String[] NAME_PARTS = {
        "FamilyName", "GivenName", "MiddleName", "NamePrefix", "NameSuffix"
    };

    private final Appendable out;
    private final DicomJson.BulkLinks links;

    private DicomXml(Appendable out, DicomJson.BulkLinks links) {
        this.out = out;
        this.links = links;
    }

    /** Writes one XML document. */
    public static void write(DataSet dataSet, DicomJson.BulkLinks links, Appendable out)
            throws IOException {
        out.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<NativeDicomModel xmlns=\"")
                .append(NAMESPACE)
                .append("\" xml:space=\"preserve\">");
        new DicomXml(out, links).dataSet(dataSet, "");
        out.append("</NativeDicomModel>\n");
    }

    /**
     * Reads one document; a text's encoding in the data set is ISO_IR 192. Document types are
     * refused, and with them entities and everything outside the document.
     *
     * @throws MalformedDicomException when it is not the native model, is beyond the limits, or
     *     refers to bulk data
     */
    public static DataSet read(InputStream in, ParseLimits limits) throws IOException {
        return read(in, limits, DicomJson.BulkData.NONE);
    }

    /** Likewise, with values by reference. */
    public static DataSet read(InputStream in, ParseLimits limits, DicomJson.BulkData bulk)
            throws IOException {
        return new DicomXmlReader(in, limits, bulk).read();
    }

    private void dataSet(DataSet dataSet, String path) throws IOException {
        for (Element element : dataSet.elements()) {
            if (Tag.isGroupLength(element.tag())) {
                continue;
            }
            String key = Tag.digits(element.tag());
            out.append("<DicomAttribute tag=\"").append(key);
            out.append("\" vr=\"").append(element.vr().name()).append('"');
            if (Tag.isPrivate(element.tag())) {
                creator(element.tag(), dataSet);
            } else {
                String keyword = Dictionary.keyword(element.tag());
                if (!keyword.isEmpty()) {
                    out.append(" keyword=\"").append(keyword).append('"');
                }
            }
            out.append('>');
            element(element, dataSet, path, key);
            out.append("</DicomAttribute>");
        }
    }

    /** The creator of a private block, PS3.5 7.8.1, where it is named. */
    private void creator(int tag, DataSet dataSet) throws IOException {
        int block = Tag.element(tag) >>> 8;
        if (block < 0x10) {
            return;
        }
        String creator = dataSet.string(tag & 0xFFFF0000 | block).orElse("");
        if (!creator.isEmpty()) {
            out.append(" privateCreator=\"");
            quote(creator);
            out.append('"');
        }
    }

    private void element(Element element, DataSet dataSet, String around, String key)
            throws IOException {
        if (element instanceof Element.Items items) {
            int number = 0;
            for (DataSet item : items.items()) {
                out.append("<Item number=\"").append(Integer.toString(++number)).append("\">");
                dataSet(item, around + key + "/" + (number - 1) + "/");
                out.append("</Item>");
            }
        } else if (element instanceof Element.Value value
                && (value.vr().isText() || value.vr().isNumeric())) {
            List<String> texts = value.tag() == Tag.SpecificCharacterSet && !value.isEmpty()
                    ? List.of(CharacterSet.UTF_8_TERM)
                    : dataSet.strings(value.tag());
            values(texts, value.vr());
        } else if (!element.isEmpty()) {
            String uri = links.uriOf(around + key, element);
            if (uri != null) {
                out.append("<BulkData uri=\"");
                quote(uri);
                out.append("\"/>");
            } else if (element instanceof Element.Value value) {
                out.append("<InlineBinary>")
                        .append(Base64.getEncoder().encodeToString(value.bytes()))
                        .append("</InlineBinary>");
            }
        }
    }

    private void values(List<String> texts, Vr vr) throws IOException {
        for (int i = 0; i < texts.size(); i++) {
            String text = texts.get(i);
            if (text.isEmpty()) {
                continue;
            }
            String number = Integer.toString(i + 1);
            if (vr == Vr.PN) {
                personName(PersonName.parse(text), number);
            } else {
                out.append("<Value number=\"").append(number).append("\">");
                quote(text);
                out.append("</Value>");
            }
        }
    }

    private void personName(PersonName name, String number) throws IOException {
        if (name.isEmpty()) {
            return;
        }
        out.append("<PersonName number=\"").append(number).append("\">");
        String[] groups = {name.alphabetic(), name.ideographic(), name.phonetic()};
        for (int i = 0; i < groups.length; i++) {
            if (groups[i].isEmpty()) {
                continue;
            }
            out.append('<').append(NAME_GROUPS[i]).append('>');
            String[] parts = PersonName.components(groups[i]);
            for (int j = 0; j < NAME_PARTS.length && j < parts.length; j++) {
                if (!parts[j].isEmpty()) {
                    out.append('<').append(NAME_PARTS[j]).append('>');
                    quote(parts[j]);
                    out.append("</").append(NAME_PARTS[j]).append('>');
                }
            }
            out.append("</").append(NAME_GROUPS[i]).append('>');
        }
        out.append("</PersonName>");
    }

    /** XML 1.0 has no way to say most control characters: they become replacement characters. */
    private void quote(String text) throws IOException {
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            switch (c) {
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                case '"' -> out.append("&quot;");
                case '\t', '\n', '\r' ->
                    out.append("&#").append(Integer.toString(c)).append(';');
                default -> {
                    boolean allowed =
                            c >= 0x20 && c < 0xD800 || c >= 0xE000 && c < 0xFFFE || c >= 0x10000;
                    out.append(allowed ? Character.toString(c) : "\uFFFD");
                }
            }
        }
    }
}
