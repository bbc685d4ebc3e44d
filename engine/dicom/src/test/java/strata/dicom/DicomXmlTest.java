package strata.dicom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.base.Uid;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

class DicomXmlTest {
    private static final String START =
            "<NativeDicomModel xmlns=\"http://dicom.nema.org/PS3.19/models/NativeDICOM\">";
    private static final String END = "</NativeDicomModel>";

    private static DataSet read(String text) throws IOException {
        return DicomXml.read(
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), ParseLimits.SMALL);
    }

    private static String write(DataSet dataSet) throws IOException {
        StringBuilder text = new StringBuilder();
        DicomXml.write(dataSet, DicomJson.BulkLinks.NONE, text);
        return text.toString();
    }

    private static DataSet sample() {
        return new DataSet()
                .putString(Tag.SpecificCharacterSet, Vr.CS, "ISO_IR 192")
                .putString(Tag.ImageType, Vr.CS, "ORIGINAL", "", "AXIAL")
                .putUid(Tag.SOPInstanceUID, new Uid("1.2.3"))
                .putString(
                        Tag.PatientName, Vr.PN, "M\u00fcller^\"J\"^^<&>=\u5c71\u7530^\u592a\u90ce")
                .putEmpty(Tag.PatientID, Vr.LO)
                .putString(0x00091001, Vr.LO, "private")
                .putString(0x00090010, Vr.LO, "MAKER & CO")
                .putString(Tag.SliceThickness, Vr.DS, "1.50", "2")
                .putInt(Tag.Rows, Vr.US, 512, 65535)
                .putItems(
                        Tag.RequestAttributesSequence,
                        List.of(new DataSet().putString(Tag.StudyID, Vr.SH, "b"), new DataSet()))
                .putString(Tag.TextValue, Vr.UT, "two\nlines\t and  spaces")
                .putBytes(Tag.PixelData, Vr.OW, new byte[] {1, 2});
    }

    @Test
    void writesTheModel() throws Exception {
        DataSet dataSet = new DataSet()
                .putString(Tag.ImageType, Vr.CS, "A", "", "C")
                .putString(Tag.PatientName, Vr.PN, "Doe^Jane")
                .putString(0x00090010, Vr.LO, "X")
                .putBytes(0x00091001, Vr.UN, new byte[] {1, 2})
                .putItems(Tag.RequestAttributesSequence, List.of(new DataSet()));
        assertEquals(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<NativeDicomModel xmlns=\""
                        + "http://dicom.nema.org/PS3.19/models/NativeDICOM\" xml:space=\"preserve\">"
                        + "<DicomAttribute tag=\"00080008\" vr=\"CS\" keyword=\"ImageType\">"
                        + "<Value number=\"1\">A</Value><Value number=\"3\">C</Value>"
                        + "</DicomAttribute>"
                        + "<DicomAttribute tag=\"00090010\" vr=\"LO\">"
                        + "<Value number=\"1\">X</Value></DicomAttribute>"
                        + "<DicomAttribute tag=\"00091001\" vr=\"UN\" privateCreator=\"X\">"
                        + "<InlineBinary>AQI=</InlineBinary></DicomAttribute>"
                        + "<DicomAttribute tag=\"00100010\" vr=\"PN\" keyword=\"PatientName\">"
                        + "<PersonName number=\"1\"><Alphabetic><FamilyName>Doe</FamilyName>"
                        + "<GivenName>Jane</GivenName></Alphabetic></PersonName></DicomAttribute>"
                        + "<DicomAttribute tag=\"00400275\" vr=\"SQ\""
                        + " keyword=\"RequestAttributesSequence\"><Item number=\"1\"></Item>"
                        + "</DicomAttribute></NativeDicomModel>\n",
                write(dataSet));
    }

    @Test
    void readsBackWhatItWrote() throws Exception {
        assertEquals(sample(), read(write(sample())));
    }

    @Test
    void everySharedFileComesBackTheSameFromXmlAsFromJson() throws Exception {
        int compared = 0;
        for (SharedDicom.Entry entry : SharedDicom.sample()) {
            DataSet head = head(entry);
            String xml = write(head);
            DataSet fromJson = DicomJson.read(
                    new java.io.StringReader(DicomJson.toString(head)), ParseLimits.STREAMING);
            DataSet fromXml = DicomXml.read(
                    new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)),
                    ParseLimits.STREAMING);
            if (!xml.contains("\uFFFD")) {
                assertEquals(normalised(fromJson), normalised(fromXml), entry.path());
                compared++;
            }
        }
        assertTrue(compared > 300, "compared " + compared);
    }

    /** Without what JSON turns to a number, and names in their shortest form. */
    private static DataSet normalised(DataSet dataSet) {
        DataSet out = new DataSet();
        for (Element element : dataSet.elements()) {
            boolean number = element.vr() == Vr.DS || element.vr() == Vr.IS;
            if (element instanceof Element.Items items) {
                out.putItems(
                        items.tag(),
                        items.items().stream().map(DicomXmlTest::normalised).toList());
            } else if (element.vr() == Vr.PN) {
                String[] names = dataSet.strings(element.tag()).stream()
                        .map(n -> shortest(PersonName.parse(n)))
                        .toArray(String[]::new);
                out.putString(element.tag(), Vr.PN, names);
            } else if (element.vr().isText() && !number) {
                // An empty value at the end is null in JSON and nothing in XML.
                String text = String.join("\\", dataSet.strings(element.tag()));
                out.putString(element.tag(), element.vr(), text.replaceAll("\\\\+$", ""));
            } else if (!number) {
                out.put(element);
            }
        }
        return out;
    }

    private static String shortest(PersonName name) {
        StringBuilder text = new StringBuilder();
        for (String group : List.of(name.alphabetic(), name.ideographic(), name.phonetic())) {
            text.append(String.join("^", PersonName.components(group)).replaceAll("\\^+$", ""))
                    .append('=');
        }
        return text.toString();
    }

    private static DataSet head(SharedDicom.Entry entry) throws IOException {
        DataSet all = Part10.read(entry.file()).dataSet();
        all.remove(Tag.PixelData).remove(Tag.FloatPixelData);
        return all;
    }

    @Test
    void documentTypesAndEntitiesAreRefused() {
        for (String hostile : List.of(
                "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>" + START
                        + "<DicomAttribute tag=\"00100020\" vr=\"LO\"><Value number=\"1\">&e;</Value>"
                        + "</DicomAttribute>" + END,
                "<!DOCTYPE x SYSTEM \"http://127.0.0.1:1/x.dtd\">" + START + END,
                "<!DOCTYPE l [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>" + START
                        + "<DicomAttribute tag=\"00100020\" vr=\"LO\"><Value>&b;</Value>"
                        + "</DicomAttribute>" + END,
                START + "<DicomAttribute tag=\"00100020\" vr=\"LO\"><Value>&b;</Value>"
                        + "</DicomAttribute>" + END,
                "<?xml-stylesheet href=\"x\"?>" + START + END)) {
            MalformedDicomException refused =
                    assertThrows(MalformedDicomException.class, () -> read(hostile), hostile);
            assertFalse(refused.getMessage().contains("root:"), hostile);
        }
    }

    @Test
    void whatIsNotTheModelIsRefused() {
        String open = "<DicomAttribute tag=\"00100020\" vr=\"LO\">";
        String close = "</DicomAttribute>";
        for (String wrong : List.of(
                "",
                "x",
                "<other/>",
                START,
                START + END + "<x/>",
                START + "text" + END,
                START + "<Other/>" + END,
                START + "<DicomAttribute vr=\"LO\"/>" + END,
                START + "<DicomAttribute tag=\"zzzzzzzz\" vr=\"LO\"/>" + END,
                START + "<DicomAttribute tag=\"00100020\" vr=\"ZZ\"/>" + END,
                START + open + close + open + close + END,
                START + open + "<Value number=\"0\">a</Value>" + close + END,
                START + open + "<Value number=\"2000000000\">a</Value>" + close + END,
                START + open + "<Value number=\"2\">a</Value><Value number=\"1\">b</Value>" + close
                        + END,
                START + open + "<Value><b/></Value>" + close + END,
                START + open + "<Value>a\\b</Value>" + close + END,
                START + open + "<Item number=\"1\"/>" + close + END,
                START + open + "<BulkData uri=\"file:///etc/passwd\"/>" + close + END,
                START + "<DicomAttribute tag=\"00280010\" vr=\"US\"><Value>70000</Value>" + close
                        + END,
                START
                        + "<DicomAttribute tag=\"00400275\" vr=\"SQ\"><Item number=\"1\">"
                                .repeat(40)
                        + "</Item></DicomAttribute>".repeat(40)
                        + END)) {
            assertThrows(MalformedDicomException.class, () -> read(wrong), wrong);
        }
    }

    @Test
    void bytesThatAreNoTextAreRefused() {
        byte[] xml = (START + "<DicomAttribute tag=\"00100020\" vr=\"LO\"/>" + END)
                .getBytes(StandardCharsets.UTF_8);
        xml[START.length() + 5] = (byte) 0xe4;
        assertThrows(
                MalformedDicomException.class,
                () -> DicomXml.read(new ByteArrayInputStream(xml), ParseLimits.SMALL));
    }

    @Test
    void anyEncodingIsReadAndAnUnknownOneRefused() throws IOException {
        String body = START + "<DicomAttribute tag=\"00100020\" vr=\"LO\"><Value number=\"1\">Aä"
                + "</Value></DicomAttribute>" + END;
        for (String encoding : List.of("UTF-8", "ISO-8859-1", "UTF-16", "UTF-16BE", "UTF-16LE")) {
            String whole = "<?xml version=\"1.0\" encoding=\"" + encoding + "\"?>" + body;
            byte[] bytes = whole.getBytes(Charset.forName(encoding));
            assertEquals(
                    "Aä",
                    DicomXml.read(new ByteArrayInputStream(bytes), ParseLimits.SMALL)
                            .string(Tag.PatientID)
                            .orElseThrow(),
                    encoding);
        }
        assertEquals("Aä", read("\ufeff" + body).string(Tag.PatientID).orElseThrow(), "mark");
        assertThrows(
                MalformedDicomException.class,
                () -> read("<?xml version=\"1.0\" encoding=\"none-such\"?>" + body));
    }

    /** What a peer sends is no reason to write to standard error, as the JDK's reader may. */
    @Test
    void damagedDocumentsAreRefusedInSilence() throws IOException {
        PrintStream before = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        byte[] xml = ("<?xml version=\"1.0\" encoding=\"UTF-8\"?><!-- -->" + START + END)
                .getBytes(StandardCharsets.UTF_8);
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        int refused = 0;
        try {
            Random random = new Random(7);
            for (int i = 0; i < 5_000; i++) {
                byte[] damaged = xml.clone();
                damaged[random.nextInt(xml.length)] = (byte) random.nextInt(256);
                try {
                    DicomXml.read(new ByteArrayInputStream(damaged), ParseLimits.SMALL);
                } catch (MalformedDicomException e) {
                    refused++;
                }
            }
        } finally {
            System.setErr(before);
        }
        assertTrue(refused > 1_000, refused + " refused");
        assertEquals("", said.toString(StandardCharsets.UTF_8));
    }
}
