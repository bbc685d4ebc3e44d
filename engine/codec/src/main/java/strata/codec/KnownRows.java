package strata.codec;

import java.util.Arrays;

/**
 * The rows of one lane as an encoder goes through them: it knows a row before it guesses it, so
 * that no step of a guess waits for another. Guesses as {@link RowAbove} does. Not thread-safe.
 *
 * <p>Row arrays have {@link #edge} places on both sides for the neighbours beyond the edges. Most
 * are kept three times, moved by a pixel, since only a loop whose indices are all equal becomes
 * vector instructions.
 */
final class KnownRows {
    /** Half a unit of a weighted sum in the upper half, rounding of the lower half below it. */
    private static final long HALVES = 1L << (RowAbove.FRACTION_BITS - 1 + 32) | 1L << 31;

    private static final int TABLED_VALUES = 4096;
    private static final byte[] TOKENS = new byte[TABLED_VALUES];

    static {
        for (int value = 0; value < TABLED_VALUES; value++) {
            TOKENS[value] = (byte) LinearStage.token(value);
        }
    }

    private int step;
    private int edge;
    private int samples;
    private int[] row = new int[0];
    private int[] west;
    private int[] westWest;
    private int[] above;
    private int[] aboveWest;
    private int[] aboveEast;
    private int[] above2;
    private int[] aboveEast2;
    /** Each sample of a row with its right neighbour in the upper half. */
    private long[] pairs;

    private long[] pairsAbove;
    private long[] pairsAbove2;
    private int[] busyAbove;
    private int[] busy;
    private int[] guesses;
    private int[] values;
    private int rowsDone;

    /** Before the first row of a lane: everything above is this. */
    void start(int pixelStep, int samplesPerRow, int value) {
        int length = samplesPerRow + 2 * RowAbove.EDGE_PIXELS * pixelStep;
        step = pixelStep;
        edge = RowAbove.EDGE_PIXELS * pixelStep;
        samples = samplesPerRow;
        if (row.length != length) {
            row = new int[length];
            west = new int[length];
            westWest = new int[length];
            above = new int[length];
            aboveWest = new int[length];
            aboveEast = new int[length];
            above2 = new int[length];
            aboveEast2 = new int[length];
            pairs = new long[length];
            pairsAbove = new long[length];
            pairsAbove2 = new long[length];
            busyAbove = new int[length];
            busy = new int[length];
            guesses = new int[length];
            values = new int[length];
        }
        rowsDone = 0;
        Arrays.fill(above, value);
    }

    /** Where the samples of the next row go, the first at {@link #first}. */
    int[] row() {
        return row;
    }

    int first() {
        return edge;
    }

    /** To be called when the row has been filled: sets its edges. */
    private void complete() {
        int end = edge + samples;
        for (int i = 0; i < RowAbove.EDGE_PIXELS; i++) {
            System.arraycopy(above, edge, row, i * step, step);
            System.arraycopy(row, end - step, row, end + i * step, step);
        }
        System.arraycopy(row, 0, west, step, end + step);
        System.arraycopy(row, 0, westWest, 2 * step, end);
        pair(row, pairs, step);
    }

    private static void pair(int[] row, long[] pairs, int step) {
        for (int i = 0; i < row.length - step; i++) {
            pairs[i] = row[i] & 0xffff_ffffL | (long) row[i + step] << 32;
        }
    }

    /**
     * Turns the row that was filled into symbols, and makes it the one above.
     *
     * @param symbols takes context, token and folded residual of each sample from {@code at} on
     * @param counts of each context and token, added to
     */
    void symbolise(LinearPlan plan, int bits, int[] symbols, int at, int[] counts) {
        complete();
        if (rowsDone == 0) {
            Arrays.fill(busyAbove, 0);
        } else {
            above(aboveWest, above, aboveEast, above2, aboveEast2, busyAbove);
        }
        int[] northWest = rowsDone == 0 ? above : aboveWest;
        left(busyAbove, west, northWest, westWest, busy);
        if (rowsDone == 0) {
            // The first row of a lane is guessed from the left alone.
            System.arraycopy(west, 0, guesses, 0, guesses.length);
        } else {
            guess(plan);
        }
        fold(plan.lowest(), plan.highest(), 32 - bits, guesses, row, values);
        tokens(plan.contextMap(), symbols, at, counts);
        next();
    }

    private static void above(int[] nw, int[] n, int[] ne, int[] nn, int[] nne, int[] to) {
        for (int i = 0; i < to.length; i++) {
            int across = Math.abs(nw[i] - n[i]) + Math.abs(n[i] - ne[i]);
            int sum = across + Math.abs(n[i] - nn[i]) + Math.abs(ne[i] - nne[i]);
            to[i] = Math.min(sum, LinearStage.MAX_ACTIVITY);
        }
    }

    private static void left(int[] above, int[] w, int[] nw, int[] ww, int[] to) {
        for (int i = 0; i < to.length; i++) {
            int sum = above[i] + Math.abs(w[i] - nw[i]) + Math.abs(w[i] - ww[i]);
            to[i] = Math.min(sum, LinearStage.MAX_ACTIVITY);
        }
    }

    /** The weighted sums alone: with more in this loop its values do not fit into registers. */
    private void guess(LinearPlan plan) {
        byte[] classes = plan.classMap();
        long[] w = plan.weights().packed;
        long[] r = pairs;
        long[] a = pairsAbove;
        long[] aa = pairsAbove2;
        int[] busyThere = busyAbove;
        int[] to = guesses;
        int s = step;
        int end = edge + samples;
        for (int x = edge; x < end; x++) {
            int c = classes[busyThere[x]] << ClassWeights.ROW_SHIFT;
            // The upper half of each product is the sum of both weighted samples of a pair.
            long total = w[c + 4] * aa[x + s] + w[c] * a[x - 2 * s] + w[c + 1] * a[x];
            total += w[c + 2] * a[x + 2 * s] + w[c + 3] * aa[x - s];
            total += w[c + 5] * r[x - 2 * s];
            to[x] = (int) (total + HALVES >> 32 + RowAbove.FRACTION_BITS);
        }
    }

    /** The folded residuals; outside of the row, where guesses are old, they mean nothing. */
    private static void fold(int low, int high, int shift, int[] guesses, int[] row, int[] to) {
        for (int i = 0; i < to.length; i++) {
            int guess = Math.max(low, Math.min(high, guesses[i]));
            int residual = (row[i] - guess) << shift >> shift;
            to[i] = (residual << 1) ^ (residual >> 31);
        }
    }

    private void tokens(byte[] contexts, int[] symbols, int at, int[] counts) {
        int[] folded = values;
        int[] busyHere = busy;
        int first = edge;
        int count = samples;
        for (int i = 0; i < count; i++) {
            int value = folded[first + i];
            int symbol = symbol(contexts[busyHere[first + i]], value);
            counts[symbol]++;
            symbols[at + i] = symbol << 16 | value;
        }
    }

    private static int symbol(int context, int value) {
        int token = value < TABLED_VALUES ? TOKENS[value] : LinearStage.token(value);
        return (context << LinearStage.TOKEN_BITS) + token;
    }

    private void next() {
        int end = edge + samples;
        int[] oldest = above2;
        above2 = above;
        above = row;
        row = oldest;
        int[] oldestEast = aboveEast2;
        aboveEast2 = aboveEast;
        aboveEast = oldestEast;
        int[] oldWest = aboveWest;
        aboveWest = west;
        west = oldWest;
        long[] oldestPairs = pairsAbove2;
        pairsAbove2 = pairsAbove;
        pairsAbove = pairs;
        pairs = oldestPairs;
        // Seen from below, what lies left of the row is its own first pixel.
        for (int i = 0; i < RowAbove.EDGE_PIXELS; i++) {
            System.arraycopy(above, edge, above, i * step, step);
            System.arraycopy(above, edge, aboveWest, (i + 1) * step, step);
        }
        for (int i = 0; i < edge; i++) {
            pairsAbove[i] = above[i] & 0xffff_ffffL | (long) above[i + step] << 32;
        }
        System.arraycopy(above, step, aboveEast, 0, end + edge - step);
        if (rowsDone++ == 0) {
            System.arraycopy(above, 0, above2, 0, above.length);
            System.arraycopy(aboveEast, 0, aboveEast2, 0, above.length);
            System.arraycopy(pairsAbove, 0, pairsAbove2, 0, above.length);
        }
    }
}
