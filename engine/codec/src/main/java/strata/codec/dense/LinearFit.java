package strata.codec.dense;

import java.util.Arrays;

/**
 * Finds the weights of linear prediction for planes of one kind: least squares over a sample of
 * their places, each weighted by the inverse square of its activity. Only an encoder needs it. Not
 * thread-safe.
 */
final class LinearFit {
    /** About so many samples are looked at, all of a smaller plane. */
    private static final int SAMPLES = 3 << 14;

    private static final int SAMPLES_PER_CLASS = 4096;
    private static final int MAX_CLASSES = 6;
    private static final int TAPS = Taps.OWN + Taps.REFERENCE;

    /** Steps between places that are looked at are in quarters. */
    private static final int PLACE_SHIFT = 2;

    private static final double MAX_WEIGHT = 7;

    /** Keeps flat parts from outweighing all others. */
    private static final double FLAT = 256;

    /** A plane of reference has to take so much off the logarithm of the squared error. */
    private static final double LEAST_GAIN = 0.02;

    private final int[] population = new int[WeightTable.QUARTERS];
    private final int[] classOf = new int[WeightTable.QUARTERS];
    private final int[] starts = new int[WeightTable.MAX_CLASSES];
    private final int[] taps = new int[Taps.ROW];
    private final LeastSquares[] observed = new LeastSquares[MAX_CLASSES];
    private final int[] counts = new int[MAX_CLASSES];
    private int classes;
    private int copying;

    LinearFit() {
        for (int i = 0; i < observed.length; i++) {
            observed[i] = new LeastSquares(TAPS);
        }
    }

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
        long quarters = (total << PLACE_SHIFT) + SAMPLES - 1;
        int step = (int) Math.max(1 << PLACE_SHIFT, quarters / SAMPLES);
        classify(planes, references, count, step, total, copies);
        for (LeastSquares one : observed) {
            one.clear();
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
                int end = plane.columns << PLACE_SHIFT;
                for (int place = y % step; place < end; place += step) {
                    int i = start + (place >> PLACE_SHIFT);
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
            int end = plane.columns << PLACE_SHIFT;
            for (int place = y % step; place < end; place += step) {
                int i = start + (place >> PLACE_SHIFT);
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
                double weight = 1 / (FLAT + (double) activity * activity);
                observed[c].add(taps, n, x[i] - x[i - 1], weight);
            }
        }
    }

    private void solve(boolean mayRefer, WeightTable to) {
        boolean refers = false;
        if (mayRefer) {
            double gain = 0;
            long samples = 0;
            for (int c = 0; c < classes; c++) {
                gain += counts[c] * (cost(observed[c], Taps.OWN) - cost(observed[c], TAPS));
                samples += counts[c];
            }
            refers = gain > samples * LEAST_GAIN;
        }
        to.set(classes, starts, refers, copying);
        int n = refers ? TAPS : Taps.OWN;
        for (int c = 0; c < classes; c++) {
            double[] found = observed[c].solve(n);
            for (int j = 0; j < n; j++) {
                double weight = found == null ? 0 : found[j];
                weight = Math.max(-MAX_WEIGHT, Math.min(MAX_WEIGHT, weight));
                to.weights[c * Taps.ROW + j] = (int) Math.round(weight * (1 << WeightTable.SHIFT));
            }
        }
    }

    /** The logarithm of the squared error that is left. */
    private static double cost(LeastSquares observations, int n) {
        double[] found = observations.solve(n);
        return found == null ? 0 : StrictMath.log(Math.max(1e-9, observations.left(found)));
    }
}
