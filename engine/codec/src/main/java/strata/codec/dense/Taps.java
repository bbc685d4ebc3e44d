package strata.codec.dense;

/** The neighbours that the linear predictors look at, each as its difference from the left one. */
final class Taps {
    /** Neighbours in the same plane besides the left one. */
    static final int OWN = 13;

    /** Neighbours in the plane of reference. */
    static final int REFERENCE = 5;

    /** Room for the own ones in full vectors of a processor; the places left over are 0. */
    static final int OWN_ROW = 16;

    /** Room for both. */
    static final int ROW = 24;

    private Taps() {}

    /** Fills the differences of the neighbours of a sample from the one to its left. */
    static void own(int[] x, int i, int stride, int[] to) {
        int n = i - stride;
        int nn = n - stride;
        int w = x[i - 1];
        to[0] = x[n] - w;
        to[1] = x[n - 1] - w;
        to[2] = x[n + 1] - w;
        to[3] = x[i - 2] - w;
        to[4] = x[nn] - w;
        to[5] = x[nn - 1] - w;
        to[6] = x[nn + 1] - w;
        to[7] = x[n - 2] - w;
        to[8] = x[n + 2] - w;
        to[9] = x[nn - 2] - w;
        to[10] = x[nn + 2] - w;
        to[11] = x[i - 3] - w;
        to[12] = x[nn - stride] - w;
    }

    /** Adds the differences of the plane of reference. */
    static void reference(int[] x, int[] r, int i, int stride, int[] to) {
        int here = r[i];
        to[13] = here - x[i - 1];
        to[14] = r[i - 1] - here;
        to[15] = r[i - stride] - here;
        to[16] = r[i + 1] - here;
        to[17] = r[i + stride] - here;
    }

    static int dot(int[] weights, int w, int[] d) {
        int sum = weights[w] * d[0] + weights[w + 1] * d[1] + weights[w + 2] * d[2];
        sum += weights[w + 3] * d[3] + weights[w + 4] * d[4] + weights[w + 5] * d[5];
        sum += weights[w + 6] * d[6] + weights[w + 7] * d[7] + weights[w + 8] * d[8];
        sum += weights[w + 9] * d[9] + weights[w + 10] * d[10] + weights[w + 11] * d[11];
        return sum + weights[w + 12] * d[12];
    }

    static int dotReference(int[] weights, int w, int[] d) {
        int sum = weights[w + 13] * d[13] + weights[w + 14] * d[14] + weights[w + 15] * d[15];
        return sum + weights[w + 16] * d[16] + weights[w + 17] * d[17];
    }

    /** How busy the neighbourhood is. */
    static int activity(int[] x, int i, int stride) {
        int n = i - stride;
        int sum = Math.abs(x[i - 1] - x[n - 1]) + Math.abs(x[n] - x[n - 1]);
        sum += Math.abs(x[n] - x[n + 1]) + Math.abs(x[i - 1] - x[i - 2]);
        return sum + Math.abs(x[n] - x[n - stride]);
    }
}
