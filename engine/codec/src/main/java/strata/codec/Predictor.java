package strata.codec;

/**
 * How a sample is guessed from its neighbours: W to the left, N above, NW and NE beside that. All
 * guesses are taken modulo the sample's range, so that each is exactly undone.
 */
enum Predictor {
    /** W: line scans, synthetic ramps. */
    LEFT(0),
    /** N: images whose columns repeat. */
    UP(1),
    /** Median of W, N and W + N - NW: edges, the predictor of JPEG-LS. */
    MEDIAN(2),
    /** (W + N) / 2: strong noise. */
    AVERAGE(3),
    /** (3 W + 3 N - 2 NW) / 4: noise on a slope. */
    SLOPE(4),
    /** W + (NE - NW) / 2: the slope of the row above. */
    ROW_ABOVE(5);

    private static final Predictor[] BY_CODE = values();

    private final int code;

    Predictor(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** The predictor with the code, or null. */
    static Predictor of(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }

    /**
     * The guesses for a whole known row, as {@link #guess} gives them one by one; a loop of its own
     * for each, so that the compiler can turn it into vector instructions.
     */
    static void guessRow(int code, int[] above, int[] row, int margin, int end, int[] guesses) {
        switch (code) {
            case 0 -> System.arraycopy(row, 0, guesses, margin, end - margin);
            case 1 -> System.arraycopy(above, margin, guesses, margin, end - margin);
            case 2 -> {
                for (int i = margin; i < end; i++) {
                    guesses[i] = median(row[i - margin], above[i], above[i - margin]);
                }
            }
            case 3 -> {
                for (int i = margin; i < end; i++) {
                    guesses[i] = (row[i - margin] + above[i]) >> 1;
                }
            }
            case 4 -> {
                for (int i = margin; i < end; i++) {
                    int sum = 3 * (row[i - margin] + above[i]);
                    guesses[i] = (sum - 2 * above[i - margin] + 2) >> 2;
                }
            }
            default -> {
                for (int i = margin; i < end; i++) {
                    guesses[i] = row[i - margin] + ((above[i + margin] - above[i - margin]) >> 1);
                }
            }
        }
    }

    /** The guess of the predictor with the code; a static switch, since it runs once per sample. */
    static int guess(int code, int w, int n, int nw, int ne) {
        return switch (code) {
            case 0 -> w;
            case 1 -> n;
            case 2 -> median(w, n, nw);
            case 3 -> (w + n) >> 1;
            case 4 -> (3 * (w + n) - 2 * nw + 2) >> 2;
            default -> w + ((ne - nw) >> 1);
        };
    }

    private static int median(int w, int n, int nw) {
        int low = Math.min(w, n);
        int high = Math.max(w, n);
        return Math.max(low, Math.min(high, w + n - nw));
    }
}
