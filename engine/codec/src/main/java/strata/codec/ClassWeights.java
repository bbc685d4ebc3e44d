package strata.codec;

/**
 * The weights of all classes, as the decoder's loops want them: pairs of neighbours in one number,
 * the left of a pair in the upper half, so that one multiplication serves both.
 */
final class ClassWeights {
    final int[][] plain = new int[LinearStage.MAX_CLASSES][RowAbove.WEIGHTS];
    /** Rows of {@code packed} begin at multiples of 2 to the power of this. */
    static final int ROW_SHIFT = 3;

    /** Five pairs of neighbours above, then WW and W. */
    final long[] packed = new long[LinearStage.MAX_CLASSES << ROW_SHIFT];

    final int[] late = new int[LinearStage.MAX_CLASSES];

    /** To be called when the plain weights of a class have been set. */
    void set(int number) {
        int[] w = plain[number];
        for (int i = 0; i < RowAbove.WEIGHTS / 2; i++) {
            packed[(number << ROW_SHIFT) + i] = ((long) w[2 * i] << 32) + w[2 * i + 1];
        }
        late[number] = RowAbove.late(w[RowAbove.WEST], w[RowAbove.WEST_WEST]);
    }
}
