package strata.codec.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.DataSetReader;
import strata.dicom.DataSetWriter;
import strata.dicom.Element;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Data sets from one transfer syntax to another. */
final class TranscodingTest {
    private static final TransferSyntax IMPLICIT = TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN;
    private static final TransferSyntax EXPLICIT = TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN;
    private static final TransferSyntax BIG = TransferSyntax.EXPLICIT_VR_BIG_ENDIAN;
    private static final TransferSyntax DEFLATED =
            TransferSyntax.DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN;
    private static final List<TransferSyntax> WAYS = List.of(
            IMPLICIT,
            EXPLICIT,
            BIG,
            DEFLATED,
            TransferSyntax.RLE_LOSSLESS,
            TransferSyntax.JPEG_LOSSLESS_SV1,
            TransferSyntax.JPEG_LS_LOSSLESS);

    private static byte[] transcoded(byte[] dataSet, TransferSyntax from, TransferSyntax to)
            throws IOException {
        if (from == to) {
            return dataSet;
        }
        try (InputStream in = new TranscodedDataSet(
                new ByteArrayInputStream(dataSet), dataSet.length, from, to)) {
            return in.readAllBytes();
        }
    }

    private static DataSet image(PixelLayout layout, int frames) {
        ByteArrayOutputStream pixels = new ByteArrayOutputStream();
        for (int i = 0; i < frames; i++) {
            pixels.writeBytes(Images.frame(layout, i));
        }
        DataSet image = new DataSet()
                .putString(Tag.PatientName, Vr.PN, "Someone^Else")
                .putInt(Tag.SamplesPerPixel, Vr.US, layout.samplesPerPixel())
                .putString(
                        Tag.PhotometricInterpretation,
                        Vr.CS,
                        layout.photometric().term())
                .putInt(Tag.NumberOfFrames, Vr.IS, frames)
                .putInt(Tag.Rows, Vr.US, layout.rows())
                .putInt(Tag.Columns, Vr.US, layout.columns())
                .putInt(Tag.BitsAllocated, Vr.US, layout.bitsAllocated())
                .putInt(Tag.BitsStored, Vr.US, layout.bitsStored())
                .putInt(Tag.PixelRepresentation, Vr.US, layout.signed() ? 1 : 0)
                .putInt(
                        Tag.SmallestImagePixelValue,
                        layout.signed() ? Vr.SS : Vr.US,
                        layout.signed() ? -5 : 5)
                .putBytes(
                        Tag.PixelData,
                        layout.bitsAllocated() > 8 ? Vr.OW : Vr.OB,
                        pixels.toByteArray());
        if (layout.samplesPerPixel() > 1) {
            image.putInt(Tag.PlanarConfiguration, Vr.US, layout.planar() ? 1 : 0);
        }
        return image;
    }

    @Test
    void fromEverySyntaxToEveryOtherAndBackNothingChanges() throws Exception {
        List<DataSet> images = List.of(
                image(PixelLayout.grey(5, 7, 8, 8), 3),
                image(new PixelLayout(33, 21, 1, 16, 12, true, false, Photometric.MONOCHROME2), 4),
                image(PixelLayout.rgb(16, 9), 2));
        for (DataSet image : images) {
            // Implicit VR knows but OW.
            image.putBytes(Tag.PixelData, Vr.OW, image.bytes(Tag.PixelData));
            byte[] explicit = DataSetWriter.toBytes(image, EXPLICIT);
            for (TransferSyntax one : WAYS) {
                byte[] first = transcoded(explicit, EXPLICIT, one);
                for (TransferSyntax two : WAYS) {
                    byte[] second = transcoded(first, one, two);
                    DataSet back = DataSetReader.read(transcoded(second, two, EXPLICIT), EXPLICIT);
                    back.putBytes(Tag.PixelData, Vr.OW, back.bytes(Tag.PixelData));
                    assertEquals(image, back, one + " then " + two);
                }
            }
        }
    }

    @Test
    void theNativeSyntaxesAreWrittenAsInMemory() throws Exception {
        DataSet image = image(PixelLayout.grey(50, 70, 16, 16), 1)
                .putItems(
                        Tag.ReferencedStudySequence,
                        List.of(new DataSet().putUid(Tag.ReferencedSOPInstanceUID, UID)));
        for (TransferSyntax to : List.of(IMPLICIT, EXPLICIT, BIG, DEFLATED)) {
            byte[] expected = DataSetWriter.toBytes(image, to);
            for (TransferSyntax from : List.of(IMPLICIT, EXPLICIT, BIG, DEFLATED)) {
                if (from != to) {
                    byte[] stored = DataSetWriter.toBytes(image, from);
                    byte[] found = transcoded(stored, from, to);
                    assertEquals(DataSetReader.read(expected, to), DataSetReader.read(found, to));
                    if (to != DEFLATED) {
                        assertArrayEquals(expected, found, from + " to " + to);
                    }
                }
            }
        }
    }

    private static final Uid UID = new Uid("1.2.3");

    @Test
    void planesBecomePixelsWhereTheCodeStreamHasThem() throws Exception {
        PixelLayout planar = PixelLayout.rgb(11, 13).with(true, Photometric.RGB);
        DataSet image = image(planar, 2);
        byte[] stored = DataSetWriter.toBytes(image, IMPLICIT);
        byte[] encoded = transcoded(stored, IMPLICIT, TransferSyntax.JPEG_LS_LOSSLESS);
        DataSet back = DataSetReader.read(
                transcoded(encoded, TransferSyntax.JPEG_LS_LOSSLESS, EXPLICIT), EXPLICIT);
        assertEquals(0, back.intValue(Tag.PlanarConfiguration).orElseThrow());
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        expected.writeBytes(Images.interleaved(Images.frame(planar, 0), planar));
        expected.writeBytes(Images.interleaved(Images.frame(planar, 1), planar));
        assertArrayEquals(expected.toByteArray(), back.bytes(Tag.PixelData));
        byte[] rle = transcoded(stored, IMPLICIT, TransferSyntax.RLE_LOSSLESS);
        assertArrayEquals(stored, transcoded(rle, TransferSyntax.RLE_LOSSLESS, IMPLICIT));
    }

    @Test
    void groupLengthsAndOffsetTablesGo() throws Exception {
        PixelLayout layout = PixelLayout.grey(4, 4, 8, 8);
        byte[] frame = Images.frame(layout, 0);
        byte[] encoded = new RleEncoder().encode(frame, layout);
        DataSet stored = image(layout, 1)
                .putBytes(Tag.ExtendedOffsetTable, Vr.OV, new byte[8])
                .putBytes(Tag.ExtendedOffsetTableLengths, Vr.OV, new byte[8])
                .put(new Element.Fragments(Tag.PixelData, Vr.OB, List.of(new byte[4], encoded)));
        byte[] bytes = DataSetWriter.toBytes(stored, TransferSyntax.RLE_LOSSLESS);
        byte[] length = {8, 0, 0, 0, 'U', 'L', 4, 0, 0, 0, 0, 0};
        ByteArrayOutputStream withLength = new ByteArrayOutputStream();
        withLength.writeBytes(length);
        withLength.writeBytes(bytes);
        DataSet found = DataSetReader.read(
                transcoded(withLength.toByteArray(), TransferSyntax.RLE_LOSSLESS, IMPLICIT),
                IMPLICIT);
        assertFalse(found.contains(0x00080000));
        assertFalse(found.contains(Tag.ExtendedOffsetTable));
        assertFalse(found.contains(Tag.ExtendedOffsetTableLengths));
        assertArrayEquals(frame, found.bytes(Tag.PixelData));
    }

    @Test
    void iconsAreDecodedToo() throws Exception {
        PixelLayout layout = PixelLayout.grey(8, 8, 8, 8);
        byte[] frame = Images.frame(layout, 7);
        byte[] encoded = new RleEncoder().encode(frame, layout);
        DataSet icon = image(layout, 1)
                .put(new Element.Fragments(Tag.PixelData, Vr.OB, List.of(new byte[0], encoded)));
        DataSet broken = image(layout, 1)
                .put(new Element.Fragments(
                        Tag.PixelData, Vr.OB, List.of(new byte[0], new byte[6])));
        DataSet stored = image(layout, 1)
                .putItems(ICON_IMAGE_SEQUENCE, List.of(icon, broken))
                .put(new Element.Fragments(Tag.PixelData, Vr.OB, List.of(new byte[0], encoded)));
        byte[] bytes = DataSetWriter.toBytes(stored, TransferSyntax.RLE_LOSSLESS);
        for (TransferSyntax to : List.of(IMPLICIT, TransferSyntax.JPEG_LS_LOSSLESS)) {
            DataSet found =
                    DataSetReader.read(transcoded(bytes, TransferSyntax.RLE_LOSSLESS, to), to);
            List<DataSet> icons = found.items(ICON_IMAGE_SEQUENCE);
            assertArrayEquals(frame, icons.get(0).bytes(Tag.PixelData));
            assertFalse(icons.get(1).contains(Tag.PixelData));
        }
    }

    private static final int ICON_IMAGE_SEQUENCE = 0x00880200;

    @Test
    void singleBitsAreJoinedWithoutAGap() throws Exception {
        PixelLayout layout = PixelLayout.grey(3, 3, 1, 1);
        List<byte[]> fragments = new ArrayList<>();
        fragments.add(new byte[0]);
        for (int i = 0; i < 3; i++) {
            byte[] rle = new byte[68];
            rle[0] = 1;
            rle[4] = 64;
            rle[64] = 1;
            rle[65] = (byte) (0x11 * (i + 1));
            rle[66] = (byte) (i & 1);
            fragments.add(rle);
        }
        DataSet stored = image(PixelLayout.grey(3, 3, 8, 8), 3)
                .putInt(Tag.BitsAllocated, Vr.US, 1)
                .putInt(Tag.BitsStored, Vr.US, 1)
                .put(new Element.Fragments(Tag.PixelData, Vr.OB, fragments));
        byte[] bytes = DataSetWriter.toBytes(stored, TransferSyntax.RLE_LOSSLESS);
        byte[] found = transcoded(bytes, TransferSyntax.RLE_LOSSLESS, EXPLICIT);
        Frames frames = Frames.open(DataSetBytes.of(found), EXPLICIT).orElseThrow();
        assertEquals(layout, frames.layout());
        for (int i = 0; i < 3; i++) {
            byte[] expected = {(byte) (0x11 * (i + 1)), (byte) (i & 1)};
            assertArrayEquals(expected, frames.decoded(i), "frame " + i);
        }
    }

    @Test
    void lossStaysKnown() {
        DataSet image = new DataSet();
        ImageAttributes.markLossy(image, TransferSyntax.JPEG_BASELINE, 12.345);
        assertEquals(Optional.of("01"), image.string(Tag.LossyImageCompression));
        assertEquals(Optional.of("ISO_10918_1"), image.string(Tag.LossyImageCompressionMethod));
        assertTrue(List.of("12.35", "12.34")
                .contains(image.string(Tag.LossyImageCompressionRatio).orElseThrow()));
        ImageAttributes.markLossy(image, TransferSyntax.JPEG_LS_NEAR_LOSSLESS, 3);
        assertEquals(Optional.of("ISO_10918_1"), image.string(Tag.LossyImageCompressionMethod));
        DataSet lossless = new DataSet().putString(Tag.LossyImageCompression, Vr.CS, "00");
        ImageAttributes.markLossy(lossless, TransferSyntax.JPEG_LS_NEAR_LOSSLESS, 3);
        assertEquals(Optional.of("00"), lossless.string(Tag.LossyImageCompression));
        DataSet untouched = new DataSet();
        ImageAttributes.markLossy(untouched, TransferSyntax.JPEG_LS_LOSSLESS, 3);
        assertTrue(untouched.isEmpty());
    }

    @Test
    void whatCannotBeSentSaysWhy() throws Exception {
        PixelLayout layout = PixelLayout.grey(4, 4, 8, 8);
        byte[] encoded = new RleEncoder().encode(Images.frame(layout, 0), layout);
        List<List<byte[]>> broken = List.of(
                List.of(new byte[0], new byte[10]),
                List.of(new byte[0]),
                List.of(new byte[0], encoded, encoded));
        for (List<byte[]> fragments : broken) {
            DataSet stored = image(layout, fragments.size() == 3 ? 3 : 1)
                    .put(new Element.Fragments(Tag.PixelData, Vr.OB, fragments));
            byte[] bytes = DataSetWriter.toBytes(stored, TransferSyntax.RLE_LOSSLESS);
            assertThrows(
                    MalformedImageException.class,
                    () -> transcoded(bytes, TransferSyntax.RLE_LOSSLESS, EXPLICIT));
        }
        byte[] wide = DataSetWriter.toBytes(image(PixelLayout.grey(4, 4, 32, 32), 1), EXPLICIT);
        assertThrows(
                MalformedImageException.class,
                () -> transcoded(wide, EXPLICIT, TransferSyntax.JPEG_LS_LOSSLESS));
        byte[] few = DataSetWriter.toBytes(
                image(layout, 1).putInt(Tag.NumberOfFrames, Vr.IS, 2), EXPLICIT);
        assertThrows(
                MalformedImageException.class,
                () -> transcoded(few, EXPLICIT, TransferSyntax.RLE_LOSSLESS));
        byte[] noRows = DataSetWriter.toBytes(image(layout, 1).remove(Tag.Rows), EXPLICIT);
        assertThrows(
                MalformedImageException.class,
                () -> transcoded(noRows, EXPLICIT, TransferSyntax.RLE_LOSSLESS));
    }

    @Test
    void aPeerGetsTheStoredSyntaxThenANativeOneThenAnother() {
        Uid rle = TransferSyntax.RLE_LOSSLESS.uid();
        Uid ls = TransferSyntax.JPEG_LS_LOSSLESS.uid();
        Uid implicit = IMPLICIT.uid();
        Uid baseline = TransferSyntax.JPEG_BASELINE.uid();
        Uid video = new Uid("1.2.840.10008.1.2.4.102");
        assertEquals(
                List.of(rle, implicit, ls),
                Transcoding.candidates(rle, List.of(ls, baseline, implicit, rle)));
        assertEquals(
                List.of(implicit, ls), Transcoding.candidates(baseline, List.of(ls, implicit)));
        assertEquals(List.of(), Transcoding.candidates(video, List.of(ls, implicit)));
        assertEquals(List.of(video), Transcoding.candidates(video, List.of(ls, video)));
        assertEquals(List.of(), Transcoding.candidates(rle, List.of(baseline)));
    }

    @Test
    void longValuesGoByInParts() throws Exception {
        byte[] document = new byte[3_000_001];
        new java.util.Random(9).nextBytes(document);
        DataSet stored = new DataSet()
                .putString(Tag.Modality, Vr.CS, "DOC")
                .putBytes(0x00420011, Vr.OB, document)
                .putBytes(0x00431001, Vr.OW, java.util.Arrays.copyOf(document, 2_000_000));
        byte[] implicit = DataSetWriter.toBytes(stored, EXPLICIT);
        byte[] big = transcoded(implicit, EXPLICIT, BIG);
        assertArrayEquals(DataSetWriter.toBytes(stored, BIG), big);
        assertArrayEquals(implicit, transcoded(big, BIG, EXPLICIT));
    }
}
