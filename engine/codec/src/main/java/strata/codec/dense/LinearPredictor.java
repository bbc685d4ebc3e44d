package strata.codec.dense;

import java.util.Arrays;

/**
 * Two linear predictions from the {@link Taps}: with the weights of the sample's class, which the
 * encoder found for the plane, and with these plus weights that follow the errors (normalised least
 * mean squares). Predictions are in {@link #UNIT}ths.
 */
final class LinearPredictor {
    static final int UNIT_SHIFT = 6;
    static final int UNIT = 1 << UNIT_SHIFT;

    private static final int FOLLOWING_SHIFT = 16;
    private static final int MAX_FOLLOWED = 1 << 15;
    private static final int POWER_FLOOR = 64;

    /** 65536 / m for the highest eight bits m of a power. */
    private static final int[] RECIPROCALS = new int[256];

    static {
        for (int i = 128; i < 256; i++) {
            RECIPROCALS[i] = 65536 / i;
        }
    }

    private final int[] taps = new int[Taps.ROW];
    private final int[] following = new int[Taps.ROW];
    private WeightTable table;
    private boolean referring;
    private int fixed;
    private int followed;
    private int activity;

    void begin(WeightTable weights) {
        table = weights;
        referring = weights.referring();
        Arrays.fill(following, 0);
        Arrays.fill(taps, 0);
    }

    /** Predicts the sample at the index. */
    void predict(int[] x, int[] reference, int i, int stride) {
        activity = Taps.activity(x, i, stride);
        Taps.own(x, i, stride, taps);
        int row = table.row(activity);
        int dot = Taps.dot(table.weights, row, taps);
        int second = Taps.dot(following, 0, taps);
        if (referring) {
            Taps.reference(x, reference, i, stride, taps);
            dot += Taps.dotReference(table.weights, row, taps);
            second += Taps.dotReference(following, 0, taps);
        }
        fixed = (x[i - 1] << UNIT_SHIFT) + (dot >> WeightTable.SHIFT - UNIT_SHIFT);
        followed = fixed + (second >> FOLLOWING_SHIFT - UNIT_SHIFT);
    }

    int activity() {
        return activity;
    }

    int fixed() {
        return fixed;
    }

    int followed() {
        return followed;
    }

    /**
     * Loops of constant length are what a compiler makes vectors of.
     *
     * @param error of the following prediction
     */
    void follow(int error) {
        int sum = 0;
        if (referring) {
            for (int j = 0; j < Taps.ROW; j++) {
                sum += Math.abs(taps[j]);
            }
        } else {
            for (int j = 0; j < Taps.OWN_ROW; j++) {
                sum += Math.abs(taps[j]);
            }
        }
        long power = POWER_FLOOR + ((long) sum * sum >> 3);
        int bits = 64 - Long.numberOfLeadingZeros(power);
        int e = Math.max(-MAX_FOLLOWED, Math.min(MAX_FOLLOWED, error));
        long ratio = (long) e
                * RECIPROCALS[bits <= 8 ? (int) power << 8 - bits : (int) (power >>> bits - 8)];
        int step = (int) (ratio << 20 >> bits + 8);
        if (referring) {
            for (int j = 0; j < Taps.ROW; j++) {
                following[j] += step * taps[j] + 0x8000 >> 16;
            }
        } else {
            for (int j = 0; j < Taps.OWN_ROW; j++) {
                following[j] += step * taps[j] + 0x8000 >> 16;
            }
        }
    }
}
