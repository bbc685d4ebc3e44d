package strata.codec.image;

/** The inverse wavelet transforms of JPEG 2000, ITU-T T.800 Annex F, in place. */
final class InverseWavelet {
    private static final float ALPHA = -1.586134342059924f;
    private static final float BETA = -0.052980118572961f;
    private static final float GAMMA = 0.882911075530934f;
    private static final float DELTA = 0.443506852043971f;
    private static final float K = 1.230174104914001f;

    private final boolean reversible;
    private final float[] line;
    private final int[] whole;

    InverseWavelet(boolean reversible, int longest) {
        this.reversible = reversible;
        this.line = new float[reversible ? 0 : longest + 8];
        this.whole = new int[reversible ? longest + 8 : 0];
    }

    /**
     * Transforms interleaved bands, rows first.
     *
     * @param x0 column of the first sample in the coordinates of the resolution
     */
    void transform(float[] real, int[] integer, int width, int height, int x0, int y0) {
        for (int y = 0; y < height; y++) {
            line(real, integer, y * width, 1, width, x0 & 1);
        }
        for (int x = 0; x < width; x++) {
            line(real, integer, x, width, height, y0 & 1);
        }
    }

    private void line(float[] real, int[] integer, int at, int step, int length, int odd) {
        if (length == 1) {
            if (odd == 1 && reversible) {
                integer[at] >>= 1;
            } else if (odd == 1) {
                real[at] /= 2;
            }
            return;
        }
        if (reversible) {
            integers(integer, at, step, length, odd);
        } else {
            reals(real, at, step, length, odd);
        }
    }

    private void integers(int[] values, int at, int step, int length, int odd) {
        int[] x = whole;
        int from = 4 + odd;
        int to = from + length;
        for (int i = 0; i < length; i++) {
            x[from + i] = values[at + i * step];
        }
        x[from - 1] = x[from + 1];
        x[to] = x[to - 2];
        for (int i = 4; i < to; i += 2) {
            if (i >= from) {
                x[i] -= x[i - 1] + x[i + 1] + 2 >> 2;
            }
        }
        // The even samples beyond the ends are mirrored ones.
        x[from - 1] = x[from + 1];
        x[to] = x[to - 2];
        for (int i = 5; i < to; i += 2) {
            x[i] += x[i - 1] + x[i + 1] >> 1;
        }
        for (int i = 0; i < length; i++) {
            values[at + i * step] = x[from + i];
        }
    }

    private void reals(float[] values, int at, int step, int length, int odd) {
        float[] x = line;
        int from = 4 + odd;
        int to = from + length;
        for (int i = 0; i < length; i++) {
            x[from + i] = values[at + i * step] * ((from + i & 1) == 0 ? K : 1 / K);
        }
        lift(x, from, to, 0, DELTA);
        lift(x, from, to, 1, GAMMA);
        lift(x, from, to, 0, BETA);
        lift(x, from, to, 1, ALPHA);
        for (int i = 0; i < length; i++) {
            values[at + i * step] = x[from + i];
        }
    }

    /** Symmetric extension by one sample is enough for each step. */
    private static void lift(float[] x, int from, int to, int parity, float factor) {
        x[from - 1] = x[from + 1];
        x[to] = x[to - 2];
        for (int i = from + (from + parity & 1); i < to; i += 2) {
            x[i] -= factor * (x[i - 1] + x[i + 1]);
        }
    }
}
