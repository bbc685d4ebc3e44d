package strata.server.fuzz;

import strata.dicom.DataSet;
import strata.dicom.DataSetReader;
import strata.dicom.DataSetWriter;
import strata.dicom.DicomDump;
import strata.dicom.DicomJson;
import strata.dicom.DicomXml;
import strata.dicom.HeaderCapture;
import strata.dicom.MalformedDicomException;
import strata.dicom.ParseLimits;
import strata.dicom.Part10;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** Data sets in each encoding, files, and both models of DICOMweb. */
final class DicomFuzz {
    private static final List<TransferSyntax> SYNTAXES = List.of(
            TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN,
            TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN,
            TransferSyntax.EXPLICIT_VR_BIG_ENDIAN,
            TransferSyntax.DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
            TransferSyntax.JPEG_BASELINE);
    private static final ParseLimits LIMITS =
            new ParseLimits(32, 10_000, 50_000, 1 << 20, 8L << 20, 32L << 20, 200);

    private DicomFuzz() {}

    static DataSet sample() {
        return new DataSet()
                .putString(Tag.SpecificCharacterSet, Vr.CS, "ISO_IR 192")
                .putString(Tag.SOPClassUID, Vr.UI, "1.2.840.10008.5.1.4.1.1.2")
                .putString(Tag.SOPInstanceUID, Vr.UI, "1.2.3.4")
                .putString(Tag.StudyDate, Vr.DA, "20260101")
                .putString(Tag.PatientName, Vr.PN, "Fuzz^One")
                .putString(Tag.StudyInstanceUID, Vr.UI, "1.2.3")
                .putString(Tag.SeriesInstanceUID, Vr.UI, "1.2.3.1")
                .putString(Tag.InstanceNumber, Vr.IS, "12")
                .putItems(
                        Tag.RequestAttributesSequence,
                        List.of(new DataSet().putString(Tag.AccessionNumber, Vr.SH, "A1")))
                .putInt(Tag.Rows, Vr.US, 2)
                .putInt(Tag.Columns, Vr.US, 3)
                .putInt(Tag.BitsAllocated, Vr.US, 8)
                .putBytes(Tag.PixelData, Vr.OW, new byte[6]);
    }

    static List<byte[]> dataSets() throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        for (int i = 0; i < SYNTAXES.size() - 1; i++) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(i);
            out.writeBytes(DataSetWriter.toBytes(sample(), SYNTAXES.get(i)));
            seeds.add(out.toByteArray());
        }
        // Rows, then Pixel Data of an empty offset table and a fragment of two bytes.
        seeds.add(HexFormat.of()
                .parseHex("04" + "2800100055530200" + "0100" + "e07f10004f420000ffffffff"
                        + "feff00e000000000" + "feff00e002000000ffd8" + "feffdde000000000"));
        return seeds;
    }

    /** Whole, in pieces as the door reads it, and as text. */
    static void dataSet(byte[] input) throws Exception {
        if (input.length == 0) {
            return;
        }
        TransferSyntax syntax = SYNTAXES.get((input[0] & 0xff) % SYNTAXES.size());
        byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
        boolean captured = captured(bytes, syntax);
        try {
            DataSet whole =
                    DataSetReader.read(ByteBuffer.wrap(bytes), syntax, LIMITS).dataSet();
            DicomJson.toString(whole);
            DataSetWriter.toBytes(whole, TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN);
        } catch (MalformedDicomException expected) {
            Expected.answer(expected);
        }
        StringBuilder dump = new StringBuilder();
        try {
            DicomDump.dataSet(new ByteArrayInputStream(bytes), syntax, dump, 64);
        } catch (MalformedDicomException expected) {
            if (captured) {
                throw new AssertionError("the door takes what the dump refuses", expected);
            }
        }
    }

    private static boolean captured(byte[] bytes, TransferSyntax syntax) {
        Set<Integer> keys =
                Set.of(Tag.SOPInstanceUID, Tag.PatientName, Tag.RequestAttributesSequence);
        try (HeaderCapture capture = new HeaderCapture(syntax, keys)) {
            for (int at = 0; at < bytes.length; at += 33) {
                capture.feed(ByteBuffer.wrap(bytes, at, Math.min(33, bytes.length - at)));
            }
            DataSet header = capture.finish();
            header.string(Tag.PatientName);
            return true;
        } catch (MalformedDicomException expected) {
            Expected.answer(expected);
            return false;
        }
    }

    static List<byte[]> files() {
        byte[] file = Part10.file(sample(), TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN);
        return List.of(Arrays.copyOfRange(file, 128, file.length));
    }

    /** The preamble is not among the bytes. */
    static void file(byte[] input) throws Exception {
        byte[] file = new byte[128 + input.length];
        System.arraycopy(input, 0, file, 128, input.length);
        try {
            Part10.readHeader(ByteBuffer.wrap(file));
            Part10.read(new ByteArrayInputStream(file));
        } catch (MalformedDicomException expected) {
            Expected.answer(expected);
        }
    }

    static List<byte[]> jsons() {
        return List.of(
                utf8(DicomJson.toString(sample())),
                utf8("[{\"00080005\":{\"vr\":\"CS\",\"Value\":[\"ISO_IR 192\",null]},"
                        + "\"00091010\":{\"vr\":\"FD\",\"Value\":[1.5e3,-0]}}]"));
    }

    static void json(byte[] input) throws Exception {
        try {
            String text = new String(input, StandardCharsets.UTF_8);
            for (DataSet each : DicomJson.readAll(new StringReader(text), LIMITS)) {
                DicomJson.toString(each);
                DataSetWriter.toBytes(each, TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN);
            }
        } catch (MalformedDicomException expected) {
            Expected.answer(expected);
        }
    }

    static List<byte[]> xmls() throws IOException {
        StringBuilder text = new StringBuilder();
        DicomXml.write(sample(), DicomJson.BulkLinks.NONE, text);
        return List.of(utf8(text.toString()));
    }

    static void xml(byte[] input) throws Exception {
        try {
            DataSet read = DicomXml.read(new ByteArrayInputStream(input), LIMITS);
            DicomXml.write(read, DicomJson.BulkLinks.NONE, new StringBuilder());
        } catch (MalformedDicomException expected) {
            Expected.answer(expected);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
