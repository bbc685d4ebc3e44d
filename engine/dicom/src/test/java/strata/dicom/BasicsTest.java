package strata.dicom;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.base.Digest;
import strata.base.Uid;

import java.nio.ByteBuffer;
import java.util.List;

class BasicsTest {
    private static DataSet sample() {
        return new DataSet()
                .putUid(Tag.SOPClassUID, SopClasses.CT_IMAGE)
                .putUid(Tag.SOPInstanceUID, new Uid("1.2.3.4"))
                .putString(
                        Tag.PatientName, Vr.PN, "M\u00fcller^J\u00f6rg=\u5c71\u7530^\u592a\u90ce")
                .putInt(Tag.Rows, Vr.US, 512)
                .putInt(Tag.NumberOfFrames, Vr.IS, 3)
                .putInt(Tag.FrameIncrementPointer, Vr.AT, Tag.FrameTime)
                .putItems(
                        Tag.RequestAttributesSequence,
                        List.of(
                                new DataSet().putString(Tag.ScheduledProcedureStepID, Vr.SH, "S1"),
                                new DataSet()))
                .putBytes(Tag.PixelData, Vr.OW, new byte[] {1, 2, 3, 4});
    }

    @Test
    void writesAndReadsInAllFourEncodings() throws Exception {
        for (TransferSyntax syntax : List.of(
                TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN,
                TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN,
                TransferSyntax.EXPLICIT_VR_BIG_ENDIAN,
                TransferSyntax.DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN)) {
            byte[] bytes = DataSetWriter.toBytes(sample(), syntax);
            DataSet read = DataSetReader.read(bytes, syntax);
            assertEquals(sample(), read, syntax.name());
            assertEquals(
                    "M\u00fcller^J\u00f6rg",
                    read.personName(Tag.PatientName).orElseThrow().alphabetic());
            assertEquals(512, read.intValue(Tag.Rows).orElseThrow());
            assertEquals(3, read.intValue(Tag.NumberOfFrames).orElseThrow());
            assertEquals("00181063", read.string(Tag.FrameIncrementPointer).orElseThrow());
            assertEquals(2, read.items(Tag.RequestAttributesSequence).size());
            assertArrayEquals(bytes, DataSetWriter.toBytes(read, syntax));
        }
    }

    @Test
    void headerIsDeterministicAndReadsBack() throws Exception {
        Uid instance = new Uid("1.2.3.4");
        Uid syntax = TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN.uid();
        byte[] header = Part10.header(SopClasses.CT_IMAGE, instance, syntax);
        assertArrayEquals(header, Part10.header(SopClasses.CT_IMAGE, instance, syntax));
        Part10.Header read = Part10.readHeader(ByteBuffer.wrap(header));
        assertEquals(header.length, read.dataSetOffset());
        // The archive format: stored digests depend on these very bytes.
        assertEquals(304, header.length);
        assertEquals(
                "de8802dca457800e5fd48a02ad6714441a41c683ae1bd090d405ac19495c268d",
                Digest.ofBytes(header).toString());
        assertEquals(TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN, read.syntax());
        assertEquals(instance, read.meta().uid(Tag.MediaStorageSOPInstanceUID).orElseThrow());
    }

    @Test
    void truncationIsRefused() {
        byte[] bytes = DataSetWriter.toBytes(sample(), TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN);
        byte[] cut = java.util.Arrays.copyOf(bytes, bytes.length - 1);
        assertThrows(
                MalformedDicomException.class,
                () -> DataSetReader.read(cut, TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN));
    }

    @Test
    void storageIsEverythingNotKnownOtherwise() {
        assertTrue(SopClasses.isStorage(SopClasses.CT_IMAGE));
        assertTrue(SopClasses.isStorage(new Uid("1.3.6.1.4.1.99999.1")));
        assertTrue(!SopClasses.isStorage(SopClasses.VERIFICATION));
    }
}
