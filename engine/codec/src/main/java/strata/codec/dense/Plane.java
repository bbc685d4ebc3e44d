package strata.codec.dense;

import java.util.Arrays;

/**
 * The samples of one component of one frame, row by row, with places around them for the neighbours
 * beyond the edges.
 */
final class Plane {
    /** Places left and right of a row, and rows above the first. */
    static final int PAD = 4;

    static final int ROWS_ABOVE = 3;
    static final int ROWS_BELOW = 1;

    final int columns;
    final int rows;
    final int stride;
    final int[] samples;

    Plane(int columns, int rows) {
        this.columns = columns;
        this.rows = rows;
        this.stride = columns + 2 * PAD;
        this.samples = new int[stride * (rows + ROWS_ABOVE + ROWS_BELOW)];
    }

    /** Places of such a plane, edges included. */
    static long places(int columns, int rows) {
        return (long) (columns + 2 * PAD) * (rows + ROWS_ABOVE + ROWS_BELOW);
    }

    /** Index of the first sample of a row. */
    int start(int row) {
        return (row + ROWS_ABOVE) * stride + PAD;
    }

    /** Before a plane is coded: above it is nothing. */
    void beginPlane() {
        Arrays.fill(samples, 0, ROWS_ABOVE * stride, 0);
    }

    /** Before a row is coded: what lies left of it is the first sample above. */
    void beginRow(int row) {
        int start = start(row);
        int above = samples[start - stride];
        for (int i = 1; i <= PAD; i++) {
            samples[start - i] = above;
        }
    }

    /** After a row: what lies right of it is its last sample. */
    void endRow(int row) {
        int end = start(row) + columns;
        for (int i = 0; i < PAD; i++) {
            samples[end + i] = samples[end - 1];
        }
    }

    /** In the first row, what lies above a sample, and left of the first, is {@code value}. */
    void spreadAbove(int index, int value) {
        samples[index - 1] = value;
        for (int row = 1; row <= ROWS_ABOVE; row++) {
            int above = index - row * stride;
            for (int i = above - 3; i <= above + 3; i++) {
                samples[i] = value;
            }
        }
    }

    /** After the first row: the rows above repeat it. */
    void repeatFirstRow() {
        int first = start(0) - PAD;
        for (int row = 0; row < ROWS_ABOVE; row++) {
            System.arraycopy(samples, first, samples, row * stride, stride);
        }
    }

    /** After the last row: the row below repeats it, for planes that look here. */
    void endPlane() {
        int last = start(rows - 1) - PAD;
        System.arraycopy(samples, last, samples, last + stride, stride);
    }

    /** Fills all edges of a plane whose samples are known. */
    void fillEdges() {
        for (int y = rows - 1; y >= 0; y--) {
            endRow(y);
        }
        repeatFirstRow();
        for (int y = 0; y < rows; y++) {
            beginRow(y);
        }
        endPlane();
    }
}
