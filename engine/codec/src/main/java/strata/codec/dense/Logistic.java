package strata.codec.dense;

/**
 * The logistic function and its inverse by table, in integers: arguments in 1/256 nat,
 * probabilities of 16 bits from {@link #squash}, of 12 bits into {@link #stretch}.
 */
final class Logistic {
    /** Arguments lie between this and its negative. */
    static final int LIMIT = 2047;

    /** 65536 / (1 + exp(-i / 4)), rounded; straight lines between. */
    private static final int[] KNOTS = {
        32768, 36843, 40793, 44511, 47911, 50941, 53581, 55834, 57724, 59287, 60565, 61598, 62428,
        63090, 63615, 64030, 64357, 64614, 64816, 64974, 65097, 65194, 65269, 65328, 65374, 65410,
        65438, 65459, 65476, 65489, 65500, 65508, 65514
    };

    private static final int KNOT_SHIFT = 6;
    private static final char[] SQUASH = new char[LIMIT + 1];
    private static final short[] STRETCH = new short[4096];

    static {
        for (int i = 0; i <= LIMIT / 2; i++) {
            int knot = 2 * i >> KNOT_SHIFT;
            int part = 2 * i & ((1 << KNOT_SHIFT) - 1);
            int value = KNOTS[knot] + ((KNOTS[knot + 1] - KNOTS[knot]) * part >> KNOT_SHIFT);
            SQUASH[LIMIT / 2 + i] = (char) value;
            SQUASH[LIMIT / 2 - i] = (char) (65536 - value);
        }
        SQUASH[LIMIT] = SQUASH[LIMIT - 1];
        int argument = -LIMIT;
        for (int p = 0; p < STRETCH.length; p++) {
            while (argument < LIMIT && squash(argument) < p * 16 + 8) {
                argument++;
            }
            STRETCH[p] = (short) argument;
        }
    }

    private Logistic() {}

    /** The probability in 1/65536, 22 to 65514. */
    static int squash(int argument) {
        return SQUASH[LIMIT + Math.max(-LIMIT, Math.min(LIMIT, argument)) >> 1];
    }

    static int stretch(int probability) {
        return STRETCH[probability];
    }
}
