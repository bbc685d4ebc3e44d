package strata.frontdoor.web.render;

import strata.codec.image.MalformedImageException;
import strata.codec.image.PixelLayout;
import strata.dicom.DataSet;
import strata.dicom.Tag;

import java.util.Optional;

/** Renders colour frames to one int of red, green and blue for each pixel, PS3.3 C.7.6.3.1.2. */
final class ColourPixels {
    private final byte[] pixels;
    private final PixelLayout layout;

    private ColourPixels(byte[] pixels, PixelLayout layout) {
        this.pixels = pixels;
        this.layout = layout;
    }

    /** @throws MalformedImageException for what cannot be rendered */
    static int[] render(byte[] pixels, PixelLayout layout, DataSet header)
            throws MalformedImageException {
        ColourPixels from = new ColourPixels(pixels, layout);
        return switch (layout.photometric()) {
            case PALETTE_COLOR -> from.palette(header);
            case RGB, YBR_RCT, YBR_ICT, OTHER -> from.triples(false);
            case YBR_FULL -> from.triples(true);
            case YBR_FULL_422 -> from.isSubsampled() ? from.subsampled() : from.triples(true);
            case YBR_PARTIAL_422, YBR_PARTIAL_420, MONOCHROME1, MONOCHROME2 ->
                throw new MalformedImageException(
                        "cannot render " + layout.photometric().term() + " with "
                                + layout.samplesPerPixel() + " samples");
        };
    }

    private boolean isSubsampled() {
        return pixels.length < layout.pixels() * 3 * layout.bytesPerSample();
    }

    /** A sample as 8 bits. */
    private int sample(long index) {
        int bits = layout.bitsStored();
        if (layout.bitsAllocated() == 8) {
            int value = pixels[(int) index] & 0xFF;
            return bits == 8 ? value : value * 255 / ((1 << bits) - 1);
        }
        int at = (int) (index * layout.bytesPerSample());
        int value = (pixels[at] & 0xFF) | (pixels[at + 1] & 0xFF) << 8;
        return bits >= 8 ? value >> bits - 8 & 0xFF : value * 255 / ((1 << bits) - 1);
    }

    private int[] triples(boolean isYbr) throws MalformedImageException {
        if (layout.samplesPerPixel() != 3 || layout.bitsAllocated() > 16) {
            throw new MalformedImageException("cannot render " + layout.samplesPerPixel()
                    + " samples of " + layout.bitsAllocated() + " bits");
        }
        int count = (int) layout.pixels();
        int[] out = new int[count];
        int step = layout.planar() ? 1 : 3;
        int plane = layout.planar() ? count : 1;
        for (int i = 0; i < count; i++) {
            long at = (long) i * step;
            int a = sample(at);
            int b = sample(at + plane);
            int c = sample(at + 2L * plane);
            out[i] = isYbr ? rgb(a, b, c) : a << 16 | b << 8 | c;
        }
        return out;
    }

    /** Y Y Cb Cr for every two pixels of a row, PS3.3 C.7.6.3.1.2. */
    private int[] subsampled() throws MalformedImageException {
        int columns = layout.columns();
        int pairs = (columns + 1) / 2;
        if (layout.bitsAllocated() != 8 || pixels.length < 4L * pairs * layout.rows()) {
            throw new MalformedImageException("cannot render subsampled pixels like these");
        }
        int[] out = new int[(int) layout.pixels()];
        for (int row = 0; row < layout.rows(); row++) {
            for (int column = 0; column < columns; column++) {
                int pair = 4 * (row * pairs + column / 2);
                out[row * columns + column] =
                        rgb(sample(pair + column % 2), sample(pair + 2), sample(pair + 3));
            }
        }
        return out;
    }

    private static int rgb(int y, int cb, int cr) {
        int red = clamp(y + 1.402 * (cr - 128));
        int green = clamp(y - 0.344136 * (cb - 128) - 0.714136 * (cr - 128));
        int blue = clamp(y + 1.772 * (cb - 128));
        return red << 16 | green << 8 | blue;
    }

    private static int clamp(double value) {
        return (int) Math.max(0, Math.min(255, Math.round(value)));
    }

    private int[] palette(DataSet header) throws MalformedImageException {
        LookupTable red = table(
                header,
                Tag.RedPaletteColorLookupTableDescriptor,
                Tag.RedPaletteColorLookupTableData);
        LookupTable green = table(
                header,
                Tag.GreenPaletteColorLookupTableDescriptor,
                Tag.GreenPaletteColorLookupTableData);
        LookupTable blue = table(
                header,
                Tag.BluePaletteColorLookupTableDescriptor,
                Tag.BluePaletteColorLookupTableData);
        if (layout.bitsAllocated() != 8 && layout.bitsAllocated() != 16) {
            throw new MalformedImageException(
                    "cannot render a palette of " + layout.bitsAllocated() + " bits");
        }
        int[] out = new int[(int) layout.pixels()];
        int width = layout.bytesPerSample();
        int mask = (1 << layout.bitsStored()) - 1;
        for (int i = 0; i < out.length; i++) {
            int at = i * width;
            int value = pixels[at] & 0xFF | (width == 2 ? (pixels[at + 1] & 0xFF) << 8 : 0);
            int index = layout.signed() ? signed(value & mask) : value & mask;
            out[i] = level(red, index) << 16 | level(green, index) << 8 | level(blue, index);
        }
        return out;
    }

    private int signed(int value) {
        int unused = Integer.SIZE - layout.bitsStored();
        return value << unused >> unused;
    }

    private static int level(LookupTable table, int index) {
        int value = table.at(index);
        return table.max() > 255
                ? value >> Integer.SIZE - Integer.numberOfLeadingZeros(table.max()) - 8
                : value;
    }

    private LookupTable table(DataSet header, int descriptor, int data)
            throws MalformedImageException {
        Optional<LookupTable> table = LookupTable.of(header, descriptor, data, layout.signed());
        return table.orElseThrow(() -> new MalformedImageException("a palette is missing"));
    }
}
