package strata.codec.dense;

import java.util.Arrays;

/** The mean error of predictions in like surroundings, which is added to the next prediction. */
final class Biases {
    private static final int SCALES = 16;
    private static final int KEPT_SHIFT = 4;
    private static final int PACE_SHIFT = 3;

    private final int[] sums = new int[64 * SCALES];

    void reset() {
        Arrays.fill(sums, 0);
    }

    /** Which neighbours are above the prediction, and the scale of errors in octaves. */
    int index(int[] x, int i, int stride, int prediction, int scale) {
        int n = i - stride;
        int texture = (x[i - 1] > prediction ? 1 : 0) | (x[n] > prediction ? 2 : 0);
        texture |= (x[n - 1] > prediction ? 4 : 0) | (x[n + 1] > prediction ? 8 : 0);
        texture |= (x[i - 2] > prediction ? 16 : 0) | (x[n - stride] > prediction ? 32 : 0);
        return texture * SCALES + Math.min(SCALES - 1, scale >> 2);
    }

    int at(int index) {
        return sums[index] >> KEPT_SHIFT;
    }

    void follow(int index, int error) {
        sums[index] += error >> PACE_SHIFT;
    }
}
