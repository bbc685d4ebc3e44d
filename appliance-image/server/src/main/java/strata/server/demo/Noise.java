package strata.server.demo;

import java.util.Random;

/**
 * Gaussian noise from a table: a seed gives the same noise, at a fraction of the cost of drawing
 * each value.
 */
final class Noise {
    private static final int TABLE_SIZE = 1 << 16;

    private final float[] table = new float[TABLE_SIZE];
    private long state;

    Noise(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < TABLE_SIZE; i++) {
            table[i] = (float) random.nextGaussian();
        }
        state = seed * 0x9E3779B97F4A7C15L + 1;
    }

    /** The next value, mean 0, standard deviation 1. */
    float next() {
        state ^= state << 13;
        state ^= state >>> 7;
        state ^= state << 17;
        return table[(int) (state >>> 40) & (TABLE_SIZE - 1)];
    }
}
