package strata.codec;

/**
 * How the samples of native pixel data lie in their bytes, PS3.3 C.7.6.3.1 and PS3.5 8.1: what the
 * image stage has to know, and no more. Immutable.
 *
 * @param columns samples of one component in a row, 1 to 65535
 * @param rows rows of one plane, 1 to 65535
 * @param samplesPerPixel 1 to 4
 * @param bitsAllocated 8 or 16
 * @param planar true when each component is a plane of its own (Planar Configuration 1)
 * @param signed true for Pixel Representation 1
 * @param bigEndian byte order of 16-bit samples
 */
public record ImageShape(
        int columns,
        int rows,
        int samplesPerPixel,
        int bitsAllocated,
        boolean planar,
        boolean signed,
        boolean bigEndian) {
    public static final int MAX_SIDE = 65535;
    public static final int MAX_SAMPLES_PER_PIXEL = 4;

    public ImageShape {
        if (columns < 1 || columns > MAX_SIDE || rows < 1 || rows > MAX_SIDE) {
            throw new IllegalArgumentException("no such image: " + columns + " x " + rows);
        }
        if (samplesPerPixel < 1 || samplesPerPixel > MAX_SAMPLES_PER_PIXEL) {
            throw new IllegalArgumentException("samples per pixel: " + samplesPerPixel);
        }
        if (bitsAllocated != 8 && bitsAllocated != 16) {
            throw new IllegalArgumentException("bits allocated: " + bitsAllocated);
        }
    }

    public int bytesPerSample() {
        return bitsAllocated / 8;
    }

    /** Components that follow each other within a row: 1 when planar. */
    public int interleaved() {
        return planar ? 1 : samplesPerPixel;
    }

    /** Bytes of one row of one plane, at most 524,280. */
    public int rowBytes() {
        return columns * interleaved() * bytesPerSample();
    }

    /** Bytes of one frame with all its planes; may exceed 2 GiB. */
    public long frameBytes() {
        return (long) columns * rows * samplesPerPixel * bytesPerSample();
    }
}
