package strata.frontdoor.web.render;

import strata.codec.image.Photometric;
import strata.codec.image.PixelLayout;
import strata.dicom.DataSet;
import strata.dicom.Tag;

import java.util.Optional;
import java.util.function.LongToDoubleFunction;

/**
 * The grey level of each stored value of a frame, PS3.4 N.2: modality transformation, window or VOI
 * lookup table, polarity. Where neither client nor data set says which values are shown, it is all
 * from the least to the greatest of the frame.
 */
final class GreyScale {
    private static final int MAX_TABLE_BITS = 16;
    private static final int WHITE = 255;

    private final PixelLayout layout;
    private final int shift;
    private final LongToDoubleFunction modality;

    private GreyScale(PixelLayout layout, DataSet header, int frame) {
        this.layout = layout;
        int highBit = header.intValue(Tag.HighBit).orElse(layout.bitsStored() - 1);
        this.shift =
                Math.max(0, Math.min(layout.bitsAllocated(), highBit + 1) - layout.bitsStored());
        this.modality = modality(header, frame, layout.signed());
    }

    /**
     * Renders a frame to one byte for each pixel.
     *
     * @param pixels native, little endian
     * @param wanted the client's window
     */
    static byte[] render(
            byte[] pixels, PixelLayout layout, DataSet header, int frame, Optional<Window> wanted) {
        return new GreyScale(layout, header, frame).render(pixels, header, frame, wanted);
    }

    private byte[] render(byte[] pixels, DataSet header, int frame, Optional<Window> wanted) {
        LongToDoubleFunction shade = shade(pixels, header, frame, wanted);
        boolean inverted = header.string(Tag.PresentationLUTShape)
                .map(shape -> shape.equals("INVERSE"))
                .orElse(layout.photometric() == Photometric.MONOCHROME1);
        byte[] out = new byte[(int) layout.pixels()];
        if (layout.bitsStored() > MAX_TABLE_BITS) {
            for (int i = 0; i < out.length; i++) {
                out[i] = level(shade.applyAsDouble(value(pixels, i)), inverted);
            }
            return out;
        }
        byte[] table = new byte[1 << layout.bitsStored()];
        for (int i = 0; i < table.length; i++) {
            table[i] = level(shade.applyAsDouble(extended(i)), inverted);
        }
        int mask = table.length - 1;
        for (int i = 0; i < out.length; i++) {
            out[i] = table[(int) (raw(pixels, i) >> shift) & mask];
        }
        return out;
    }

    private static byte level(double shade, boolean inverted) {
        long level = Math.round(shade * WHITE);
        return (byte) (inverted ? WHITE - level : level);
    }

    /** From a stored value to black, 0, to white, 1. */
    private LongToDoubleFunction shade(
            byte[] pixels, DataSet header, int frame, Optional<Window> wanted) {
        DataSet voi = FrameAttributes.holder(header, frame, Tag.FrameVOILUTSequence);
        Optional<LookupTable> table = wanted.isPresent()
                ? Optional.empty()
                : LookupTable.firstOf(voi, Tag.VOILUTSequence, layout.signed());
        if (table.isPresent()) {
            LookupTable voiTable = table.get();
            return v -> voiTable.at(modality.applyAsDouble(v)) / (double) voiTable.max();
        }
        Window window = wanted.or(() -> Window.of(voi)).orElseGet(() -> range(pixels));
        return v -> window.map(modality.applyAsDouble(v));
    }

    private Window range(byte[] pixels) {
        double least = Double.POSITIVE_INFINITY;
        double greatest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < layout.pixels(); i++) {
            double value = modality.applyAsDouble(value(pixels, i));
            least = Math.min(least, value);
            greatest = Math.max(greatest, value);
        }
        return Window.between(least, greatest);
    }

    private static LongToDoubleFunction modality(DataSet header, int frame, boolean signed) {
        Optional<LookupTable> table = LookupTable.firstOf(header, Tag.ModalityLUTSequence, signed);
        if (table.isPresent()) {
            LookupTable modalityTable = table.get();
            return modalityTable::at;
        }
        DataSet transformation =
                FrameAttributes.holder(header, frame, Tag.PixelValueTransformationSequence);
        double slope = transformation.doubleValue(Tag.RescaleSlope).orElse(1);
        double intercept = transformation.doubleValue(Tag.RescaleIntercept).orElse(0);
        return slope == 0 ? v -> v : v -> v * slope + intercept;
    }

    private long value(byte[] pixels, int pixel) {
        return extended(raw(pixels, pixel) >>> shift);
    }

    /** The bits that are stored, with their sign. */
    private long extended(long bits) {
        int unused = Long.SIZE - layout.bitsStored();
        long left = bits << unused;
        return layout.signed() ? left >> unused : left >>> unused;
    }

    private long raw(byte[] pixels, int pixel) {
        return switch (layout.bitsAllocated()) {
            case 1 -> pixels[pixel / 8] >> pixel % 8 & 1;
            case 8 -> pixels[pixel] & 0xFF;
            case 16 -> (pixels[2 * pixel] & 0xFF) | (pixels[2 * pixel + 1] & 0xFF) << 8;
            default -> {
                int width = layout.bytesPerSample();
                long value = 0;
                for (int i = width - 1; i >= 0; i--) {
                    value = value << 8 | pixels[width * pixel + i] & 0xFF;
                }
                yield value;
            }
        };
    }
}
