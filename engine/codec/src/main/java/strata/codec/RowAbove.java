package strata.codec;

import java.util.Arrays;

/**
 * The last rows of one lane, and what they say about the next: the part of each guess that needs
 * only samples above, the weights for the two to the left, and the activity above. Not thread-safe.
 *
 * <p>A row array has {@link #edge} places on both sides for the neighbours beyond the edges.
 */
final class RowAbove {
    /** Neighbours: NWW NW N NE NEE NEEE, NNW NN NNE NNEE, then WW, then W. */
    static final int WEIGHTS = 12;

    static final int WEST_WEST = 10;
    static final int WEST = 11;
    /** Weights are multiples of 2 to the power of minus this. */
    static final int FRACTION_BITS = 8;

    static final int EDGE_PIXELS = 3;

    /** Half a unit of a weighted sum in the upper half, rounding of the lower half below it. */
    private static final long HALVES = 1L << (FRACTION_BITS - 1 + 32) | 1L << 31;

    final int step;
    final int edge;
    final int samples;
    /** Sum of weighted samples above, and half a unit. */
    final int[] sum;

    /** Weights of W, in the upper half, and of WW. */
    final int[] late;

    final int[] activity;
    int[] row;
    int[] above;

    private int[] above2;
    /** Each sample of a row with its right neighbour in the upper half. */
    private long[] pairs;

    private long[] pairs2;
    /** The row above moved by a pixel, so that a loop over them has nothing but equal indices. */
    private final int[] aboveWest;

    private int[] aboveEast;
    private int[] aboveEast2;
    private final int[] busy;
    private int rowsDone;

    RowAbove(int step, int samples) {
        this.step = step;
        this.edge = EDGE_PIXELS * step;
        this.samples = samples;
        sum = new int[samples];
        late = new int[samples];
        activity = new int[samples];
        row = new int[samples + 2 * edge];
        above = new int[row.length];
        above2 = new int[row.length];
        pairs = new long[row.length];
        pairs2 = new long[row.length];
        aboveWest = new int[row.length];
        aboveEast = new int[row.length];
        aboveEast2 = new int[row.length];
        busy = new int[row.length];
    }

    /** Before the first row: everything above is this. */
    void start(int value) {
        rowsDone = 0;
        Arrays.fill(above, value);
        leftEdge();
    }

    /** Makes the row that was filled the one above, and sets the left edge of the next. */
    void next() {
        int end = edge + samples;
        for (int i = 0; i < EDGE_PIXELS; i++) {
            System.arraycopy(row, edge, row, i * step, step);
            System.arraycopy(row, end - step, row, end + i * step, step);
        }
        int[] oldest = above2;
        above2 = above;
        above = row;
        row = oldest;
        long[] oldestPairs = pairs2;
        pairs2 = pairs;
        pairs = oldestPairs;
        for (int i = 0; i < end + 2 * step; i++) {
            pairs[i] = above[i] | (long) above[i + step] << 32;
        }
        int[] oldestEast = aboveEast2;
        aboveEast2 = aboveEast;
        aboveEast = oldestEast;
        System.arraycopy(above, step, aboveEast, 0, end + step);
        System.arraycopy(above, 0, aboveWest, step, end + step);
        if (rowsDone++ == 0) {
            System.arraycopy(aboveEast, 0, aboveEast2, 0, above.length);
            System.arraycopy(above, 0, above2, 0, above.length);
            System.arraycopy(pairs, 0, pairs2, 0, pairs.length);
        }
        leftEdge();
    }

    /** What lies left of a row is the first pixel above. */
    private void leftEdge() {
        for (int i = 0; i < EDGE_PIXELS; i++) {
            System.arraycopy(above, edge, row, i * step, step);
        }
    }

    /** The weights of W and WW in one number; that of W is below 2^15 in size. */
    static int late(int west, int westWest) {
        return west << 16 | (westWest & 0xffff);
    }

    /** The first row of a lane is guessed from the left alone. */
    void prepare(byte[] classes, ClassWeights weights) {
        if (rowsDone == 0) {
            Arrays.fill(sum, 1 << (FRACTION_BITS - 1));
            Arrays.fill(late, late(1 << FRACTION_BITS, 0));
            Arrays.fill(activity, 0);
            return;
        }
        activity(aboveWest, above, aboveEast, above2, aboveEast2, busy);
        System.arraycopy(busy, edge, activity, 0, samples);
        long[] a = pairs;
        long[] aa = pairs2;
        long[] w = weights.packed;
        int[] lateWeights = weights.late;
        int[] sums = sum;
        int[] lates = late;
        int[] busies = activity;
        int s = step;
        for (int i = 0; i < samples; i++) {
            int x = i + 3 * s;
            int number = classes[Math.min(busies[i], LinearStage.MAX_ACTIVITY)];
            int c = number << ClassWeights.ROW_SHIFT;
            lates[i] = lateWeights[number];
            // The upper half of each product is the sum of both weighted samples of a pair.
            long total = w[c + 4] * aa[x + s] + w[c] * a[x - 2 * s] + w[c + 1] * a[x];
            total += w[c + 2] * a[x + 2 * s] + w[c + 3] * aa[x - s];
            sums[i] = (int) ((total + HALVES) >> 32);
        }
    }

    private static void activity(int[] nw, int[] n, int[] ne, int[] nn, int[] nne, int[] to) {
        for (int i = 0; i < to.length; i++) {
            int across = Math.abs(nw[i] - n[i]) + Math.abs(n[i] - ne[i]);
            to[i] = across + Math.abs(n[i] - nn[i]) + Math.abs(ne[i] - nne[i]);
        }
    }
}
