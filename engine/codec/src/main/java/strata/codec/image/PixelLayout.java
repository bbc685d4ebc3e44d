package strata.codec.image;

import strata.dicom.DataSet;
import strata.dicom.Tag;

/**
 * How the pixels of one frame are described by the Image Pixel module, PS3.3 C.7.6.3: what a codec
 * has to know. Immutable; what it says of the size is no proof that so much data is there.
 *
 * @param rows 1 to 65535
 * @param columns 1 to 65535
 * @param samplesPerPixel 1 to 4
 * @param bitsAllocated 1, 8, 16, 32 or 64
 * @param bitsStored 1 to bitsAllocated
 * @param signed Pixel Representation 1
 * @param planar Planar Configuration 1: all samples of one component, then those of the next
 */
public record PixelLayout(
        int rows,
        int columns,
        int samplesPerPixel,
        int bitsAllocated,
        int bitsStored,
        boolean signed,
        boolean planar,
        Photometric photometric) {
    public static final int MAX_SIDE = 65535;
    public static final int MAX_SAMPLES_PER_PIXEL = 4;

    public PixelLayout {
        if (rows < 1 || rows > MAX_SIDE || columns < 1 || columns > MAX_SIDE) {
            throw new IllegalArgumentException("no such image: " + columns + " x " + rows);
        }
        if (samplesPerPixel < 1 || samplesPerPixel > MAX_SAMPLES_PER_PIXEL) {
            throw new IllegalArgumentException("samples per pixel: " + samplesPerPixel);
        }
        if (!isAllocation(bitsAllocated)) {
            throw new IllegalArgumentException("bits allocated: " + bitsAllocated);
        }
        if (bitsStored < 1 || bitsStored > bitsAllocated) {
            throw new IllegalArgumentException(
                    "bits stored: " + bitsStored + " of " + bitsAllocated);
        }
    }

    private static boolean isAllocation(int bits) {
        return bits == 1 || bits == 8 || bits == 16 || bits == 32 || bits == 64;
    }

    /** A grey image of unsigned samples. */
    public static PixelLayout grey(int rows, int columns, int bitsAllocated, int bitsStored) {
        return new PixelLayout(
                rows, columns, 1, bitsAllocated, bitsStored, false, false, Photometric.MONOCHROME2);
    }

    /** An interleaved RGB image of 8 bits. */
    public static PixelLayout rgb(int rows, int columns) {
        return new PixelLayout(rows, columns, 3, 8, 8, false, false, Photometric.RGB);
    }

    /**
     * The layout that a data set describes. Bits Stored beyond what is allocated is taken as all of
     * it.
     *
     * @throws MalformedImageException when rows, columns or bits allocated are missing or out of
     *     range
     */
    public static PixelLayout of(DataSet image) throws MalformedImageException {
        int rows = image.intValue(Tag.Rows).orElse(0);
        int columns = image.intValue(Tag.Columns).orElse(0);
        int samples = image.intValue(Tag.SamplesPerPixel).orElse(1);
        int allocated = image.intValue(Tag.BitsAllocated).orElse(0);
        if (rows < 1 || rows > MAX_SIDE || columns < 1 || columns > MAX_SIDE) {
            throw new MalformedImageException("no such image: " + columns + " x " + rows);
        }
        if (samples < 1 || samples > MAX_SAMPLES_PER_PIXEL) {
            throw new MalformedImageException("samples per pixel: " + samples);
        }
        if (!isAllocation(allocated)) {
            throw new MalformedImageException("bits allocated: " + allocated);
        }
        int stored = image.intValue(Tag.BitsStored).orElse(allocated);
        return new PixelLayout(
                rows,
                columns,
                samples,
                allocated,
                stored < 1 || stored > allocated ? allocated : stored,
                image.intValue(Tag.PixelRepresentation).orElse(0) == 1,
                samples > 1 && image.intValue(Tag.PlanarConfiguration).orElse(0) == 1,
                Photometric.of(image.string(Tag.PhotometricInterpretation).orElse("")));
    }

    /** Pixels of one component. */
    public long pixels() {
        return (long) rows * columns;
    }

    public long samples() {
        return pixels() * samplesPerPixel;
    }

    /** Bytes of a sample, at least 1. */
    public int bytesPerSample() {
        return Math.max(1, bitsAllocated / 8);
    }

    /**
     * Bytes of one native frame, without padding; a frame of single bits is rounded up to a byte.
     */
    public long frameBytes() {
        return (frameBits() + 7) / 8;
    }

    /** Bits of one native frame, PS3.5 8.1.1; frames follow each other without a gap. */
    long frameBits() {
        long bits = samples() * bitsAllocated;
        if (samplesPerPixel != 3) {
            return bits;
        }
        if (photometric.isHalfChrominance()) {
            return (long) rows * (columns + columns % 2) * 2 * bitsAllocated;
        }
        return photometric == Photometric.YBR_PARTIAL_420 ? bits / 2 : bits;
    }

    PixelLayout interleaved() {
        return with(false, photometric);
    }

    PixelLayout with(boolean isPlanar, Photometric meaning) {
        return new PixelLayout(
                rows,
                columns,
                samplesPerPixel,
                bitsAllocated,
                bitsStored,
                signed,
                isPlanar,
                meaning);
    }
}
