package strata.codec.dense;

import java.util.Arrays;

/**
 * Finds the weights of linear prediction for planes of one kind: least squares over a sample of
 * their places, each weighted by the inverse square of its activity, by elimination in integers.
 * Only an encoder needs it. Not thread-safe.
 */
final class LinearFit {
    private static final int SAMPLES = 1 << 16;
    private static final int SAMPLES_PER_CLASS = 4096;
    private static final int MAX_CLASSES = 6;
    private static final int TAPS = Taps.OWN + Taps.REFERENCE;
    private static final int SCALE_BITS = 26;
    private static final int FACTOR_SHIFT = 20;
    private static final int RESULT_SHIFT = 16;
    private static final long MAX_RESULT = 7L << RESULT_SHIFT;
    private static final int PRODUCT_SHIFT = 20;

    private final int[] population = new int[WeightTable.QUARTERS];
    private final int[] classOf = new int[WeightTable.QUARTERS];
    private final int[] starts = new int[WeightTable.MAX_CLASSES];
    private final int[] taps = new int[Taps.ROW];

    /** Products of taps, below the diagonal; the last row is that of the sample itself. */
    private final long[][][] products = new long[MAX_CLASSES][TAPS + 1][TAPS + 1];

    private final long[][] work = new long[TAPS][TAPS + 1];
    private final int[] counts = new int[MAX_CLASSES];
    private int classes;
    private int copying;

    /**
     * @param planes with their samples, the first {@code count} of them
     * @param references the plane that each refers to, or null for all
     * @param copies what the copy model would guess
     */
    void fit(
            Plane[] planes,
            Plane[] references,
            int count,
            int[] special,
            int copies,
            WeightTable to) {
        long total = 0;
        for (int i = 0; i < count; i++) {
            total += (long) planes[i].columns * planes[i].rows;
        }
        int step = (int) (total / SAMPLES) + 1;
        classify(planes, references, count, step, total, copies);
        for (long[][] matrix : products) {
            for (long[] row : matrix) {
                Arrays.fill(row, 0);
            }
        }
        Arrays.fill(counts, 0);
        for (int i = 0; i < count; i++) {
            gather(planes[i], references == null ? null : references[i], step, special);
        }
        solve(references != null, to);
    }

    private void classify(
            Plane[] planes, Plane[] references, int count, int step, long total, int copies) {
        Arrays.fill(population, 0);
        int busy = 0;
        int same = 0;
        for (int p = 0; p < count; p++) {
            Plane plane = planes[p];
            Plane reference = references == null ? null : references[p];
            for (int y = 1; y < plane.rows; y++) {
                int start = plane.start(y);
                for (int i = start + y % step; i < start + plane.columns; i += step) {
                    int activity = Taps.activity(plane.samples, i, plane.stride);
                    if (activity > 0) {
                        population[Quarters.of(activity)]++;
                        busy++;
                        same += plane.samples[i]
                                        == likely(plane.samples, reference, i, plane.stride)
                                ? 1
                                : 0;
                    }
                }
            }
        }
        copying = same > busy / 4 ? copies : CopyModel.NONE;
        int wanted = (int) Math.max(1, Math.min(MAX_CLASSES, total / SAMPLES_PER_CLASS));
        classes = 1;
        long seen = 0;
        for (int quarter = 0; quarter < population.length; quarter++) {
            if (classes < wanted && seen * wanted >= (long) classes * busy && seen > 0) {
                starts[classes++] = quarter;
            }
            classOf[quarter] = classes - 1;
            seen += population[quarter];
        }
    }

    private static int likely(int[] x, Plane reference, int i, int stride) {
        return reference == null ? x[i - stride] : reference.samples[i];
    }

    private void gather(Plane plane, Plane reference, int step, int[] special) {
        int[] x = plane.samples;
        int n = reference == null ? Taps.OWN : TAPS;
        for (int y = 1; y < plane.rows; y++) {
            int start = plane.start(y);
            for (int i = start + y % step; i < start + plane.columns; i += step) {
                int activity = Taps.activity(x, i, plane.stride);
                if (activity == 0 || SpecialValues.expected(x, i, plane.stride, x[i], special)) {
                    continue;
                }
                if (copying != CopyModel.NONE && x[i] == likely(x, reference, i, plane.stride)) {
                    continue;
                }
                Taps.own(x, i, plane.stride, taps);
                if (reference != null) {
                    Taps.reference(x, reference.samples, i, plane.stride, taps);
                }
                int c = classOf[Quarters.of(activity)];
                counts[c]++;
                add(products[c], n, x[i] - x[i - 1], activity);
            }
        }
    }

    private void add(long[][] matrix, int n, int target, int activity) {
        int shift = Math.max(0, 2 * ResidualCoder.bitLength(activity) - 2);
        for (int j = 0; j < n; j++) {
            long weighted = (long) taps[j] << PRODUCT_SHIFT >> shift;
            long[] row = matrix[j];
            for (int k = 0; k <= j; k++) {
                row[k] += weighted * taps[k];
            }
            matrix[TAPS][j] += weighted * target;
        }
        matrix[TAPS][TAPS] += ((long) target << PRODUCT_SHIFT >> shift) * target;
    }

    private void solve(boolean mayRefer, WeightTable to) {
        boolean refers = false;
        if (mayRefer) {
            long gain = 0;
            for (int c = 0; c < classes; c++) {
                long own = cost(products[c], Taps.OWN);
                gain += counts[c] * (own - cost(products[c], TAPS));
            }
            long samples = 0;
            for (int count : counts) {
                samples += count;
            }
            refers = gain > samples / 2;
        }
        to.set(classes, starts, refers, copying);
        int n = refers ? TAPS : Taps.OWN;
        for (int c = 0; c < classes; c++) {
            long[] result = eliminate(products[c], n);
            for (int j = 0; j < n; j++) {
                long weight = result[j] + (1 << RESULT_SHIFT - WeightTable.SHIFT - 1);
                to.weights[c * Taps.ROW + j] = (int) (weight >> RESULT_SHIFT - WeightTable.SHIFT);
            }
        }
    }

    /** The logarithm of the squared error that is left, in sixteenths. */
    private long cost(long[][] matrix, int n) {
        long[] result = eliminate(matrix, n);
        long left = matrix[TAPS][TAPS] >> 8;
        for (int j = 0; j < n; j++) {
            left -= (matrix[TAPS][j] >> 8) * result[j] >> RESULT_SHIFT;
        }
        left = Math.max(left, 1);
        int exponent = 63 - Long.numberOfLeadingZeros(left);
        long fraction = exponent >= 4 ? left >> exponent - 4 : left << 4 - exponent;
        return 16L * exponent + (fraction & 15);
    }

    /** Weights in 1/65536. */
    private long[] eliminate(long[][] matrix, int n) {
        long largest = 1;
        for (int j = 0; j < n; j++) {
            largest = Math.max(largest, matrix[j][j]);
        }
        int down = 64 - Long.numberOfLeadingZeros(largest) - SCALE_BITS;
        for (int j = 0; j < n; j++) {
            for (int k = 0; k < n; k++) {
                work[j][k] = scaled(matrix[Math.max(j, k)][Math.min(j, k)], down);
            }
            work[j][j] += (1 << SCALE_BITS - 15);
            work[j][n] = scaled(matrix[TAPS][j], down);
        }
        for (int c = 0; c < n; c++) {
            long pivot = Math.max(1, work[c][c]);
            for (int j = c + 1; j < n; j++) {
                long factor = (work[j][c] << FACTOR_SHIFT) / pivot;
                for (int k = c; k <= n; k++) {
                    work[j][k] -= factor * work[c][k] >> FACTOR_SHIFT;
                }
            }
        }
        long[] result = new long[n];
        for (int j = n - 1; j >= 0; j--) {
            long value = work[j][n] << RESULT_SHIFT;
            for (int k = j + 1; k < n; k++) {
                value -= work[j][k] * result[k];
            }
            long weight = value / Math.max(1, work[j][j]);
            result[j] = Math.max(-MAX_RESULT, Math.min(MAX_RESULT, weight));
        }
        return result;
    }

    private static long scaled(long value, int down) {
        return down >= 0 ? value >> down : value << -down;
    }
}
