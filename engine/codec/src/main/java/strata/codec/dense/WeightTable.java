package strata.codec.dense;

/** The weights of the linear predictor of a plane: a row of them for each class of activity. */
final class WeightTable {
    /** Weights are in 1/2048. */
    static final int SHIFT = 11;

    static final int MAX_CLASSES = 8;
    static final int QUARTERS = 80;

    /** Weights lie between this and its negative. */
    static final int MAX_WEIGHT = (1 << 14) - 1;

    private static final int LENGTH_BITS = 4;

    final int[] weights = new int[MAX_CLASSES * Taps.ROW];
    private final int[] rows = new int[QUARTERS];

    /** First class of activity, in quarters of an octave, of each class; ascending. */
    private final int[] starts = new int[MAX_CLASSES];

    private int classes;
    private boolean referring;
    private int copying;

    boolean referring() {
        return referring;
    }

    /** What the {@link CopyModel} guesses. */
    int copying() {
        return copying;
    }

    void set(int count, int[] firsts, boolean refers, int copies) {
        classes = count;
        referring = refers;
        copying = copies;
        System.arraycopy(firsts, 0, starts, 0, count);
        spread();
    }

    private void spread() {
        for (int quarter = 0, c = 0; quarter < QUARTERS; quarter++) {
            while (c + 1 < classes && quarter >= starts[c + 1]) {
                c++;
            }
            rows[quarter] = c * Taps.ROW;
        }
    }

    /** Where the weights for an activity begin. */
    int row(int activity) {
        return rows[Math.min(QUARTERS - 1, Quarters.of(activity))];
    }

    /** Writes the table, or reads it. */
    void code(BitCoder coder, boolean mayRefer, int copies) {
        classes = coder.bits(3, classes - 1) + 1;
        referring = mayRefer && coder.bits(1, referring ? 1 : 0) != 0;
        copying = coder.bits(1, copying == CopyModel.NONE ? 0 : 1) == 0 ? CopyModel.NONE : copies;
        for (int c = 1; c < classes; c++) {
            starts[c] = coder.bits(7, starts[c]);
        }
        int taps = referring ? Taps.OWN + Taps.REFERENCE : Taps.OWN;
        for (int c = 0; c < classes; c++) {
            for (int tap = 0; tap < taps; tap++) {
                weights[c * Taps.ROW + tap] = weight(coder, weights[c * Taps.ROW + tap]);
            }
        }
        spread();
    }

    /** Length of the magnitude, then its bits below the highest, then the sign. */
    private static int weight(BitCoder coder, int value) {
        int magnitude = Math.abs(value);
        int length = coder.bits(LENGTH_BITS, ResidualCoder.bitLength(magnitude));
        if (length == 0) {
            return 0;
        }
        int below = coder.bits(length - 1, magnitude & ((1 << length - 1) - 1));
        magnitude = below | 1 << length - 1;
        return coder.bits(1, value >>> 31) != 0 ? -magnitude : magnitude;
    }
}
