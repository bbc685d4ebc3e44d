package strata.codec.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.dicom.DataSet;
import strata.dicom.DataSetWriter;
import strata.dicom.Element;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Where each frame lies. */
final class FramesTest {
    private static final PixelLayout LAYOUT = PixelLayout.grey(5, 7, 16, 12);

    private static DataSet described(PixelLayout layout, int frames) {
        return new DataSet()
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
                .putInt(Tag.PixelRepresentation, Vr.US, 0);
    }

    private static Frames open(DataSet image, TransferSyntax syntax) throws IOException {
        byte[] bytes = DataSetWriter.toBytes(image, syntax);
        return Frames.open(DataSetBytes.of(bytes), syntax).orElseThrow();
    }

    private static List<byte[]> frames(int count) {
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            frames.add(Images.frame(LAYOUT, i));
        }
        return frames;
    }

    private static byte[] joined(List<byte[]> parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.forEach(all::writeBytes);
        return all.toByteArray();
    }

    @Test
    void nativeFramesComeInLittleEndianFromEverySyntax() throws Exception {
        List<byte[]> frames = frames(3);
        DataSet image = described(LAYOUT, 3).putBytes(Tag.PixelData, Vr.OW, joined(frames));
        for (TransferSyntax syntax : List.of(
                TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN,
                TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN,
                TransferSyntax.EXPLICIT_VR_BIG_ENDIAN)) {
            Frames opened = open(image, syntax);
            assertEquals(3, opened.count());
            for (int i : new int[] {2, 0, 1}) {
                assertArrayEquals(frames.get(i), opened.decoded(i), syntax + " " + i);
            }
        }
    }

    @Test
    void bytesInWordsOfBigEndianAreSwappedAcrossFrames() throws Exception {
        PixelLayout odd = PixelLayout.grey(3, 3, 8, 8);
        byte[] pixels = Images.frame(PixelLayout.grey(6, 3, 8, 8), 5);
        DataSet image = described(odd, 2).putBytes(Tag.PixelData, Vr.OW, pixels);
        Frames opened = open(image, TransferSyntax.EXPLICIT_VR_BIG_ENDIAN);
        assertArrayEquals(java.util.Arrays.copyOfRange(pixels, 9, 18), opened.decoded(1));
    }

    @Test
    void singleBitsBeginWhereTheFrameBeforeEnds() throws Exception {
        PixelLayout bits = PixelLayout.grey(3, 3, 1, 1);
        DataSet image = described(bits, 2)
                .putBytes(Tag.PixelData, Vr.OB, new byte[] {(byte) 0xFF, 0x55, 0x01, 0});
        Frames opened = open(image, TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN);
        assertArrayEquals(new byte[] {(byte) 0xAA, 0}, opened.decoded(1));
    }

    @Test
    void fewerPixelsThanSaidAreFewerFrames() throws Exception {
        DataSet image = described(LAYOUT, 9).putBytes(Tag.PixelData, Vr.OW, joined(frames(2)));
        Frames opened = open(image, TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN);
        assertEquals(2, opened.count());
        assertThrows(MalformedImageException.class, () -> opened.decoded(2));
        DataSet none = described(LAYOUT, 1).putBytes(Tag.PixelData, Vr.OW, new byte[60]);
        assertThrows(
                MalformedImageException.class,
                () -> open(none, TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN));
    }

    @Test
    void aDataSetWithoutPixelsHasNoFrames() throws Exception {
        byte[] bytes = DataSetWriter.toBytes(
                new DataSet().putString(Tag.Modality, Vr.CS, "SR"),
                TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN);
        assertTrue(Frames.open(DataSetBytes.of(bytes), TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN)
                .isEmpty());
    }

    private static DataSet encapsulated(List<byte[]> fragments, int frames, byte[] table) {
        List<byte[]> items = new ArrayList<>();
        items.add(table);
        items.addAll(fragments);
        return described(LAYOUT, frames).put(new Element.Fragments(Tag.PixelData, Vr.OB, items));
    }

    @Test
    void rleHasAFragmentForEachFrame() throws Exception {
        List<byte[]> frames = frames(4);
        List<byte[]> fragments = new ArrayList<>();
        frames.forEach(f -> fragments.add(new RleEncoder().encode(f, LAYOUT)));
        Frames opened = open(encapsulated(fragments, 4, new byte[0]), TransferSyntax.RLE_LOSSLESS);
        for (int i = 3; i >= 0; i--) {
            assertArrayEquals(frames.get(i), opened.decoded(i));
            assertArrayEquals(fragments.get(i), opened.stored(i));
        }
    }

    @Test
    void tablesAndMarkersFindFramesOfSeveralFragments() throws Exception {
        byte[] begin = {(byte) 0xFF, (byte) 0xD8, 1, 2};
        byte[] end = {3, (byte) 0xFF, (byte) 0xD9, 0};
        byte[] whole = {(byte) 0xFF, (byte) 0xD8, 4, 5, (byte) 0xFF, (byte) 0xD9};
        List<byte[]> fragments = List.of(begin, end, whole, begin, end);
        byte[] basic = ByteBuffer.allocate(12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0)
                .putInt(24)
                .putInt(38)
                .array();
        byte[] wrong = basic.clone();
        wrong[4] = 20;
        byte[] extended = ByteBuffer.allocate(24)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(0)
                .putLong(24)
                .putLong(38)
                .array();
        DataSet byExtended = encapsulated(fragments, 3, new byte[0])
                .putBytes(Tag.ExtendedOffsetTable, Vr.OV, extended);
        for (DataSet image : List.of(
                encapsulated(fragments, 3, basic),
                encapsulated(fragments, 3, wrong),
                encapsulated(fragments, 3, new byte[0]),
                byExtended)) {
            Frames opened = open(image, TransferSyntax.JPEG_BASELINE);
            assertArrayEquals(joined(List.of(begin, end)), opened.stored(2));
            assertArrayEquals(whole, opened.stored(1));
            assertArrayEquals(joined(List.of(begin, end)), opened.stored(0));
        }
        Frames one = open(encapsulated(fragments, 1, new byte[0]), TransferSyntax.JPEG_BASELINE);
        assertArrayEquals(joined(fragments), one.stored(0));
        Frames more = open(encapsulated(fragments, 4, new byte[0]), TransferSyntax.JPEG_BASELINE);
        assertThrows(MalformedImageException.class, () -> more.stored(3));
    }

    @Test
    void aStreamIsOpenedAgainToGoBack() throws Exception {
        byte[] bytes = new byte[100_000];
        new java.util.Random(1).nextBytes(bytes);
        int[] opened = new int[1];
        try (ReopenedBytes reopened = new ReopenedBytes(() -> {
            opened[0]++;
            return new ByteArrayInputStream(bytes);
        })) {
            ByteBuffer part = ByteBuffer.allocate(50_000);
            reopened.readFully(part, 50_000);
            assertArrayEquals(java.util.Arrays.copyOfRange(bytes, 50_000, 100_000), part.array());
            reopened.readFully(part.clear(), 10);
            assertArrayEquals(java.util.Arrays.copyOfRange(bytes, 10, 50_010), part.array());
            assertEquals(2, opened[0]);
            assertEquals(-1, reopened.read(part.clear(), 100_000));
        }
    }
}
