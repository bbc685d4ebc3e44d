package strata.codec.dense;

import java.util.Arrays;

/**
 * Weighted least squares over observations that are added one by one: which weights of some numbers
 * come nearest to a target. Floating point only chooses weights; what is chosen goes into a payload
 * as integers, so that a decoder needs none of this. Not thread-safe.
 */
public final class LeastSquares {
    private static final int BATCH = 4;
    private static final double RIDGE = 1e-6;

    /** Places of the target and all numbers. */
    private final int row;

    private final double[] waiting;
    private final double[] weights = new double[BATCH];

    /** Products of each number with those before it; the target is the first. */
    private final double[] sums;

    private final double[][] lower;
    private int batch;
    private int width;

    /** @param unknowns the most numbers that have a weight */
    public LeastSquares(int unknowns) {
        row = unknowns + 1;
        waiting = new double[BATCH * row];
        sums = new double[row * (row + 1) / 2];
        lower = new double[unknowns][unknowns];
    }

    public void clear() {
        Arrays.fill(sums, 0);
        Arrays.fill(weights, 0);
        batch = 0;
    }

    /** What was observed until now counts for so much less. */
    public void fade(double factor) {
        flush();
        for (int i = 0; i < sums.length; i++) {
            sums[i] *= factor;
        }
    }

    /**
     * Adds an observation.
     *
     * @param numbers of which the first {@code count} are looked at
     * @param count of the numbers, the same until the next {@link #clear}
     */
    public void add(int[] numbers, int count, int target, double weight) {
        width = count;
        int to = batch * row;
        waiting[to] = target;
        for (int i = 0; i < count; i++) {
            waiting[to + 1 + i] = numbers[i];
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
        int second = row;
        int third = 2 * row;
        int fourth = 3 * row;
        int at = 0;
        for (int i = 0; i <= width; i++) {
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

    private double sum(int i, int j) {
        return sums[i * (i + 1) / 2 + j];
    }

    /**
     * The squared error that is left.
     *
     * @param found what {@link #solve} gave
     */
    double left(double[] found) {
        double left = sum(0, 0);
        for (int i = 0; i < found.length; i++) {
            left -= sum(i + 1, 0) * found[i];
        }
        return left;
    }

    /**
     * The weights of the first {@code count} numbers, by Cholesky's decomposition; null when the
     * observations do not determine them.
     */
    public double[] solve(int count) {
        flush();
        double largest = 0;
        for (int i = 1; i <= count; i++) {
            largest = Math.max(largest, sum(i, i));
        }
        double[] found = new double[count];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j <= i; j++) {
                double value = sum(i + 1, j + 1) + (i == j ? RIDGE * largest : 0);
                for (int k = 0; k < j; k++) {
                    value -= lower[i][k] * lower[j][k];
                }
                if (i == j && !(value > 0)) {
                    return null;
                }
                lower[i][j] = i == j ? Math.sqrt(value) : value / lower[j][j];
            }
            double right = sum(i + 1, 0);
            for (int k = 0; k < i; k++) {
                right -= lower[i][k] * found[k];
            }
            found[i] = right / lower[i][i];
        }
        for (int i = count - 1; i >= 0; i--) {
            for (int k = i + 1; k < count; k++) {
                found[i] -= lower[k][i] * found[k];
            }
            found[i] /= lower[i][i];
        }
        return found;
    }
}
