package strata.codec.dense;

import strata.codec.ImageShape;

import java.util.Arrays;

/**
 * Reads a payload as the package description tells, statement by statement and without regard to
 * speed: the second opinion on the format. Shares no code with the coder but {@link PlainModel}'s
 * tables of its own.
 */
final class PlainReader {
    private final byte[] payload;
    private final ImageShape shape;
    private final int columns;
    private final byte[] out;

    private int next = 1;
    private long range = 0xffffffffL;
    private long code;
    private int[] values;
    private final int[] special = {-1, -1};

    private PlainReader(byte[] payload, ImageShape shape, int length) {
        this.payload = payload;
        this.shape = shape;
        this.columns = shape.columns();
        this.out = new byte[length];
        for (int i = 0; i < 4; i++) {
            code = code * 256 + byteIn();
        }
    }

    static byte[] read(byte[] payload, ImageShape shape, int length) {
        PlainReader reader = new PlainReader(payload, shape, length);
        reader.readAll();
        return reader.out;
    }

    private int byteIn() {
        return payload[next++] & 0xff;
    }

    private void fill() {
        while (range < 1 << 24) {
            range *= 256;
            code = code * 256 + byteIn();
        }
    }

    int bit(int one) {
        long part = range / 65536 * one;
        int bit = code < part ? 1 : 0;
        code -= bit == 1 ? 0 : part;
        range = bit == 1 ? part : range - part;
        fill();
        return bit;
    }

    int bits(int count) {
        return count == 0 ? 0 : equal(1 << count);
    }

    int equal(int count) {
        long part = range / count;
        int value = (int) (code / part);
        code -= value * part;
        range = part;
        fill();
        return value;
    }

    private void readAll() {
        readMap();
        int all = out.length / shape.rowBytes();
        int rows = all % shape.rows() == 0 ? shape.rows() : all;
        int blocks = all / rows;
        int components = shape.samplesPerPixel();
        if (shape.planar()) {
            components = blocks % components == 0 ? components : 1;
        }
        int planes = shape.planar() ? blocks : blocks * components;
        int[][][] known = new int[planes][][];
        PlainModel[] models = new PlainModel[2];
        PlainModel.Table[] tables = null;
        if (payload[0] == 1 && values.length > 1) {
            for (int i = 0; i < 2; i++) {
                special[i] = bits(1) == 1 ? bits(16) : -1;
            }
            tables = new PlainModel.Table[components + 1];
            for (int kind = 0; kind <= components; kind++) {
                if (kind != 1 || planes > components) {
                    tables[kind] = PlainModel.table(this, kind);
                }
            }
        }
        for (int plane = 0; plane < planes; plane++) {
            int place = plane % components;
            if (tables == null) {
                known[plane] = plain(rows);
            } else {
                int which = place > 0 ? 1 : 0;
                if (models[which] == null) {
                    models[which] = new PlainModel(this, columns, values.length - 1, special);
                }
                int kind = place > 0 ? place + 1 : plane == 0 ? 0 : 1;
                int first = place > 0 ? plane - place : plane - components;
                int[][] reference = first < 0 ? null : known[first];
                int[][] second = place > 1 ? known[plane - 1] : null;
                known[plane] = models[which].plane(rows, reference, second, tables[kind]);
            }
            store(known[plane], plane / components, component(place, components), components);
        }
        if (next != payload.length) {
            throw new AssertionError("bytes left over: " + (payload.length - next));
        }
    }

    private static int component(int place, int components) {
        return components >= 3 && place < 2 ? 1 - place : place;
    }

    private int[][] plain(int rows) {
        int[][] plane = new int[rows][columns];
        for (int[] row : plane) {
            for (int c = 0; c < columns && values.length > 1; c++) {
                row[c] = equal(values.length);
            }
        }
        return plane;
    }

    private void readMap() {
        int low = bits(16);
        int high = bits(16);
        int[] found = new int[high - low + 1];
        int count = 0;
        PlainModel.Counter[] counters = PlainModel.counters(32);
        String history = "001";
        int run = 0;
        for (int v = low; v <= high; v++) {
            int used = 1;
            if (v > low && v < high) {
                int context = Integer.parseInt(history, 2);
                context += (run >= 16 ? 8 : 0) + (run >= 64 ? 16 : 0);
                used = counters[context].read(this);
                run = history.endsWith("" + used) ? run + 1 : 0;
                history = history.substring(1) + used;
            }
            if (used == 1) {
                found[count++] = v;
            }
        }
        values = Arrays.copyOf(found, count);
    }

    private void store(int[][] plane, int frame, int component, int components) {
        int block = plane.length * shape.rowBytes();
        for (int y = 0; y < plane.length; y++) {
            for (int c = 0; c < columns; c++) {
                int sample = columns * y + c;
                int at = shape.planar()
                        ? (frame * components + component) * block + sample * shape.bytesPerSample()
                        : frame * block
                                + (sample * components + component) * shape.bytesPerSample();
                put(at, values[plane[y][c]]);
            }
        }
    }

    private void put(int at, int value) {
        if (shape.bitsAllocated() == 8) {
            out[at] = (byte) (shape.signed() ? value - 128 : value);
            return;
        }
        int stored = shape.signed() ? value - 32768 : value;
        out[at + (shape.bigEndian() ? 0 : 1)] = (byte) (stored >> 8);
        out[at + (shape.bigEndian() ? 1 : 0)] = (byte) stored;
    }
}
