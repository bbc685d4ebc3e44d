package strata.codec.dense;

import strata.codec.ImageShape;

/**
 * Where the samples of a plane lie in the bytes. Values are unsigned; signed samples are moved by
 * half their range. Immutable.
 */
final class SampleBytes {
    private final boolean wide;
    private final int highAt;
    private final int flip;
    private final int columns;
    private final int step;
    private final int rowBytes;

    SampleBytes(ImageShape shape) {
        wide = shape.bitsAllocated() == 16;
        highAt = shape.bigEndian() ? 0 : 1;
        flip = !shape.signed() ? 0 : wide ? 0x8000 : 0x80;
        columns = shape.columns();
        step = shape.interleaved() * shape.bytesPerSample();
        rowBytes = shape.rowBytes();
    }

    /** Bytes between the first samples of two rows. */
    int rowBytes() {
        return rowBytes;
    }

    void count(byte[] from, int offset, int length, int[] histogram) {
        for (int at = offset; at < offset + length; at += wide ? 2 : 1) {
            histogram[get(from, at)]++;
        }
    }

    private int get(byte[] from, int at) {
        if (!wide) {
            return (from[at] & 0xff) ^ flip;
        }
        return ((from[at + highAt] & 0xff) << 8 | from[at + 1 - highAt] & 0xff) ^ flip;
    }

    /** Reads the samples of a plane as numbers of the map. */
    void load(byte[] from, int offset, Plane plane, ValueMap map) {
        for (int y = 0; y < plane.rows; y++) {
            int at = offset + y * rowBytes;
            int start = plane.start(y);
            for (int c = 0; c < columns; c++, at += step) {
                plane.samples[start + c] = map.number(get(from, at));
            }
        }
    }

    void store(Plane plane, ValueMap map, byte[] to, int offset) {
        for (int y = 0; y < plane.rows; y++) {
            int at = offset + y * rowBytes;
            int start = plane.start(y);
            for (int c = 0; c < columns; c++, at += step) {
                int value = map.value(plane.samples[start + c]) ^ flip;
                if (wide) {
                    to[at + highAt] = (byte) (value >> 8);
                    to[at + 1 - highAt] = (byte) value;
                } else {
                    to[at] = (byte) value;
                }
            }
        }
    }
}
