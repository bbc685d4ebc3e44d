package strata.codec.dense;

import java.util.Arrays;

/**
 * Guesses that a sample is exactly what another one tells: the sample above (drawings, masks), the
 * same place in the frame before (still parts of a clip), or the component that went with the known
 * components of the pixel when they were seen last (grey and colour maps in RGB). Where a guess
 * near by was right, a decision by context says whether this one is. Not thread-safe.
 */
final class CopyModel {
    static final int NONE = 0;
    static final int ABOVE = 1;
    static final int REFERENCE = 2;
    static final int COLOUR = 3;

    private static final int CONTEXTS = 512;
    private static final int COLOURS = 1 << 13;
    private static final int HASH = 0x9E3779B1;

    private final int[] counters = new int[CONTEXTS];
    private final int[] colours = new int[COLOURS];
    private final RowErrors misses = new RowErrors();

    private int kind;
    private int[] reference;
    private int[] second;
    private int stride;
    private int guess;
    private int colour;

    void reset() {
        Counters.reset(counters);
    }

    /**
     * @param first the plane of reference, or null
     * @param other one more known component of the same pixels, or null
     */
    void begin(int copyKind, int rowStride, int[] first, int[] other) {
        kind = copyKind;
        stride = rowStride;
        reference = first;
        second = other;
        misses.reset(stride, 1);
        if (kind == COLOUR) {
            Arrays.fill(colours, -1);
        }
    }

    void beginRow(int current, int above) {
        misses.beginRow(current, above);
    }

    /**
     * @param c where the sample is in the rows of errors
     * @param a where the one above it is
     * @return whether the sample is known to be {@link #guess}
     */
    boolean code(BitCoder coder, int[] x, int i, int c, int a) {
        guess = switch (kind) {
            case ABOVE -> x[i - stride];
            case REFERENCE -> reference[i];
            default -> colour(x, i);
        };
        int near = misses.at(c - 1) | misses.at(a) << 1 | misses.at(a - 1) << 2;
        near |= misses.at(a + 1) << 3;
        if (near == 15) {
            return false;
        }
        int at = near | misses.at(c - 2) << 4 | misses.at(a + 2) << 5;
        at |= (guess == x[i - 1] ? 64 : 0) | (guess == x[i - stride] ? 128 : 0);
        at |= guess == x[i - stride + 1] ? 256 : 0;
        int bit = coder.bit(Counters.probability(counters[at]), x[i] == guess ? 1 : 0);
        counters[at] = Counters.after(counters[at], bit);
        return bit != 0;
    }

    private int colour(int[] x, int i) {
        int known = reference[i];
        int key;
        if (second == null) {
            key = known << 1 | (x[i - 1] == reference[i - 1] ? 1 : 0);
        } else {
            key = known << 8 ^ second[i];
        }
        colour = key * HASH >>> 19;
        int last = colours[colour];
        return last < 0 ? known : last;
    }

    int guess() {
        return guess;
    }

    /** Takes note of the sample. */
    void follow(int value, int c) {
        misses.set(c, value == guess ? 0 : 1);
        if (kind == COLOUR) {
            colours[colour] = value;
        }
    }
}
