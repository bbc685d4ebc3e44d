package strata.dicom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import strata.base.Uid;

import java.io.InputStreamReader;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class DicomJsonTest {
    private static DataSet read(String text) throws Exception {
        return DicomJson.read(new StringReader(text), ParseLimits.SMALL);
    }

    @Test
    void writesTheModel() {
        DataSet dataSet = new DataSet()
                .putString(Tag.SpecificCharacterSet, Vr.CS, "ISO_IR 192")
                .putString(Tag.ImageType, Vr.CS, "ORIGINAL", "", "AXIAL")
                .putUid(Tag.SOPInstanceUID, new Uid("1.2.3"))
                .putString(Tag.PatientName, Vr.PN, "M\u00fcller^\"J\"=\u5c71\u7530")
                .putEmpty(Tag.PatientID, Vr.LO)
                .putString(Tag.SliceThickness, Vr.DS, "+1.50", "x")
                .putInt(Tag.FrameIncrementPointer, Vr.AT, Tag.FrameTime)
                .putInt(Tag.Rows, Vr.US, 512, 65535)
                .putItems(
                        Tag.RequestAttributesSequence,
                        List.of(new DataSet().putString(Tag.StudyID, Vr.SH, "a\nb"), new DataSet()))
                .putBytes(Tag.PixelData, Vr.OW, new byte[] {1, 2});
        assertEquals(
                "{\"00080005\":{\"vr\":\"CS\",\"Value\":[\"ISO_IR 192\"]},"
                        + "\"00080008\":{\"vr\":\"CS\",\"Value\":[\"ORIGINAL\",null,\"AXIAL\"]},"
                        + "\"00080018\":{\"vr\":\"UI\",\"Value\":[\"1.2.3\"]},"
                        + "\"00100010\":{\"vr\":\"PN\",\"Value\":[{\"Alphabetic\":\"M\u00fcller^\\\"J\\\"\","
                        + "\"Ideographic\":\"\u5c71\u7530\"}]},"
                        + "\"00100020\":{\"vr\":\"LO\"},"
                        + "\"00180050\":{\"vr\":\"DS\",\"Value\":[1.50,\"x\"]},"
                        + "\"00280009\":{\"vr\":\"AT\",\"Value\":[\"00181063\"]},"
                        + "\"00280010\":{\"vr\":\"US\",\"Value\":[512,65535]},"
                        + "\"00400275\":{\"vr\":\"SQ\",\"Value\":[{\"00200010\":{\"vr\":\"SH\","
                        + "\"Value\":[\"a\\u000ab\"]}},{}]},"
                        + "\"7FE00010\":{\"vr\":\"OW\",\"InlineBinary\":\"AQI=\"}}",
                DicomJson.toString(dataSet));
    }

    @Test
    void givesBulkByReference() throws Exception {
        DataSet dataSet = new DataSet()
                .putItems(
                        Tag.WaveformSequence,
                        List.of(new DataSet().putBytes(Tag.WaveformData, Vr.OW, new byte[4])))
                .put(new Element.Bulk(Tag.PixelData, Vr.OB, 100, 2000, true));
        StringBuilder out = new StringBuilder();
        DicomJson.write(dataSet, (path, element) -> "bulk/" + path, out);
        assertEquals(
                "{\"54000100\":{\"vr\":\"SQ\",\"Value\":[{\"54001010\":{\"vr\":\"OW\","
                        + "\"BulkDataURI\":\"bulk/54000100/0/54001010\"}}]},"
                        + "\"7FE00010\":{\"vr\":\"OB\",\"BulkDataURI\":\"bulk/7FE00010\"}}",
                out.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{}x",
                "{\"0010\":{}}",
                "{\"00100010\":{\"vr\":\"ZZ\"}}",
                "{\"00100020\":{\"vr\":\"LO\",\"Value\":[true]}}",
                "{\"00100020\":{\"vr\":\"LO\",\"Value\":[{}]}}",
                "{\"00100020\":{\"vr\":\"LO\",\"Value\":[\"a\\\\b\"]}}",
                "{\"00100020\":{\"vr\":\"LO\",\"BulkDataURI\":\"file:/etc/passwd\"}}",
                "{\"00280010\":{\"vr\":\"US\",\"Value\":[65536]}}",
                "{\"00280010\":{\"vr\":\"US\",\"Value\":[1e3]}}",
                "{\"00081140\":{\"vr\":\"SQ\",\"Value\":[\"x\"]}}",
                "{\"7FE00010\":{\"vr\":\"OB\",\"InlineBinary\":\"?\"}}",
                "{\"00100020\":{\"vr\":\"LO\"},\"00100020\":{\"vr\":\"LO\"}}",
                "{\"00100020\":{\"vr\":\"LO\",\"Value\":[\"\\u00zz\"]}}"
            })
    void refusesWhatIsNotTheModel(String text) {
        assertThrows(MalformedDicomException.class, () -> read(text));
    }

    @Test
    void boundsDepthAndSize() {
        // 50
        String deep = "{\"00081140\":{\"vr\":\"SQ\",\"Value\":[".repeat(10_000);
        assertTrue(assertThrows(MalformedDicomException.class, () -> read(deep))
                .getMessage()
                .contains("deeper"));
        String big = "{\"7FE00010\":{\"vr\":\"OB\",\"InlineBinary\":\"" + "A".repeat(8 << 20);
        assertTrue(assertThrows(MalformedDicomException.class, () -> read(big))
                .getMessage()
                .contains("longer"));
        String wide = "{\"00100020\":{\"vr\":\"LO\",\"Value\":[" + "null,".repeat(5000);
        assertThrows(MalformedDicomException.class, () -> read(wide));
    }

    @Test
    void sharedFilesSurviveTheRoundTripAndAgreeWithDcm2json() throws Exception {
        Path dcm2json = DcmdumpComparisonTest.program("dcm2json");
        int compared = 0;
        int files = 0;
        for (SharedDicom.Entry entry : SharedDicom.wellFormed()) {
            if (Files.size(entry.file()) > 40_000 || entry.path().startsWith("series-")) {
                continue;
            }
            DataSet original = Part10.read(entry.file()).dataSet();
            String text = DicomJson.toString(original);
            DataSet ours = DicomJson.read(new StringReader(text), ParseLimits.IN_MEMORY);
            DataSet again = DicomJson.read(
                    new StringReader(DicomJson.toString(ours)), ParseLimits.IN_MEMORY);
            assertEquals(ours, again, entry.path());
            assertTrue(same(ours, original.toUtf8(), entry.path()) > 0);
            if (++files % 3 != 0) {
                continue;
            }
            DataSet theirs = theirs(dcm2json, entry.file());
            if (theirs != null) {
                compared += same(ours, theirs, entry.path());
            }
        }
        System.out.println("dcm2json comparison: " + compared + " elements agree");
        assertTrue(compared > 1000, "compared " + compared);
    }

    /** DCMTK's answer; null where it has none, such as for character sets its converter lacks. */
    private static DataSet theirs(Path dcm2json, Path file) throws Exception {
        Process process = new ProcessBuilder(dcm2json.toString(), "-q", "-fc", file.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        byte[] text = process.getInputStream().readAllBytes();
        if (process.waitFor() != 0) {
            return null;
        }
        return DicomJson.read(
                new InputStreamReader(
                        new java.io.ByteArrayInputStream(text), StandardCharsets.UTF_8),
                ParseLimits.IN_MEMORY);
    }

    private static int same(DataSet ours, DataSet theirs, String path) {
        int count = 0;
        for (Element element : theirs.elements()) {
            int tag = element.tag();
            if (Tag.isPrivate(tag) || tag == Tag.PixelData || !ours.contains(tag)) {
                continue;
            }
            if (element instanceof Element.Items items) {
                for (int i = 0; i < items.items().size(); i++) {
                    count += same(ours.items(tag).get(i), items.items().get(i), path);
                }
            } else if (element.vr() == Vr.FL
                    || element.vr() == Vr.FD
                    || element.vr() == Vr.DS
                    || element.vr() == Vr.IS) {
                assertEquals(
                        theirs.doubleValue(tag).orElse(0),
                        ours.doubleValue(tag).orElse(0),
                        Math.abs(theirs.doubleValue(tag).orElse(0)) * 1e-6,
                        path + Tag.toString(tag));
            } else if (element.vr() == Vr.PN) {
                // Trailing carets and equals signs say nothing and are not kept.
                assertEquals(
                        theirs.personName(tag).filter(n -> !n.isEmpty()),
                        ours.personName(tag),
                        path + Tag.toString(tag));
            } else if (element.vr().isText()) {
                assertEquals(theirs.strings(tag), ours.strings(tag), path + Tag.toString(tag));
            } else {
                assertEquals(
                        ByteBuffer.wrap(theirs.bytes(tag)),
                        ByteBuffer.wrap(ours.bytes(tag)),
                        path + Tag.toString(tag));
            }
            count++;
        }
        return count;
    }
}
