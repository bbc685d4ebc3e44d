package strata.codec.image;

/**
 * The inverse discrete cosine transform of T.81 A.3.3 in integers, by the factorization of
 * Loeffler, Ligtenberg and Moschytz (ICASSP 1989) with 13 bits of fraction: rows and columns each
 * in 11 multiplications.
 */
final class InverseDct {
    private static final int FRACTION = 13;
    private static final int C_0_541 = fixed(0.541196100);
    private static final int C_0_298 = fixed(0.298631336);
    private static final int C_0_390 = fixed(0.390180644);
    private static final int C_0_765 = fixed(0.765366865);
    private static final int C_0_899 = fixed(0.899976223);
    private static final int C_1_175 = fixed(1.175875602);
    private static final int C_1_501 = fixed(1.501321110);
    private static final int C_1_847 = fixed(1.847759065);
    private static final int C_1_961 = fixed(1.961570560);
    private static final int C_2_053 = fixed(2.053119869);
    private static final int C_2_562 = fixed(2.562915447);
    private static final int C_3_072 = fixed(3.072711026);

    private InverseDct() {}

    private static int fixed(double value) {
        return (int) Math.round(value * (1 << FRACTION));
    }

    /** Transforms 64 dequantized coefficients, in rows, to samples of the given precision. */
    static void transform(
            int[] coefficients, int[] work, int precision, short[] samples, int at, int stride) {
        // Intermediate results keep two more bits, or one where samples are long.
        int kept = precision == 8 ? 2 : 1;
        for (int x = 0; x < 8; x++) {
            pass(coefficients, x, 8, FRACTION - kept, work, x);
        }
        int center = 1 << precision - 1;
        int most = (1 << precision) - 1;
        for (int y = 0; y < 8; y++) {
            pass(work, y * 8, 1, FRACTION + kept + 3, coefficients, y * 8);
            int to = at + y * stride;
            for (int x = 0; x < 8; x++) {
                int value = coefficients[y * 8 + x] + center;
                samples[to + x] = (short) (value < 0 ? 0 : Math.min(value, most));
            }
        }
    }

    /** Eight values at a distance from each other; results go to the same places. */
    private static void pass(int[] in, int at, int step, int shift, int[] out, int to) {
        int z2 = in[at + 2 * step];
        int z3 = in[at + 6 * step];
        int z1 = (z2 + z3) * C_0_541;
        int even2 = z1 - z3 * C_1_847;
        int even3 = z1 + z2 * C_0_765;
        int even0 = in[at] + in[at + 4 * step] << FRACTION;
        int even1 = in[at] - in[at + 4 * step] << FRACTION;
        int a = even0 + even3;
        int d = even0 - even3;
        int b = even1 + even2;
        int c = even1 - even2;

        int odd0 = in[at + 7 * step];
        int odd1 = in[at + 5 * step];
        int odd2 = in[at + 3 * step];
        int odd3 = in[at + step];
        int sum = (odd0 + odd2 + odd1 + odd3) * C_1_175;
        int outer = -(odd0 + odd3) * C_0_899;
        int inner = -(odd1 + odd2) * C_2_562;
        int left = sum - (odd0 + odd2) * C_1_961;
        int right = sum - (odd1 + odd3) * C_0_390;
        odd0 = odd0 * C_0_298 + outer + left;
        odd1 = odd1 * C_2_053 + inner + right;
        odd2 = odd2 * C_3_072 + inner + left;
        odd3 = odd3 * C_1_501 + outer + right;

        int half = 1 << shift - 1;
        out[to] = a + odd3 + half >> shift;
        out[to + 7 * step] = a - odd3 + half >> shift;
        out[to + step] = b + odd2 + half >> shift;
        out[to + 6 * step] = b - odd2 + half >> shift;
        out[to + 2 * step] = c + odd1 + half >> shift;
        out[to + 5 * step] = c - odd1 + half >> shift;
        out[to + 3 * step] = d + odd0 + half >> shift;
        out[to + 4 * step] = d - odd0 + half >> shift;
    }
}
