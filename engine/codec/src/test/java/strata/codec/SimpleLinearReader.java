package strata.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads a payload of method LINEAR from its description alone: slow, short, plain arithmetic. */
public final class SimpleLinearReader {
    private final byte[] payload;
    private final int length;
    private final byte[] original;
    private int tableBit;
    private int wide;
    private boolean bigEndian;
    private boolean signed;
    private boolean difference;
    private int components;
    private int columns;
    private int low;
    private int high;
    private int[] classOf;
    private int[] contextOf;
    private int[][] weights;
    private int[][] frequencies;
    private final long[] states = new long[2];
    private ByteBuffer words;
    private byte[] extra;
    private long extraBit;

    private SimpleLinearReader(byte[] payload, int length) {
        this.payload = payload;
        this.length = length;
        this.original = new byte[length];
    }

    /** The original bytes of a payload that is sound. */
    public static byte[] read(byte[] payload, int length) {
        SimpleLinearReader reader = new SimpleLinearReader(payload, length);
        reader.readTables();
        reader.readSamples();
        return reader.original;
    }

    private void readTables() {
        ByteBuffer in = ByteBuffer.wrap(payload);
        int flags = in.get();
        wide = flags & 1;
        bigEndian = (flags & 2) != 0;
        signed = (flags & 4) != 0;
        difference = (flags & 8) != 0;
        components = in.get();
        int classes = in.get();
        int contexts = in.get();
        columns = in.getShort() & 0xffff;
        low = in.getShort() & 0xffff;
        high = in.getShort() & 0xffff;
        classOf = buckets(in, classes);
        contextOf = buckets(in, contexts);
        weights = new int[classes][12];
        for (int[] of : weights) {
            of[11] = 256;
            for (int i = 0; i < 11; i++) {
                of[i] = in.getShort();
                of[11] -= of[i];
            }
        }
        int tableLength = in.getShort() & 0xffff;
        tableBit = in.position() * 8;
        frequencies = new int[contexts][];
        for (int context = 0; context < contexts; context++) {
            frequencies[context] = frequencies();
        }
        in.position(in.position() + tableLength);
        states[0] = in.getInt();
        states[1] = in.getInt();
        int wordBytes = in.getInt();
        extraBit = in.getInt();
        words = in.slice(in.position(), wordBytes).order(ByteOrder.LITTLE_ENDIAN);
        extra = new byte[in.remaining() - wordBytes];
        in.get(in.position() + wordBytes, extra);
    }

    private static int[] buckets(ByteBuffer in, int count) {
        int[] numbers = new int[136];
        for (int number = 1; number < count; number++) {
            for (int bucket = in.get() & 0xff; bucket < numbers.length; bucket++) {
                numbers[bucket] = number;
            }
        }
        return numbers;
    }

    private static int bucket(int activity) {
        int value = Math.min(activity, 16383) + 8;
        int exponent = 0;
        while (value >> exponent >= 16) {
            exponent++;
        }
        return 8 * exponent + (value >> exponent) - 8;
    }

    private int bits(int count) {
        int value = 0;
        for (int i = 0; i < count; i++, tableBit++) {
            value = 2 * value + (payload[tableBit / 8] >> (7 - tableBit % 8) & 1);
        }
        return value;
    }

    private int gamma() {
        int zeros = 0;
        while (bits(1) == 0) {
            zeros++;
        }
        return (1 << zeros) + bits(zeros);
    }

    private int[] frequencies() {
        int used = bits(7);
        int[] of = new int[64];
        long total = 0;
        int level = 24;
        for (int token = 0; token < used; token++) {
            if (token >= 16 && token % 4 == 0) {
                level = Math.min(52, level + (token == 16 ? 8 : 4));
            }
            int folded = gamma() - 1;
            level += folded % 2 == 0 ? folded / 2 : -(folded + 1) / 2;
            of[token] = level == 0 ? 0 : (4 + (level - 1) % 4) << (level - 1) / 4;
            total += of[token];
        }
        int left = total == 0 ? 0 : 2048;
        for (int token = 0; token < used && total > 0; token++) {
            if (of[token] > 0) {
                of[token] = (int) Math.max(1, of[token] * 2048L / total);
                left -= of[token];
            }
        }
        while (left != 0) {
            int largest = 0;
            for (int token = 1; token < used; token++) {
                largest = of[token] > of[largest] ? token : largest;
            }
            int change = left > 0 ? left : -1;
            of[largest] += change;
            left -= change;
        }
        return of;
    }

    private void readSamples() {
        int rowLength = columns * components;
        int rows = length / (rowLength << wide);
        boolean two = rows >= 16 && rows * rowLength >= 16384;
        int first = two ? (rows + 1) / 2 : rows;
        int[][] image = new int[rows][rowLength];
        for (int y = 0; y < first; y++) {
            for (int x = 0; x < rowLength; x++) {
                image[y][x] = sample(image, y, 0, x, 0);
                if (y + first < rows) {
                    image[y + first][x] = sample(image, y + first, first, x, 1);
                }
            }
        }
        for (int y = 0; y < rows; y++) {
            store(image[y], y * rowLength);
        }
    }

    /** A neighbour, with what stands for it beyond the edges. */
    private int at(int[][] image, int y, int top, int x, int dy, int dx) {
        int rowLength = columns * components;
        int column = x + dx * components;
        if (y - dy < top) {
            // Above the first row is the first row; above that the lowest sample.
            return dy == 0 ? 0 : y - 1 < top ? low : at(image, y, top, x, dy - 1, dx);
        }
        if (column < 0) {
            int edge = x % components;
            return dy > 0 ? image[y - dy][edge] : y == top ? low : image[y - 1][edge];
        }
        if (column >= rowLength) {
            column = rowLength - components + x % components;
        }
        return image[y - dy][column];
    }

    private int sample(int[][] image, int y, int top, int x, int lane) {
        int w = at(image, y, top, x, 0, -1);
        int ww = at(image, y, top, x, 0, -2);
        int n = at(image, y, top, x, 1, 0);
        int nw = at(image, y, top, x, 1, -1);
        int ne = at(image, y, top, x, 1, 1);
        int nn = at(image, y, top, x, 2, 0);
        int nne = at(image, y, top, x, 2, 1);
        int above = Math.abs(nw - n) + Math.abs(n - ne) + Math.abs(n - nn) + Math.abs(ne - nne);
        int guess = w;
        if (y > top) {
            int[] of = weights[classOf[bucket(above)]];
            int sum = 128 + of[10] * ww + of[11] * w;
            for (int i = 0; i < 6; i++) {
                sum += of[i] * at(image, y, top, x, 1, i - 2);
            }
            for (int i = 0; i < 4; i++) {
                sum += of[6 + i] * at(image, y, top, x, 2, i - 1);
            }
            guess = sum >> 8;
        }
        guess = Math.max(low, Math.min(high, guess));
        int activity = above + Math.abs(w - nw) + Math.abs(w - ww);
        int value = value(contextOf[bucket(activity)], lane);
        int residual = value % 2 == 0 ? value / 2 : -(value + 1) / 2;
        return guess + residual & (wide == 1 ? 0xffff : 0xff);
    }

    private int value(int context, int lane) {
        int slot = (int) (states[lane] % 2048);
        int token = 0;
        int below = 0;
        while (slot >= below + frequencies[context][token]) {
            below += frequencies[context][token++];
        }
        states[lane] = frequencies[context][token] * (states[lane] / 2048) + slot - below;
        if (states[lane] < 1 << 15) {
            states[lane] = states[lane] << 16 | words.getShort() & 0xffff;
        }
        if (token < 16) {
            return token;
        }
        int count = token / 4 - 2;
        int value = 0;
        for (int i = 0; i < count; i++) {
            extraBit--;
            value = 2 * value + (extra[(int) (extraBit / 8)] >> (extraBit % 8) & 1);
        }
        return ((4 + token % 4) << count) + value;
    }

    private void store(int[] row, int start) {
        int mask = wide == 1 ? 0xffff : 0xff;
        int half = (mask + 1) / 2;
        for (int x = 0; x < row.length; x++) {
            int value = row[x];
            if (difference && x % 3 != 1) {
                value += row[x - x % 3 + 1] - half;
            }
            value ^= signed ? half : 0;
            int at = start + x;
            if (wide == 0) {
                original[at] = (byte) value;
            } else {
                original[2 * at] = (byte) (bigEndian ? value >> 8 : value);
                original[2 * at + 1] = (byte) (bigEndian ? value : value >> 8);
            }
        }
    }
}
