package strata.codec.dense;

import java.util.Arrays;

/**
 * Values that stand out of their surroundings: padding outside the field of view, clipped air,
 * saturation. Where a neighbour has one, a decision by context says whether the sample has it too,
 * before anything is predicted.
 */
final class SpecialValues {
    static final int MAX = 2;

    private static final int PATTERNS = 512;
    private static final int CLOSENESS = 32;

    /** No sample has it. */
    private static final int NONE = -1;

    private final int[] values = new int[MAX];
    private final int[] counters = new int[MAX * PATTERNS * CLOSENESS];

    int[] values() {
        return values;
    }

    /** Takes the values over and forgets what was learnt. */
    void reset(int[] others) {
        System.arraycopy(others, 0, values, 0, MAX);
        Counters.reset(counters);
    }

    /** Chooses from the histogram of all samples. */
    void choose(int[] histogram, int top, long total) {
        Arrays.fill(values, NONE);
        int[] most = new int[MAX];
        for (int v = 0; v <= top; v++) {
            int count = histogram[v];
            int below = v > 0 ? histogram[v - 1] : 0;
            int above = v < top ? histogram[v + 1] : 0;
            boolean stands = count > total / 64 && count > 4L * Math.min(below, above);
            stands &= v == 0 || v == top || count > 4L * Math.max(below, above);
            if (stands && count > most[0]) {
                most[1] = most[0];
                values[1] = values[0];
                most[0] = count;
                values[0] = v;
            } else if (stands && count > most[1]) {
                most[1] = count;
                values[1] = v;
            }
        }
    }

    /** Writes the values, or reads them. */
    void code(BitCoder coder) {
        for (int i = 0; i < MAX; i++) {
            boolean present = coder.bits(1, values[i] == NONE ? 0 : 1) != 0;
            values[i] = present ? coder.bits(16, values[i]) : NONE;
        }
    }

    /** Whether the value is special and a near neighbour has it. */
    static boolean expected(int[] x, int i, int stride, int value, int[] special) {
        return (value == special[0] || value == special[1]) && near(x, i, stride, value);
    }

    private static boolean near(int[] x, int i, int stride, int value) {
        int n = i - stride;
        return x[i - 1] == value || x[n] == value || x[n - 1] == value || x[n + 1] == value;
    }

    /**
     * Asks for both values.
     *
     * @param sample ignored when decoding
     * @return the special value that the sample has, or -1
     */
    int code(BitCoder coder, int[] x, int i, int stride, int sample) {
        for (int which = 0; which < MAX; which++) {
            int value = values[which];
            if (near(x, i, stride, value)) {
                int at = which * PATTERNS * CLOSENESS + context(x, i, stride, value);
                int bit = coder.bit(Counters.probability(counters[at]), sample == value ? 1 : 0);
                counters[at] = Counters.after(counters[at], bit);
                if (bit != 0) {
                    return value;
                }
            }
        }
        return NONE;
    }

    private static int context(int[] x, int i, int stride, int value) {
        int n = i - stride;
        int nn = n - stride;
        int w = Math.abs(x[i - 1] - value);
        int above = Math.abs(x[n] - value);
        int left = Math.abs(x[n - 1] - value);
        int right = Math.abs(x[n + 1] - value);
        int pattern = (w == 0 ? 1 : 0) | (above == 0 ? 2 : 0) | (left == 0 ? 4 : 0);
        pattern |= (right == 0 ? 8 : 0) | (x[i - 2] == value ? 16 : 0);
        pattern |= (x[nn] == value ? 32 : 0) | (x[n + 2] == value ? 64 : 0);
        pattern |= (x[nn - 1] == value ? 128 : 0) | (x[nn + 1] == value ? 256 : 0);
        int far = Math.min(31, 2 * ResidualCoder.bitLength(w + above + left + right >> 3));
        return pattern * CLOSENESS + far;
    }
}
