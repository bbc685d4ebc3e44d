package strata.codec.dense;

import strata.codec.ImageShape;

/**
 * Which planes the rows of a chunk hold, and in which order they are coded: frame by frame, of
 * three or more components the second first. The first component of a frame may refer to that of
 * the frame before, the others refer to the first of their frame. Immutable.
 */
final class PlaneOrder {
    /** Kinds of planes have weights of their own: first frame, later frames, each component. */
    static final int MAX_KINDS = ImageShape.MAX_SAMPLES_PER_PIXEL + 1;

    private static final int PLACES_PER_SAMPLE = 6;
    private static final int SPARE_PLACES = 1 << 16;

    private final ImageShape shape;
    private final int rows;
    private final int components;
    private final int frames;

    /** @param length in bytes, a multiple of the shape's row length */
    PlaneOrder(ImageShape shape, int length) {
        this.shape = shape;
        int all = length / shape.rowBytes();
        boolean whole = all % shape.rows() == 0;
        rows = whole ? shape.rows() : all;
        int blocks = all / rows;
        if (shape.planar()) {
            components = blocks % shape.samplesPerPixel() == 0 ? shape.samplesPerPixel() : 1;
            frames = blocks / components;
        } else {
            components = shape.samplesPerPixel();
            frames = blocks;
        }
    }

    /** Whether the places around the edges take no more than a few times what the samples take. */
    boolean bounded() {
        long places = Plane.places(shape.columns(), rows) * planes();
        return places <= samples() * PLACES_PER_SAMPLE + SPARE_PLACES;
    }

    long samples() {
        return (long) shape.columns() * rows * planes();
    }

    int planes() {
        return components * frames;
    }

    Plane newPlane() {
        return new Plane(shape.columns(), rows);
    }

    /** Kinds of planes there are, at most {@link #MAX_KINDS}. */
    int kinds() {
        return components + 1;
    }

    int kind(int plane) {
        int place = plane % components;
        return place > 0 ? 1 + place : plane == 0 ? 0 : 1;
    }

    /** Whether there is a plane of the kind. */
    boolean has(int kind) {
        return kind != 1 || frames > 1;
    }

    /** Whether the plane is no first component. */
    boolean dependent(int plane) {
        return plane % components > 0;
    }

    /** The plane that this one may refer to, or -1. */
    int reference(int plane) {
        int place = plane % components;
        return place > 0 ? plane - place : plane == 0 ? -1 : plane - components;
    }

    /** One more plane of the same pixels that is known before this one, or -1. */
    int second(int plane) {
        return plane % components > 1 ? plane - 1 : -1;
    }

    /** What the copy model guesses for planes of a kind. */
    int copies(int kind) {
        return kind == 0 ? CopyModel.ABOVE : kind == 1 ? CopyModel.REFERENCE : CopyModel.COLOUR;
    }

    /** Where the first sample of a plane is, in bytes from the first of the chunk. */
    int offset(int plane) {
        int place = plane % components;
        int component = components >= 3 && place < 2 ? 1 - place : place;
        int frame = plane / components;
        int block = rows * shape.rowBytes();
        return shape.planar()
                ? (frame * components + component) * block
                : frame * block + component * shape.bytesPerSample();
    }
}
