package strata.codec.dense;

import java.util.Arrays;

/**
 * Adaptive probabilities, each an int: 22 bits of probability of a 1, then 10 bits of count. The
 * first observations move it quickly, later ones at the pace of the limit.
 */
final class Counters {
    /** The most observations that are told apart. */
    static final int LIMIT = 255;

    /** The same of counters that hardly change. */
    static final int SLOW_LIMIT = 1023;

    private static final int COUNT_MASK = 1023;
    private static final int ONE = (1 << 22) - 1;

    /** 65536 / (count + 1.6), rounded down. */
    private static final int[] PACE = new int[SLOW_LIMIT + 1];

    static {
        for (int i = 0; i <= SLOW_LIMIT; i++) {
            PACE[i] = 655360 / (10 * i + 16);
        }
    }

    private Counters() {}

    /** A counter that believes in 1/65536ths as after some observations. */
    static int initial(int probability, int observations) {
        return probability << 16 | observations;
    }

    static void reset(int[] counters) {
        Arrays.fill(counters, initial(0x8000, 0));
    }

    /** In 1/65536, 32 to 65504. */
    static int probability(int counter) {
        return Math.max(32, Math.min(65504, counter >>> 16));
    }

    static int observations(int counter) {
        return counter & COUNT_MASK;
    }

    static int after(int counter, int bit) {
        return after(counter, bit, LIMIT);
    }

    /** @param limit of the observations that are told apart, up to {@link #SLOW_LIMIT} */
    static int after(int counter, int bit, int limit) {
        int count = counter & COUNT_MASK;
        int probability = counter >>> 10;
        int error = (-bit & ONE) - probability;
        probability += (error >> 7) * PACE[count] >> 9;
        return probability << 10 | (count < limit ? count + 1 : limit);
    }
}
