package strata.dicom;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.base.Uid;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

class Part10Test {
    private static final DataSet SAMPLE = new DataSet()
            .putUid(Tag.SOPClassUID, SopClasses.CT_IMAGE)
            .putUid(Tag.SOPInstanceUID, new Uid("1.2.3"))
            .putInt(Tag.Rows, Vr.US, 7);

    private static Part10.Content read(byte[] file) throws Exception {
        return Part10.read(new ByteArrayInputStream(file));
    }

    @Test
    void readsItsOwnFilesInEverySyntax() throws Exception {
        for (TransferSyntax syntax : TransferSyntax.all()) {
            byte[] file = Part10.file(SAMPLE, syntax);
            Part10.Content content = read(file);
            assertEquals(syntax, content.header().syntax());
            assertEquals(SAMPLE, content.dataSet(), syntax.toString());
            byte[] body = Arrays.copyOfRange(file, content.header().dataSetOffset(), file.length);
            assertArrayEquals(DataSetWriter.toBytes(SAMPLE, syntax), body);
            ByteBuffer start = ByteBuffer.wrap(file);
            assertEquals(content.header(), Part10.readHeader(start));
            assertEquals(0, start.position());
        }
    }

    @Test
    void knowsTheLengthOfItsHeaderWithoutMakingIt() {
        String longest = "2." + "7".repeat(62);
        for (int length = 3; length <= longest.length(); length++) {
            Uid instance = new Uid(longest.substring(0, length));
            for (Uid syntax : List.of(
                    TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN.uid(),
                    TransferSyntax.JPEG_2000.uid())) {
                assertEquals(
                        Part10.header(SopClasses.CT_IMAGE, instance, syntax).length,
                        Part10.headerBytes(SopClasses.CT_IMAGE, instance, syntax));
            }
        }
    }

    @Test
    void guessesTheSyntaxOfABareDataSet() throws Exception {
        for (TransferSyntax syntax : List.of(
                TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN,
                TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN,
                TransferSyntax.EXPLICIT_VR_BIG_ENDIAN)) {
            Part10.Content content = read(DataSetWriter.toBytes(SAMPLE, syntax));
            assertEquals(syntax, content.header().syntax());
            assertEquals(0, content.header().dataSetOffset());
            assertEquals(SAMPLE, content.dataSet());
        }
    }

    @Test
    void readsMetaInformationWithoutPreamble() throws Exception {
        byte[] file = Part10.file(SAMPLE, TransferSyntax.EXPLICIT_VR_BIG_ENDIAN);
        byte[] bare = Arrays.copyOfRange(file, Part10.PREFIX_BYTES, file.length);
        assertEquals(SAMPLE, read(bare).dataSet());
    }

    @Test
    void refusesBrokenMetaInformation() {
        byte[] file = Part10.file(SAMPLE, TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN);
        byte[] badVr = file.clone();
        badVr[148] = '?'; // 34: the VR of (0002,0001)
        assertTrue(assertThrows(MalformedDicomException.class, () -> read(badVr))
                .getMessage()
                .contains("no valid VR"));
        byte[] hugeValue = file.clone();
        Arrays.fill(hugeValue, 152, 156, (byte) 0x7F);
        assertThrows(MalformedDicomException.class, () -> read(hugeValue));
        for (int length = 0; length < file.length; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            if (length
                    != Part10.header(
                                    SopClasses.CT_IMAGE,
                                    new Uid("1.2.3"),
                                    TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN.uid())
                            .length) {
                try {
                    assertTrue(read(cut).dataSet().size() < SAMPLE.size(), "length " + length);
                } catch (MalformedDicomException expected) {
                    assertTrue(expected.offset() >= 0);
                } catch (Exception e) {
                    throw new AssertionError("length " + length, e);
                }
            }
        }
        assertThrows(MalformedDicomException.class, () -> read("%PDF-1.4 no DICOM".getBytes()));
        assertThrows(MalformedDicomException.class, () -> read(new byte[1000]));
    }
}
