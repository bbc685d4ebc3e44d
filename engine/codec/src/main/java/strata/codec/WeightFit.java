package strata.codec;

import java.util.Arrays;

/**
 * Finds the weights of one class that guess best: weighted least squares over observed samples,
 * each relative to the one on its left, so that the weights of a guess always add up to one.
 * Floating point only chooses; what is chosen goes into the payload as integers.
 */
final class WeightFit {
    /** Neighbours besides W. */
    static final int UNKNOWNS = RowAbove.WEIGHTS - 1;

    static final int MAX_WEIGHT = (4 << RowAbove.FRACTION_BITS) - 1;

    private static final int MIN_SAMPLES = 100;
    private static final int BATCH = 4;
    private static final double RIDGE = 1e-6;

    private final double[] sums = new double[(UNKNOWNS + 1) * (UNKNOWNS + 2) / 2];
    private final double[] waiting = new double[BATCH * (UNKNOWNS + 1)];
    private final double[] weights = new double[BATCH];
    private int batch;
    private double samples;

    void clear() {
        Arrays.fill(sums, 0);
        Arrays.fill(waiting, 0);
        batch = 0;
        samples = 0;
    }

    /** What was observed until now counts for so much less. */
    void fade(double factor) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] *= factor;
        }
        samples *= factor;
    }

    /** @param relative the eleven neighbours and the sample itself, minus W */
    void add(int[] relative, double weight) {
        samples++;
        int to = batch * (UNKNOWNS + 1);
        for (int i = 0; i <= UNKNOWNS; i++) {
            waiting[to + i] = relative[i];
        }
        weights[batch] = weight;
        if (++batch == BATCH) {
            flush();
        }
    }

    /** Several observations at once, since the sums are what takes time. */
    private void flush() {
        double[] a = waiting;
        double[] to = sums;
        int second = UNKNOWNS + 1;
        int third = 2 * second;
        int fourth = 3 * second;
        int at = 0;
        for (int i = 0; i <= UNKNOWNS; i++) {
            double w1 = a[i] * weights[0];
            double w2 = a[second + i] * weights[1];
            double w3 = a[third + i] * weights[2];
            double w4 = a[fourth + i] * weights[3];
            for (int j = 0; j <= i; j++) {
                double half = w1 * a[j] + w2 * a[second + j];
                to[at++] += half + (w3 * a[third + j] + w4 * a[fourth + j]);
            }
        }
        Arrays.fill(weights, 0);
        batch = 0;
    }

    /** Writes ten weights; without enough samples those of a plane through W, N, NW. */
    void solve(int[] weights) {
        flush();
        double[] found = samples < MIN_SAMPLES ? null : solution();
        int one = 1 << RowAbove.FRACTION_BITS;
        if (found == null) {
            Arrays.fill(weights, 0);
            weights[1] = -one / 2;
            weights[2] = one / 2 + one / 4;
            weights[RowAbove.WEST] = one / 2 + one / 4;
            return;
        }
        int rest = one;
        for (int i = 0; i < UNKNOWNS; i++) {
            long rounded = Math.round(found[i] * one);
            int weight = (int) Math.max(-MAX_WEIGHT, Math.min(MAX_WEIGHT, rounded));
            rest -= weight;
            weights[i] = weight;
        }
        weights[RowAbove.WEST] = rest;
    }

    private double sum(int i, int j) {
        return sums[i * (i + 1) / 2 + j];
    }

    /** Cholesky's decomposition; null when the samples do not determine the weights. */
    private double[] solution() {
        double largest = 0;
        for (int i = 0; i < UNKNOWNS; i++) {
            largest = Math.max(largest, sum(i, i));
        }
        double[][] lower = new double[UNKNOWNS][UNKNOWNS];
        double[] y = new double[UNKNOWNS];
        for (int i = 0; i < UNKNOWNS; i++) {
            for (int j = 0; j <= i; j++) {
                double value = sum(i, j) + (i == j ? RIDGE * largest : 0);
                for (int k = 0; k < j; k++) {
                    value -= lower[i][k] * lower[j][k];
                }
                if (i == j && !(value > 0)) {
                    return null;
                }
                lower[i][j] = i == j ? Math.sqrt(value) : value / lower[j][j];
            }
            double right = sum(UNKNOWNS, i);
            for (int k = 0; k < i; k++) {
                right -= lower[i][k] * y[k];
            }
            y[i] = right / lower[i][i];
        }
        for (int i = UNKNOWNS - 1; i >= 0; i--) {
            for (int k = i + 1; k < UNKNOWNS; k++) {
                y[i] -= lower[k][i] * y[k];
            }
            y[i] /= lower[i][i];
        }
        return y;
    }
}
