package strata.dicom;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads the Native DICOM Model, PS3.19 A.1, within limits on depth, sizes and counts. Document
 * types are refused, so that there are neither entities nor anything to fetch.
 */
final class DicomXmlReader {
    private static final String[] NAME_PARTS = {
        "FamilyName", "GivenName", "MiddleName", "NamePrefix", "NameSuffix"
    };
    private static final List<String> NAME_GROUPS =
            List.of("Alphabetic", "Ideographic", "Phonetic");
    private static final int CHARS_PER_BYTE = 4;

    private final XMLStreamReader xml;
    private final ParseLimits limits;
    private final DicomJson.BulkData bulk;
    private final ModelValues model = new ModelValues(this::malformed);
    private long charsLeft;
    private int elements;
    private int items;
    private int depth;

    DicomXmlReader(InputStream in, ParseLimits limits, DicomJson.BulkData bulk) throws IOException {
        this.limits = limits;
        this.bulk = bulk;
        this.charsLeft = CHARS_PER_BYTE * limits.maxCapturedBytes();
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, true);
        try {
            this.xml = factory.createXMLStreamReader(XmlText.of(in));
        } catch (XMLStreamException e) {
            throw cause(e, new MalformedDicomException("XML: no document", 0, 0));
        } catch (CharacterCodingException e) {
            throw new MalformedDicomException("XML: an unknown encoding", 0, 0);
        }
    }

    /** Bytes that are no text are the document's fault, not the stream's. */
    private static IOException cause(XMLStreamException e, MalformedDicomException otherwise) {
        return e.getNestedException() instanceof IOException io
                        && !(io instanceof CharacterCodingException)
                ? io
                : otherwise;
    }

    private MalformedDicomException malformed(String what, int tag) {
        long at = xml == null ? 0 : Math.max(0, xml.getLocation().getCharacterOffset());
        return new MalformedDicomException("XML: " + what, tag, at);
    }

    DataSet read() throws IOException {
        if (next() != XMLStreamConstants.START_ELEMENT || !isNamed("NativeDicomModel")) {
            throw malformed("not the native model", 0);
        }
        DataSet dataSet = attributes();
        if (next() != XMLStreamConstants.END_DOCUMENT) {
            throw malformed("something follows the document", 0);
        }
        return dataSet;
    }

    private boolean isNamed(String name) {
        String namespace = xml.getNamespaceURI();
        return xml.getLocalName().equals(name)
                && (namespace == null
                        || namespace.isEmpty()
                        || namespace.equals(DicomXml.NAMESPACE));
    }

    /** The next event that is neither comment nor blank; a fault of the text never shows it. */
    private int next() throws IOException {
        while (true) {
            int event = event();
            switch (event) {
                case XMLStreamConstants.START_ELEMENT,
                        XMLStreamConstants.END_ELEMENT,
                        XMLStreamConstants.END_DOCUMENT -> {
                    return event;
                }
                case XMLStreamConstants.CHARACTERS,
                        XMLStreamConstants.CDATA,
                        XMLStreamConstants.SPACE -> {
                    count(xml.getTextLength());
                    if (!xml.isWhiteSpace()) {
                        throw malformed("text where none belongs", 0);
                    }
                }
                case XMLStreamConstants.COMMENT -> count(xml.getTextLength());
                default -> throw malformed("a document type, entity or instruction", 0);
            }
        }
    }

    /** The reader's own message may quote the text: it is not passed on. */
    private int event() throws IOException {
        try {
            return xml.hasNext() ? xml.next() : XMLStreamConstants.END_DOCUMENT;
        } catch (XMLStreamException e) {
            throw cause(e, malformed("not well-formed, or beyond a limit", 0));
        }
    }

    private void count(int chars) throws MalformedDicomException {
        charsLeft -= chars;
        if (charsLeft < 0) {
            throw malformed("the document is too long", 0);
        }
    }

    /** Up to the end of the element that is open. */
    private DataSet attributes() throws IOException {
        if (++depth > limits.maxDepth() / 2) {
            throw malformed("nested deeper than " + limits.maxDepth() / 2, 0);
        }
        DataSet dataSet = new DataSet();
        while (next() == XMLStreamConstants.START_ELEMENT) {
            if (!isNamed("DicomAttribute")) {
                throw malformed("an element that does not belong here", 0);
            }
            attribute(dataSet);
        }
        depth--;
        if (dataSet.contains(Tag.SpecificCharacterSet) || depth == 0 && model.isBeyondAscii()) {
            dataSet.putString(Tag.SpecificCharacterSet, Vr.CS, CharacterSet.UTF_8_TERM);
        }
        return dataSet;
    }

    private void attribute(DataSet dataSet) throws IOException {
        String digits = xml.getAttributeValue(null, "tag");
        int tag = Dictionary.tag(digits == null ? "" : digits)
                .orElseThrow(() -> malformed("an attribute without a tag", 0));
        if (++elements > limits.maxElements() || dataSet.contains(tag)) {
            throw malformed("too many elements, or the same again", tag);
        }
        String code = xml.getAttributeValue(null, "vr");
        Vr vr = code == null ? Dictionary.vr(tag) : Vr.of(first(code, 0), first(code, 1));
        if (vr == null || code != null && code.length() != 2) {
            throw malformed("unknown VR", tag);
        }
        List<Object> values = new ArrayList<>();
        byte[] binary = null;
        String uri = null;
        while (next() == XMLStreamConstants.START_ELEMENT) {
            switch (xml.getLocalName()) {
                case "Value" -> {
                    pad(values, tag);
                    values.add(text(tag));
                }
                case "PersonName" -> {
                    pad(values, tag);
                    values.add(personName(tag));
                }
                case "Item" -> {
                    pad(values, tag);
                    values.add(attributes());
                }
                case "InlineBinary" -> binary = binary(text(tag), tag);
                case "BulkData" -> {
                    uri = xml.getAttributeValue(null, "uri");
                    text(tag);
                }
                default -> throw malformed("an element that is not read here", tag);
            }
        }
        if (uri != null) {
            dataSet.put(bulk.element(tag, vr, uri));
        } else {
            model.put(dataSet, tag, vr, values, binary);
        }
    }

    private static int first(String code, int at) {
        return at < code.length() ? code.charAt(at) : 0;
    }

    /** Values that were left out before the one that begins are empty. */
    private void pad(List<Object> values, int tag) throws MalformedDicomException {
        String text = xml.getAttributeValue(null, "number");
        int number = values.size() + 1;
        if (text != null) {
            try {
                number = Integer.parseInt(text);
            } catch (NumberFormatException e) {
                throw malformed("a number that is none", tag);
            }
        }
        items += number - values.size();
        if (number <= values.size() || items > limits.maxItems() || items < 0) {
            throw malformed("values out of order or too many", tag);
        }
        while (values.size() < number - 1) {
            values.add("");
        }
    }

    /** The text up to the end of the element that is open. */
    private String text(int tag) throws IOException {
        StringBuilder text = new StringBuilder();
        while (true) {
            switch (event()) {
                case XMLStreamConstants.CHARACTERS,
                        XMLStreamConstants.CDATA,
                        XMLStreamConstants.SPACE -> {
                    count(xml.getTextLength());
                    text.append(xml.getTextCharacters(), xml.getTextStart(), xml.getTextLength());
                    if (text.length() > 2L * limits.maxValueBytes()) {
                        throw malformed("a value is too long", tag);
                    }
                }
                case XMLStreamConstants.COMMENT -> count(xml.getTextLength());
                case XMLStreamConstants.END_ELEMENT -> {
                    return text.toString();
                }
                default -> throw malformed("an element or entity inside a value", tag);
            }
        }
    }

    private byte[] binary(String base64, int tag) throws MalformedDicomException {
        try {
            return Base64.getMimeDecoder().decode(base64.strip());
        } catch (IllegalArgumentException e) {
            throw malformed("broken base64", tag);
        }
    }

    private String personName(int tag) throws IOException {
        String[] groups = {"", "", ""};
        while (next() == XMLStreamConstants.START_ELEMENT) {
            int group = NAME_GROUPS.indexOf(xml.getLocalName());
            if (group < 0) {
                throw malformed("not a person name", tag);
            }
            String[] parts = {"", "", "", "", ""};
            while (next() == XMLStreamConstants.START_ELEMENT) {
                int part = List.of(NAME_PARTS).indexOf(xml.getLocalName());
                if (part < 0) {
                    throw malformed("not a person name", tag);
                }
                parts[part] = text(tag);
            }
            groups[group] = String.join("^", parts).replaceAll("\\^+$", "");
        }
        return new PersonName(groups[0], groups[1], groups[2]).toString();
    }
}
