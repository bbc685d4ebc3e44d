package strata.codec.dense;

/**
 * Codes planes sample by sample, in either direction: the same statements run for the encoder,
 * whose plane holds the samples, and for the decoder, whose plane is filled as they are known. What
 * was learnt on one plane serves the next. Not thread-safe.
 */
final class PlaneCoder {
    private static final int SHIFT = LinearPredictor.UNIT_SHIFT;
    private static final int HALF = 1 << SHIFT - 1;
    private static final int FIRST_ERROR = 64;

    /** The median predictor counts an eighth. */
    private static final int MEDIAN_HANDICAP = 6;

    private static final int SHARES = 64;

    /** 65536 times 2^(-i / 2), for i quarters of an octave of error. */
    private static final int[] SHARE = new int[SHARES];

    /** 2^20 / i. */
    private static final int[] PART = new int[256];

    static {
        for (int i = 0; i < 32; i++) {
            SHARE[i] = (i % 2 == 0 ? 65536 : 46341) >> i / 2;
        }
        for (int i = 1; i < 256; i++) {
            PART[i] = (1 << 20) / i;
        }
    }

    private final ResidualCoder residuals = new ResidualCoder();
    private final SpecialValues special = new SpecialValues();
    private final LinearPredictor linear = new LinearPredictor();
    private final CopyModel copies = new CopyModel();
    private final Biases biases = new Biases();
    private final RowErrors errors = new RowErrors();
    private final RowErrors fixedErrors = new RowErrors();
    private final RowErrors followedErrors = new RowErrors();
    private final RowErrors medianErrors = new RowErrors();
    private final BitCoder coder;

    private boolean copying;
    private int stride;
    private int top;
    private int current;
    private int above;
    private int prediction;
    private int fixed;
    private int followed;
    private int median;

    PlaneCoder(BitCoder coder) {
        this.coder = coder;
    }

    /**
     * Forgets everything and begins a chunk.
     *
     * @param highest value of a sample, at least 1; the lowest is 0
     */
    void begin(int rowStride, int highest, int[] specialValues) {
        stride = rowStride;
        top = highest;
        residuals.reset(top);
        special.reset(specialValues);
        copies.reset();
    }

    /**
     * @param reference a plane of the same shape that is known already; may be null if the weights
     *     refer to none
     * @param second another component of the same pixels that is known already, or null
     * @return false when the bytes were not enough
     */
    boolean code(Plane plane, Plane reference, Plane second, WeightTable weights) {
        linear.begin(weights);
        biases.reset();
        errors.reset(stride, FIRST_ERROR);
        fixedErrors.reset(stride, 0);
        followedErrors.reset(stride, 0);
        medianErrors.reset(stride, 0);
        copying = weights.copying() != CopyModel.NONE;
        copies.begin(
                weights.copying(),
                stride,
                reference == null ? null : reference.samples,
                second == null ? null : second.samples);
        int[] x = plane.samples;
        int[] r = weights.referring() ? reference.samples : x;
        plane.beginPlane();
        for (int y = 0; y < plane.rows; y++) {
            plane.beginRow(y);
            beginRow(y);
            int start = plane.start(y);
            for (int c = 0; c < plane.columns; c++) {
                int i = start + c;
                if (y == 0) {
                    plane.spreadAbove(i, c == 0 ? 0 : x[i - 1]);
                }
                x[i] = sample(x, r, i, Plane.PAD + c);
            }
            plane.endRow(y);
            if (y == 0) {
                plane.repeatFirstRow();
            }
            if (coder.failed()) {
                return false;
            }
        }
        plane.endPlane();
        return true;
    }

    private void beginRow(int y) {
        current = (y & 1) * stride;
        above = stride - current;
        errors.beginRow(current, above);
        fixedErrors.beginRow(current, above);
        followedErrors.beginRow(current, above);
        medianErrors.beginRow(current, above);
        copies.beginRow(current, above);
    }

    private int sample(int[] x, int[] r, int i, int column) {
        predict(x, r, i, column);
        int scale = scale(column);
        int bias = biases.index(x, i, stride, prediction >> SHIFT, scale);
        prediction = clamp(prediction + biases.at(bias));
        int value = value(x, i, column, scale);
        int exact = value << SHIFT;
        int error = exact - prediction;
        biases.follow(bias, error);
        errors.set(current + column, Math.abs(error) >> 3);
        fixedErrors.set(current + column, Math.abs(exact - fixed) >> 2);
        followedErrors.set(current + column, Math.abs(exact - followed) >> 2);
        medianErrors.set(current + column, Math.abs(exact - median) >> 2);
        linear.follow(exact - followed);
        return value;
    }

    private int value(int[] x, int i, int column, int scale) {
        if (!copying) {
            int value = special.code(coder, x, i, stride, scale, x[i]);
            return value >= 0 ? value : residual(x, i, column, scale);
        }
        int value;
        if (!copies.code(coder, x, i, current + column, above + column)) {
            value = special.code(coder, x, i, stride, scale, x[i]);
            value = value >= 0 ? value : residual(x, i, column, scale);
        } else {
            value = copies.guess();
        }
        copies.follow(value, current + column);
        return value;
    }

    private int clamp(int value) {
        return Math.max(0, Math.min(top << SHIFT, value));
    }

    private void predict(int[] x, int[] r, int i, int column) {
        linear.predict(x, r, i, stride);
        fixed = clamp(linear.fixed());
        followed = clamp(linear.followed());
        int w = x[i - 1];
        int n = x[i - stride];
        int low = Math.min(w, n);
        int high = Math.max(w, n);
        median = Math.max(low, Math.min(high, w + n - x[i - stride - 1])) << SHIFT;
        int c = current + column;
        int a = above + column;
        int q1 = Quarters.of(fixedErrors.around(c, a));
        int q2 = Quarters.of(followedErrors.around(c, a));
        int q3 = Quarters.of(medianErrors.around(c, a)) + MEDIAN_HANDICAP;
        int least = Math.min(q1, Math.min(q2, q3));
        int s1 = SHARE[Math.min(SHARES - 1, q1 - least)];
        int s2 = SHARE[Math.min(SHARES - 1, q2 - least)];
        int s3 = SHARE[Math.min(SHARES - 1, q3 - least)];
        long sum = (long) (followed - fixed) * s2 + (long) (median - fixed) * s3;
        prediction = fixed + (int) ((sum >> 10) * PART[s1 + s2 + s3 >> 10] >> 20);
    }

    /** The scale of the residuals around, in quarters of an octave of 16 times their mean. */
    private int scale(int column) {
        int sum = errors.weighted(current + column, above + column);
        return Math.min(ResidualCoder.SCALES - 1, Quarters.of(sum >> 2));
    }

    private int residual(int[] x, int i, int column, int scale) {
        int whole = prediction + HALF >> SHIFT;
        int rest = prediction - (whole << SHIFT);
        int mirror = rest >> 31;
        int fraction = Math.min(ResidualCoder.FRACTIONS - 1, Math.abs(rest) >> 3);
        int a = above + column;
        int c2 = Math.min(63, Quarters.of(linear.activity())) << 4
                | Math.min(15, ResidualCoder.bitLength(errors.at(current + column - 1) >> 2));
        int apart = Math.abs(fixed - median) >> SHIFT - 3 + scale / 4;
        int c3 = Math.min(15, ResidualCoder.bitLength(errors.at(a) >> 2)) << 4
                | Math.min(15, ResidualCoder.bitLength(errors.at(a - 1) + errors.at(a + 1) >> 3))
                | (apart > 0 ? 256 : 0)
                | (special.nearby() ? 512 : 0);
        int c4 = Math.min(63, Quarters.of(prediction >> 4)) << 4 | Math.min(15, scale >> 2);
        int residual = (x[i] - whole ^ mirror) - mirror;
        int coded =
                residuals.code(coder, scale, fraction, whole == 0 ? 1 : 0, c2, c3, c4, residual);
        return Math.max(0, Math.min(top, whole + ((coded ^ mirror) - mirror)));
    }
}
