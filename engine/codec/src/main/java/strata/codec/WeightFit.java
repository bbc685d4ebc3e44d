package strata.codec;

import strata.codec.dense.LeastSquares;

import java.util.Arrays;

/**
 * Finds the weights of one class that guess best over observed samples, each relative to the one on
 * its left, so that the weights of a guess always add up to one.
 */
final class WeightFit {
    /** Neighbours besides W. */
    static final int UNKNOWNS = RowAbove.WEIGHTS - 1;

    static final int MAX_WEIGHT = (4 << RowAbove.FRACTION_BITS) - 1;

    private static final int MIN_SAMPLES = 100;

    private final LeastSquares observed = new LeastSquares(UNKNOWNS);
    private double samples;

    void clear() {
        observed.clear();
        samples = 0;
    }

    /** What was observed until now counts for so much less. */
    void fade(double factor) {
        observed.fade(factor);
        samples *= factor;
    }

    /** @param relative the eleven neighbours and the sample itself, minus W */
    void add(int[] relative, double weight) {
        samples++;
        observed.add(relative, UNKNOWNS, relative[UNKNOWNS], weight);
    }

    /** Writes ten weights; without enough samples those of a plane through W, N, NW. */
    void solve(int[] weights) {
        double[] found = samples < MIN_SAMPLES ? null : observed.solve(UNKNOWNS);
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
}
