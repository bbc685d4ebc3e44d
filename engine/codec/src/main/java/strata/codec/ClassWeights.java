package strata.codec;

/**
 * The weights of all classes, as the decoder's loops want them: pairs of neighbours in one number,
 * the left of a pair in the upper half, so that one multiplication serves both.
 */
final class ClassWeights {
    final int[][] plain = new int[LinearStage.MAX_CLASSES][RowAbove.WEIGHTS];
    final long[][] pairs = new long[LinearStage.MAX_CLASSES][5];
    final int[] late = new int[LinearStage.MAX_CLASSES];

    /** To be called when the plain weights of a class have been set. */
    void set(int number) {
        int[] w = plain[number];
        for (int i = 0; i < 5; i++) {
            pairs[number][i] = ((long) w[2 * i] << 32) + w[2 * i + 1];
        }
        late[number] = RowAbove.late(w[RowAbove.WEST], w[RowAbove.WEST_WEST]);
    }
}
