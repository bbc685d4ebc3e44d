package strata.frontdoor.web.render;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

import strata.codec.image.MalformedImageException;
import strata.codec.image.PixelLayout;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/** Exact levels, worked out by hand from PS3.3 C.11. */
class RenderFrameTest {
    private static DataSet grey(int columns, int allocated, int stored) {
        return new DataSet()
                .putInt(Tag.SamplesPerPixel, Vr.US, 1)
                .putString(Tag.PhotometricInterpretation, Vr.CS, "MONOCHROME2")
                .putInt(Tag.Rows, Vr.US, 1)
                .putInt(Tag.Columns, Vr.US, columns)
                .putInt(Tag.BitsAllocated, Vr.US, allocated)
                .putInt(Tag.BitsStored, Vr.US, stored)
                .putInt(Tag.HighBit, Vr.US, stored - 1)
                .putInt(Tag.PixelRepresentation, Vr.US, 0);
    }

    private static byte[] shorts(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            bytes.putShort((short) value);
        }
        return bytes.array();
    }

    private static int[] levels(DataSet header, byte[] pixels, Window window) throws Exception {
        return levels(header, pixels, 0, Optional.ofNullable(window));
    }

    private static int[] levels(DataSet header, byte[] pixels, int frame, Optional<Window> window)
            throws Exception {
        BufferedImage image =
                RenderFrame.render(pixels, PixelLayout.of(header), header, frame, window);
        int[] levels = new int[image.getWidth()];
        for (int i = 0; i < levels.length; i++) {
            boolean grey = image.getRaster().getNumBands() == 1;
            levels[i] = grey ? image.getRaster().getSample(i, 0, 0) : image.getRGB(i, 0) & 0xFFFFFF;
        }
        return levels;
    }

    @Test
    void withoutAWindowTheFramesOwnRangeIsShown() throws Exception {
        DataSet header = grey(5, 16, 12);
        assertArrayEquals(
                new int[] {0, 64, 128, 191, 255},
                levels(header, shorts(1000, 1500, 2000, 2500, 3000), null));
        assertArrayEquals(
                new int[] {128, 128, 128, 128, 128}, levels(header, shorts(7, 7, 7, 7, 7), null));
    }

    @Test
    void theLinearWindowIsThatOfTheStandard() throws Exception {
        DataSet header = grey(6, 16, 16)
                .putString(Tag.WindowCenter, Vr.DS, "2048")
                .putString(Tag.WindowWidth, Vr.DS, "4096");
        // C.11.2.1.2.1: c - 0.5 - (w - 1) / 2 = 0, c - 0.5 + (w - 1) / 2 = 4095
        assertArrayEquals(
                new int[] {0, 0, 64, 128, 255, 255},
                levels(header, shorts(0, 8, 1024, 2048, 4095, 60000), null));
        DataSet one = grey(3, 16, 16);
        assertArrayEquals(
                new int[] {0, 0, 255}, levels(one, shorts(98, 99, 100), Window.parse("100,1")));
    }

    @Test
    void theExactAndTheSigmoidWindow() throws Exception {
        DataSet header = grey(5, 16, 16);
        byte[] pixels = shorts(0, 50, 100, 150, 200);
        assertArrayEquals(
                new int[] {0, 0, 128, 255, 255},
                levels(header, pixels, Window.parse("100,100,linear-exact")));
        // 255 / (1 + exp(-4 (x - 100) / 100))
        assertArrayEquals(
                new int[] {5, 30, 128, 225, 250},
                levels(header, pixels, Window.parse("100,100,SIGMOID")));
        for (String wrong : List.of("1", "1,0", "1,0.5", "x,1", "1,1,cubic", "NaN,1", "1,1,,")) {
            assertThrows(IllegalArgumentException.class, () -> Window.parse(wrong), wrong);
        }
    }

    @Test
    void rescaledSignedValuesAndPolarity() throws Exception {
        DataSet header = grey(3, 16, 16)
                .putInt(Tag.PixelRepresentation, Vr.US, 1)
                .putString(Tag.RescaleSlope, Vr.DS, "2")
                .putString(Tag.RescaleIntercept, Vr.DS, "-1000")
                .putString(Tag.WindowCenter, Vr.DS, "-1000")
                .putString(Tag.WindowWidth, Vr.DS, "401")
                .putString(Tag.VOILUTFunction, Vr.CS, "LINEAR");
        byte[] pixels = shorts(-200, 0, 200);
        assertArrayEquals(new int[] {0, 128, 255}, levels(header, pixels, null));
        header.putString(Tag.PhotometricInterpretation, Vr.CS, "MONOCHROME1");
        assertArrayEquals(new int[] {255, 127, 0}, levels(header, pixels, null));
    }

    @Test
    void bitsThatAreNotStoredDoNotCount() throws Exception {
        DataSet header = grey(3, 16, 8).putInt(Tag.HighBit, Vr.US, 11);
        // Eight bits from bit 4 on, something else around them.
        byte[] pixels = shorts(0xF00F, 0xF80F, 0x0FF0);
        assertArrayEquals(
                new int[] {0, 128, 255},
                levels(header, pixels, Window.parse("127.5,255,linear-exact")));
        DataSet bits = grey(10, 1, 1);
        assertArrayEquals(
                new int[] {255, 0, 0, 0, 0, 0, 0, 255, 0, 255},
                levels(bits, new byte[] {(byte) 0x81, 2}, null));
    }

    @Test
    void lookupTablesOfModalityAndVoi() throws Exception {
        DataSet modality = new DataSet()
                .putBytes(Tag.LUTDescriptor, Vr.US, shorts(3, 10, 16))
                .putBytes(Tag.LUTData, Vr.OW, shorts(100, 200, 300));
        DataSet header = grey(4, 16, 12).putItems(Tag.ModalityLUTSequence, List.of(modality));
        byte[] pixels = shorts(0, 10, 11, 4000);
        assertArrayEquals(new int[] {0, 0, 128, 255}, levels(header, pixels, null));
        DataSet voi = new DataSet()
                .putBytes(Tag.LUTDescriptor, Vr.US, shorts(2, 100, 8))
                .putBytes(Tag.LUTData, Vr.OW, shorts(10, 20));
        header.putItems(Tag.VOILUTSequence, List.of(voi));
        assertArrayEquals(new int[] {10, 10, 20, 20}, levels(header, pixels, null));
        assertArrayEquals(
                new int[] {0, 0, 128, 255},
                levels(header, pixels, Window.parse("200,200,linear-exact")),
                "the client's window goes before the table");
    }

    @Test
    void eachFrameHasItsOwnWindow() throws Exception {
        DataSet header = grey(2, 16, 16)
                .putItems(
                        Tag.PerFrameFunctionalGroupsSequence,
                        List.of(group("0", "2"), group("100", "2")));
        byte[] pixels = shorts(0, 100);
        assertArrayEquals(new int[] {128, 255}, levels(header, pixels, 0, Optional.empty()));
        assertArrayEquals(new int[] {0, 128}, levels(header, pixels, 1, Optional.empty()));
    }

    private static DataSet group(String center, String width) {
        DataSet window = new DataSet()
                .putString(Tag.WindowCenter, Vr.DS, center)
                .putString(Tag.WindowWidth, Vr.DS, width)
                .putString(Tag.VOILUTFunction, Vr.CS, "LINEAR_EXACT");
        return new DataSet().putItems(Tag.FrameVOILUTSequence, List.of(window));
    }

    private static DataSet colour(String photometric, int columns, int planar) {
        return grey(columns, 8, 8)
                .putInt(Tag.SamplesPerPixel, Vr.US, 3)
                .putInt(Tag.PlanarConfiguration, Vr.US, planar)
                .putString(Tag.PhotometricInterpretation, Vr.CS, photometric);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    @Test
    void coloursByPixelAndByPlane() throws Exception {
        int[] expected = {0x010203, 0xFF0080};
        assertArrayEquals(expected, levels(colour("RGB", 2, 0), bytes(1, 2, 3, 255, 0, 128), null));
        assertArrayEquals(expected, levels(colour("RGB", 2, 1), bytes(1, 255, 2, 0, 3, 128), null));
    }

    @Test
    void luminanceAndChrominance() throws Exception {
        int[] expected = {0x808080, 0xFE0000};
        assertArrayEquals(
                expected,
                levels(colour("YBR_FULL", 2, 0), bytes(128, 128, 128, 76, 85, 255), null));
        assertArrayEquals(
                new int[] {0x808080, 0x101010},
                levels(colour("YBR_FULL_422", 2, 0), bytes(128, 16, 128, 128), null));
    }

    @Test
    void palettesOfBytesAndWords() throws Exception {
        DataSet header =
                grey(4, 8, 8).putString(Tag.PhotometricInterpretation, Vr.CS, "PALETTE COLOR");
        int[] descriptors = {
            Tag.RedPaletteColorLookupTableDescriptor,
            Tag.GreenPaletteColorLookupTableDescriptor,
            Tag.BluePaletteColorLookupTableDescriptor
        };
        int[] data = {
            Tag.RedPaletteColorLookupTableData,
            Tag.GreenPaletteColorLookupTableData,
            Tag.BluePaletteColorLookupTableData
        };
        for (int i = 0; i < 3; i++) {
            header.putBytes(descriptors[i], Vr.US, shorts(2, 5, 16));
            header.putBytes(data[i], Vr.OW, shorts(0x1000 * (i + 1), 0xFF00));
        }
        assertArrayEquals(
                new int[] {0x102030, 0x102030, 0xFFFFFF, 0xFFFFFF},
                levels(header, bytes(0, 5, 6, 200), null));
        for (int i = 0; i < 3; i++) {
            header.putBytes(descriptors[i], Vr.US, shorts(2, 5, 8));
            header.putBytes(data[i], Vr.OW, bytes(i + 1, 255));
        }
        assertArrayEquals(
                new int[] {0x010203, 0x010203, 0xFFFFFF, 0xFFFFFF},
                levels(header, bytes(0, 5, 6, 200), null));
        header.remove(Tag.GreenPaletteColorLookupTableData);
        assertThrows(
                MalformedImageException.class, () -> levels(header, bytes(0, 5, 6, 200), null));
    }

    @Test
    void aViewportScalesAPart() {
        BufferedImage image = new BufferedImage(8, 4, BufferedImage.TYPE_BYTE_GRAY);
        for (int x = 0; x < 8; x++) {
            for (int y = 0; y < 4; y++) {
                image.getRaster().setSample(x, y, 0, x < 4 ? 0 : 200);
            }
        }
        BufferedImage half = Viewport.parse("4,4").apply(image);
        assertEquals(4, half.getWidth());
        assertEquals(2, half.getHeight());
        assertEquals(0, half.getRaster().getSample(0, 0, 0));
        assertEquals(200, half.getRaster().getSample(3, 1, 0));
        BufferedImage part = Viewport.parse("2,2,6,2,2,2").apply(image);
        assertEquals(200, part.getRaster().getSample(0, 0, 0));
        assertEquals(128, Viewport.square(128).apply(image).getWidth());
        assertThrows(
                IllegalArgumentException.class,
                () -> Viewport.parse("2,2,7,0,2,2").apply(image));
        for (String wrong : List.of("", "1", "0,1", "1,99999", "1,1,1", "x,y", "1,1,-1,0,0,0")) {
            assertThrows(IllegalArgumentException.class, () -> Viewport.parse(wrong), wrong);
        }
    }
}
