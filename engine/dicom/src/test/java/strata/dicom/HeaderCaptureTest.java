package strata.dicom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.base.Uid;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

class HeaderCaptureTest {
    private static final Set<Integer> TAGS = Set.of(
            Tag.SOPClassUID,
            Tag.SOPInstanceUID,
            Tag.StudyInstanceUID,
            Tag.PatientName,
            Tag.RequestAttributesSequence,
            Tag.Rows);

    private static DataSet sample() {
        return new DataSet()
                .putString(Tag.SpecificCharacterSet, Vr.CS, "ISO_IR 192")
                .putUid(Tag.SOPClassUID, SopClasses.CT_IMAGE)
                .putUid(Tag.SOPInstanceUID, new Uid("1.2.3.4"))
                .putItems(
                        Tag.ReferencedImageSequence,
                        List.of(new DataSet().putUid(Tag.ReferencedSOPInstanceUID, new Uid("1.2"))))
                .putString(Tag.PatientName, Vr.PN, "D\u00f6e^J")
                .putItems(
                        Tag.RequestAttributesSequence,
                        List.of(new DataSet()
                                .putString(Tag.RequestedProcedureID, Vr.SH, "P1")
                                .putItems(
                                        Tag.ScheduledProtocolCodeSequence,
                                        List.of(new DataSet().putEmpty(Tag.CodeValue, Vr.SH)))))
                .putInt(Tag.Rows, Vr.US, 4);
    }

    private static HeaderCapture feed(byte[] bytes, int step, TransferSyntax syntax)
            throws MalformedDicomException {
        HeaderCapture capture = new HeaderCapture(syntax, TAGS);
        for (int at = 0; at < bytes.length; at += step) {
            capture.feed(ByteBuffer.wrap(bytes, at, Math.min(step, bytes.length - at)));
        }
        return capture;
    }

    @Test
    void capturesTheWantedAndLocatesNativePixels() throws Exception {
        byte[] pixels = new byte[1000];
        for (TransferSyntax syntax : List.of(
                TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN,
                TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN,
                TransferSyntax.EXPLICIT_VR_BIG_ENDIAN)) {
            byte[] head = DataSetWriter.toBytes(sample(), syntax);
            byte[] all =
                    DataSetWriter.toBytes(sample().putBytes(Tag.PixelData, Vr.OW, pixels), syntax);
            for (int step : new int[] {1, 7, all.length}) {
                HeaderCapture capture = feed(all, step, syntax);
                DataSet found = capture.finish();
                assertEquals(sample().remove(Tag.ReferencedImageSequence), found);
                assertEquals(head.length, capture.pixelDataOffset().getAsLong());
                assertEquals(1000, capture.pixelDataLength().getAsLong());
                assertEquals(all.length - 1000, capture.pixelDataValueOffset().getAsLong());
                assertEquals(all.length, capture.lengthBytes());
                assertFalse(capture.isPixelDataEncapsulated());
            }
            byte[] cut = Arrays.copyOf(all, all.length - 10);
            HeaderCapture truncated = feed(cut, 100, syntax);
            assertTrue(truncated.reachedPixelData());
            assertThrows(MalformedDicomException.class, truncated::finish);
        }
    }

    @Test
    void locatesEncapsulatedPixels() throws Exception {
        DataSet all = sample().put(new Element.Fragments(
                Tag.PixelData, Vr.OB, List.of(new byte[0], new byte[10], new byte[6])));
        byte[] bytes = DataSetWriter.toBytes(all, TransferSyntax.RLE_LOSSLESS);
        HeaderCapture capture = feed(bytes, 3, TransferSyntax.RLE_LOSSLESS);
        capture.finish();
        assertTrue(capture.isPixelDataEncapsulated());
        assertEquals(2, capture.pixelDataFragments());
        assertEquals(8 + 18 + 14, capture.pixelDataLength().getAsLong());
        assertEquals(bytes.length - 48, capture.pixelDataValueOffset().getAsLong());
    }

    @Test
    void refusesASecondInstanceUidAndFlagsOtherRepeats() throws Exception {
        TransferSyntax syntax = TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN;
        byte[] one = DataSetWriter.toBytes(sample(), syntax);
        byte[] uid = DataSetWriter.toBytes(
                new DataSet().putUid(Tag.SOPInstanceUID, new Uid("1.2.3.5")), syntax);
        byte[] rows = DataSetWriter.toBytes(new DataSet().putInt(Tag.Rows, Vr.US, 9), syntax);
        assertThrows(MalformedDicomException.class, () -> feed(join(one, uid), 5, syntax));
        HeaderCapture capture = feed(join(one, rows), 5, syntax);
        assertEquals(4, capture.finish().intValue(Tag.Rows).getAsInt());
        assertTrue(capture.oddities().kinds().contains(Oddity.DUPLICATE_TAG));
    }

    private static byte[] join(byte[] a, byte[] b) {
        return ByteBuffer.allocate(a.length + b.length).put(a).put(b).array();
    }

    @Test
    void capturesEverySharedFileAsTheReaderDoes() throws Exception {
        Set<Integer> tags =
                Set.of(Tag.SOPInstanceUID, Tag.PatientName, Tag.ReferencedImageSequence);
        for (SharedDicom.Entry entry : SharedDicom.wellFormed()) {
            try (InputStream in = Files.newInputStream(entry.file())) {
                Part10.Opened opened = Part10.open(in);
                byte[] body = opened.dataSet().readAllBytes();
                HeaderCapture capture = new HeaderCapture(opened.header().syntax(), tags);
                capture.feed(ByteBuffer.wrap(body));
                DataSet found = capture.finish();
                assertEquals(
                        entry.sopInstance(),
                        found.uid(Tag.SOPInstanceUID).map(Uid::value).orElse(entry.sopInstance()),
                        entry.path());
            }
        }
    }
}
