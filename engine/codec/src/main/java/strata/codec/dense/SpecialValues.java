package strata.codec.dense;

/**
 * Values that stand out of their surroundings: padding outside the field of view, clipped air,
 * saturation. Where a neighbour has one, a decision by context says whether the sample has it too,
 * before anything is predicted.
 */
final class SpecialValues {
    static final int MAX = 2;

    private static final int PATTERNS = 512;
    private static final int CLOSENESS = 32;

    private static final int[] BELIEFS = {Counters.initial(0x8000, 0), Counters.initial(0x8000, 0)};

    /** No sample has it. */
    private static final int NONE = -1;

    private final int[] values = new int[MAX];
    private final DecisionMixer mixer =
            new DecisionMixer(MAX, PATTERNS * CLOSENESS, 256, 16 * 32, 8 * ResidualCoder.SCALES);

    private boolean nearby;

    int[] values() {
        return values;
    }

    /** Whether a near neighbour of the sample last asked for is special. */
    boolean nearby() {
        return nearby;
    }

    /** Takes the values over and forgets what was learnt. */
    void reset(int[] others) {
        System.arraycopy(others, 0, values, 0, MAX);
        if (values[0] != NONE || values[1] != NONE) {
            mixer.reset(BELIEFS);
        }
    }

    /** Chooses from the histogram of all samples, and takes the values out of it. */
    void choose(int[] histogram, int top, long total) {
        for (int i = 0; i < MAX; i++) {
            values[i] = outstanding(histogram, top, total / 64);
            if (values[i] != NONE) {
                histogram[values[i]] = 0;
            }
        }
    }

    private static int outstanding(int[] histogram, int top, long least) {
        int best = NONE;
        long most = least;
        for (int v = 0; v <= top; v++) {
            int below = v > 0 ? histogram[v - 1] : 0;
            int above = v < top ? histogram[v + 1] : 0;
            if (histogram[v] > most && histogram[v] > 4L * Math.max(below, above)) {
                best = v;
                most = histogram[v];
            }
        }
        return best;
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
        if (x[i - 1] == value || x[n] == value || x[n - 1] == value || x[n + 1] == value) {
            return true;
        }
        int nn = n - stride;
        return x[i - 2] == value
                || x[nn] == value
                || x[n - 2] == value
                || x[n + 2] == value
                || x[nn - 1] == value
                || x[nn + 1] == value;
    }

    /**
     * Asks for both values.
     *
     * @param sample ignored when decoding
     * @return the special value that the sample has, or -1
     */
    int code(BitCoder coder, int[] x, int i, int stride, int scale, int sample) {
        nearby = false;
        for (int which = 0; which < MAX; which++) {
            int value = values[which];
            if (value != NONE && near(x, i, stride, value)) {
                nearby = true;
                int bit = decide(coder, x, i, stride, which, scale, sample == value ? 1 : 0);
                if (bit != 0) {
                    return value;
                }
            }
        }
        return NONE;
    }

    private int decide(BitCoder coder, int[] x, int i, int stride, int which, int scale, int bit) {
        int value = values[which];
        int n = i - stride;
        int nn = n - stride;
        int w = Math.abs(x[i - 1] - value);
        int above = Math.abs(x[n] - value);
        int left = Math.abs(x[n - 1] - value);
        int right = Math.abs(x[n + 1] - value);
        int near = (w == 0 ? 1 : 0) | (above == 0 ? 2 : 0) | (left == 0 ? 4 : 0);
        near |= right == 0 ? 8 : 0;
        int far = (x[i - 2] == value ? 1 : 0) | (x[nn] == value ? 2 : 0);
        far |= (x[n + 2] == value ? 4 : 0) | (x[nn - 1] == value ? 8 : 0);
        far |= x[nn + 1] == value ? 16 : 0;
        int sum = w + above + left + right;
        int nearCount = Integer.bitCount(near);
        int count = nearCount + Integer.bitCount(far) + (x[n - 2] == value ? 1 : 0);
        int closeness = Math.min(31, 2 * ResidualCoder.bitLength(sum >> 3));
        int sides = Math.min(15, ResidualCoder.bitLength(w)) << 4;
        sides |= Math.min(15, ResidualCoder.bitLength(above));
        int around = sum + Math.abs(x[i - 2] - value) + Math.abs(x[nn] - value);
        int wide = Math.min(31, Quarters.of(around) >> 1);
        return mixer.code(
                coder,
                which,
                ((near | far << 4) * CLOSENESS + closeness) * MAX,
                sides * MAX,
                (count * 32 + wide) * MAX,
                (nearCount * ResidualCoder.SCALES + scale) * MAX,
                bit);
    }
}
