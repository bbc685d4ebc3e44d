package strata.codec.image;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The contexts of one JPEG-LS scan, ITU-T T.87 A.2 to A.7: what encoder and decoder do alike. For
 * one thread.
 */
final class JpegLsModel {
    /** Order of run lengths, A.2.1. */
    static final int[] J = {
        0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12,
        13, 14, 15
    };

    private static final int CONTEXTS = 365;
    /** Longest of a valid stream; with other counters it runs beyond, but not for ever. */
    private static final int MAX_ORDER = 16;

    private static final int MIN_C = -128;
    private static final int MAX_C = 127;

    /** Quantized gradients of the lossless defaults, by greatest value: one for each precision. */
    private static final Map<Integer, byte[]> GRADIENTS = new ConcurrentHashMap<>();

    final JpegLsParameters parameters;
    final int near;
    final int maxValue;
    final int range;
    final int errorBits;
    final int limit;
    private final byte[] gradients;
    private final int[] a = new int[CONTEXTS + 2];
    private final int[] n = new int[CONTEXTS + 2];
    private final int[] b = new int[CONTEXTS];
    private final int[] c = new int[CONTEXTS];
    private final int[] negatives = new int[2];

    JpegLsModel(JpegLsParameters parameters) {
        this.parameters = parameters;
        this.near = parameters.near();
        this.maxValue = parameters.maxValue();
        this.range = parameters.range();
        this.errorBits = parameters.errorBits();
        this.limit = parameters.limit();
        boolean usual = near == 0
                && (maxValue & maxValue + 1) == 0
                && parameters.equals(JpegLsParameters.of(maxValue, 0));
        this.gradients = usual
                ? GRADIENTS.computeIfAbsent(maxValue, key -> table(parameters))
                : table(parameters);
        Arrays.fill(a, Math.max(2, (range + 32) / 64));
        Arrays.fill(n, 1);
    }

    private static byte[] table(JpegLsParameters p) {
        byte[] table = new byte[2 * p.maxValue() + 1];
        for (int i = 0; i < table.length; i++) {
            int d = Math.abs(i - p.maxValue());
            int q = d <= p.near() ? 0 : d < p.t1() ? 1 : d < p.t2() ? 2 : d < p.t3() ? 3 : 4;
            table[i] = (byte) (i < p.maxValue() ? -q : q);
        }
        return table;
    }

    /** The context of the neighbours, negative when its sign is; 0 is where a run may begin. */
    int context(int left, int above, int aboveLeft, int aboveRight) {
        return 81 * gradients[aboveRight - above + maxValue]
                + 9 * gradients[above - aboveLeft + maxValue]
                + gradients[aboveLeft - left + maxValue];
    }

    /** The median edge detector, A.4.1. */
    static int median(int left, int above, int aboveLeft) {
        int low = Math.min(left, above);
        int high = Math.max(left, above);
        return aboveLeft >= high ? low : aboveLeft <= low ? high : left + above - aboveLeft;
    }

    /** The prediction as its context corrects it, A.4.2. */
    int corrected(int prediction, int q, int sign) {
        int value = prediction + (sign < 0 ? -c[q] : c[q]);
        return value < 0 ? 0 : Math.min(value, maxValue);
    }

    int golombParameter(int q) {
        return order(n[q], a[q]);
    }

    private static int order(int count, int sum) {
        int k = 0;
        while (k <= MAX_ORDER && count << k < sum) {
            k++;
        }
        return k;
    }

    /** Whether errors of the context are mapped the other way round, A.5.2. */
    boolean isInverted(int q, int k) {
        return near == 0 && k == 0 && 2 * b[q] <= -n[q];
    }

    /** A.6. */
    void update(int q, int error) {
        int bias = b[q] + error * (2 * near + 1);
        int count = n[q];
        int sum = a[q] + Math.abs(error);
        if (count == parameters.reset()) {
            sum >>= 1;
            bias >>= 1;
            count >>= 1;
        }
        count++;
        if (bias <= -count) {
            bias = Math.max(bias + count, 1 - count);
            c[q] = Math.max(MIN_C, c[q] - 1);
        } else if (bias > 0) {
            bias = Math.min(bias - count, 0);
            c[q] = Math.min(MAX_C, c[q] + 1);
        }
        a[q] = sum;
        b[q] = bias;
        n[q] = count;
    }

    /** Brings an error into the range, A.4.5. */
    int reduced(int error) {
        int value = error;
        if (value < 0) {
            value += range;
        }
        return value >= (range + 1) / 2 ? value - range : value;
    }

    /** The sample that prediction and error give, A.4.4. */
    int reconstructed(int prediction, int error) {
        int step = 2 * near + 1;
        int value = prediction + error * step;
        if (value < -near) {
            value += range * step;
        } else if (value > maxValue + near) {
            value -= range * step;
        }
        return value < 0 ? 0 : Math.min(value, maxValue);
    }

    // ---- the sample that interrupts a run, A.7.2

    /** @param type 1 when the neighbours on the left and above are alike */
    int runParameter(int type) {
        int q = CONTEXTS + type;
        return order(n[q], a[q] + (type == 0 ? 0 : n[q] >> 1));
    }

    /** Whether an error of this sign takes the odd code. */
    boolean isOdd(int type, int k, boolean negative) {
        boolean often = 2 * negatives[type] >= n[CONTEXTS + type];
        return negative == (k != 0 || often);
    }

    void updateRun(int type, int error, int mapped) {
        int q = CONTEXTS + type;
        if (error < 0) {
            negatives[type]++;
        }
        a[q] += mapped + 1 - type >> 1;
        if (n[q] == parameters.reset()) {
            a[q] >>= 1;
            n[q] >>= 1;
            negatives[type] >>= 1;
        }
        n[q]++;
    }
}
