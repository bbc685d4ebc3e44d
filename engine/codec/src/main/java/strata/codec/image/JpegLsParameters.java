package strata.codec.image;

/**
 * The coding parameters of JPEG-LS, ITU-T T.87 A.2 and C.2.4.1.1.
 *
 * @param maxValue greatest sample value, 1 to 65535
 * @param near greatest difference to the original sample; 0 is lossless
 * @param t1 first of the thresholds of gradients, ascending
 * @param reset after how many samples the counters of a context are halved
 */
record JpegLsParameters(int maxValue, int near, int t1, int t2, int t3, int reset) {
    private static final int RESET = 64;

    JpegLsParameters {
        boolean valid = maxValue >= 1
                && maxValue <= 65535
                && near >= 0
                && near <= Math.min(255, maxValue / 2)
                && t1 > near
                && t2 >= t1
                && t3 >= t2
                && t3 <= Math.max(maxValue, near + 1)
                && reset >= 3
                && reset <= 65535;
        if (!valid) {
            throw new IllegalArgumentException("JPEG-LS parameters out of range");
        }
    }

    /** The defaults of C.2.4.1.1.1. */
    static JpegLsParameters of(int maxValue, int near) {
        int t1;
        int t2;
        int t3;
        if (maxValue >= 128) {
            int factor = (Math.min(maxValue, 4095) + 128) / 256;
            t1 = clamp(factor + 2 + 3 * near, near + 1, maxValue);
            t2 = clamp(4 * factor + 3 + 5 * near, t1, maxValue);
            t3 = clamp(17 * factor + 4 + 7 * near, t2, maxValue);
        } else {
            int factor = 256 / (maxValue + 1);
            t1 = clamp(Math.max(2, 3 / factor + 3 * near), near + 1, maxValue);
            t2 = clamp(Math.max(3, 7 / factor + 5 * near), t1, maxValue);
            t3 = clamp(Math.max(4, 21 / factor + 7 * near), t2, maxValue);
        }
        return new JpegLsParameters(maxValue, near, t1, t2, t3, RESET);
    }

    /**
     * What a stream says, zeros being defaults.
     *
     * @param preset MAXVAL, T1, T2, T3 and RESET of an LSE segment
     */
    static JpegLsParameters of(int precision, int near, int[] preset)
            throws MalformedImageException {
        int most = (1 << precision) - 1;
        int maxValue = preset[0] == 0 ? most : preset[0];
        if (maxValue > most || near > Math.min(255, maxValue / 2)) {
            throw new MalformedImageException("JPEG-LS: near " + near + ", greatest " + maxValue);
        }
        JpegLsParameters defaults = of(maxValue, near);
        try {
            return new JpegLsParameters(
                    maxValue,
                    near,
                    preset[1] == 0 ? defaults.t1 : preset[1],
                    preset[2] == 0 ? defaults.t2 : preset[2],
                    preset[3] == 0 ? defaults.t3 : preset[3],
                    preset[4] == 0 ? defaults.reset : preset[4]);
        } catch (IllegalArgumentException e) {
            throw new MalformedImageException(e.getMessage());
        }
    }

    private static int clamp(int value, int least, int most) {
        return value > most || value < least ? least : value;
    }

    /** Number of values that a prediction error can have. */
    int range() {
        return (maxValue + 2 * near) / (2 * near + 1) + 1;
    }

    /** Bits of a mapped error. */
    int errorBits() {
        return 32 - Integer.numberOfLeadingZeros(range() - 1);
    }

    /** Longest code. */
    int limit() {
        int bits = Math.max(2, 32 - Integer.numberOfLeadingZeros(maxValue));
        return 2 * (bits + Math.max(8, bits));
    }
}
