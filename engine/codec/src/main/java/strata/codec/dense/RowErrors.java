package strata.codec.dense;

import java.util.Arrays;

/** The magnitudes of the errors of one predictor in the row being coded and in the one above. */
final class RowErrors {
    private int stride;
    private int[] values = new int[0];

    void reset(int rowStride, int value) {
        stride = rowStride;
        if (values.length < 2 * stride) {
            values = new int[2 * stride];
        }
        Arrays.fill(values, value);
    }

    /** Fills what lies beyond the edges: before a row, and after the row above. */
    void beginRow(int current, int above) {
        int columns = stride - 2 * Plane.PAD;
        int first = values[above + Plane.PAD];
        int last = values[above + Plane.PAD + columns - 1];
        for (int i = 0; i < Plane.PAD; i++) {
            values[above + i] = first;
            values[current + i] = first;
            values[above + Plane.PAD + columns + i] = last;
        }
    }

    int at(int index) {
        return values[index];
    }

    void set(int index, int value) {
        values[index] = value;
    }

    /** Sum of the errors to the left and at the three places above. */
    int around(int current, int above) {
        return values[current - 1] + values[above] + values[above - 1] + values[above + 1];
    }

    /** The nearer ones twice, in sum eight. */
    int weighted(int current, int above) {
        return 2 * (values[current - 1] + values[above])
                + values[above - 1]
                + values[above + 1]
                + values[current - 2]
                + values[above + 2];
    }
}
