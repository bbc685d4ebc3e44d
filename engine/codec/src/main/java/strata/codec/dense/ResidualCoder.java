package strata.codec.dense;

import java.util.Arrays;

/**
 * Codes a residual by its bucket (the number of bits of its magnitude), sign and lower bits. The
 * bucket is found from the one that the context makes likely, upwards or downwards, by decisions of
 * a {@link DecisionMixer}; the highest lower bits have counters, the rest are as likely as not.
 */
final class ResidualCoder {
    static final int SCALES = 64;
    static final int FRACTIONS = 4;

    /** The most kinds of decisions: three for each bucket, and none of bucket 0. */
    private static final int MAX_KINDS = 64;

    static final int FIRST_CONTEXTS = SCALES * FRACTIONS;
    static final int OTHER_CONTEXTS = 1024;

    /** Three kinds of decisions for each bucket, beside each other since they come together. */
    private static final int DECISIONS = 3;

    private static final int UP = 1;
    private static final int DOWN = 2;
    private static final int MODELLED_BITS = 2;
    private static final int MAX_TYPICAL = 15;

    private static final int[] BELIEFS = new int[MAX_KINDS];
    private static final int[] TYPICAL = new int[SCALES];

    static {
        for (int i = 0; i < MAX_KINDS; i++) {
            int probability = i % DECISIONS == UP ? 0x5000 : 0x8000;
            BELIEFS[i] = Counters.initial(probability, 1);
        }
        for (int scale = 0; scale < SCALES; scale++) {
            // The class is of 16 times the mean magnitude; the median is about three quarters of
            // the mean, and the bucket with the most even first decision begins at its 2^-1.5.
            long median = Quarters.middleInEighths(scale) * 2172;
            int bucket = 0;
            while (bucket < MAX_TYPICAL && median >= 1L << (18 + bucket)) {
                bucket++;
            }
            TYPICAL[scale] = Math.max(1, bucket);
        }
    }

    private final DecisionMixer mixer = new DecisionMixer(
            MAX_KINDS, FIRST_CONTEXTS, OTHER_CONTEXTS, OTHER_CONTEXTS, OTHER_CONTEXTS);
    private final int[] signs = new int[(MAX_TYPICAL + 1) * 32 * 8];
    private final int[] lower = new int[32 * (MAX_TYPICAL + 1) * FRACTIONS * 4];

    private int maxBucket;

    /**
     * Counters of each context of the mixer: no more than buckets ask for, since caches are small.
     */
    private int kinds;

    /** @param largest magnitude of a residual */
    void reset(int largest) {
        maxBucket = bitLength(largest);
        kinds = (maxBucket + 1) * DECISIONS;
        mixer.reset(Arrays.copyOf(BELIEFS, kinds));
        Counters.reset(signs);
        Counters.reset(lower);
    }

    /**
     * @param scale of the residuals around, a quarter of an octave each, 0 to 63
     * @param fraction how far the prediction is from a whole number, 0 to 3
     * @param edge 1 where a negative residual cannot be, else 0
     * @param c2 to {@code c4} further contexts of the bucket, by number
     * @param residual ignored when decoding
     */
    int code(
            BitCoder coder,
            int scale,
            int fraction,
            int edge,
            int c2,
            int c3,
            int c4,
            int residual) {
        int typical = Math.min(maxBucket, TYPICAL[scale]);
        int c1 = (scale * FRACTIONS + fraction) * kinds;
        int magnitude = Math.abs(residual);
        int wanted = bitLength(magnitude);
        int bucket = bucket(coder, typical, c1, c2 * kinds, c3 * kinds, c4 * kinds, wanted);
        if (bucket == 0) {
            return 0;
        }
        int sign = ((typical * 32 + bucket) * 8 + fraction * 2 + edge);
        int negative = coder.bit(Counters.probability(signs[sign]), residual >>> 31);
        signs[sign] = Counters.after(signs[sign], negative);
        int group = (bucket * (MAX_TYPICAL + 1) + typical) * FRACTIONS;
        int coded = lowerBits(coder, bucket, (group + (bucket < 4 ? fraction : 0)) * 4, magnitude);
        return negative != 0 ? -coded : coded;
    }

    static int bitLength(int magnitude) {
        return 32 - Integer.numberOfLeadingZeros(magnitude);
    }

    private int bucket(BitCoder coder, int typical, int c1, int c2, int c3, int c4, int wanted) {
        int bucket = typical;
        int reached =
                mixer.code(coder, bucket * DECISIONS, c1, c2, c3, c4, wanted >= bucket ? 1 : 0);
        if (reached != 0) {
            while (bucket < maxBucket) {
                int more = wanted > bucket ? 1 : 0;
                if (mixer.code(coder, bucket * DECISIONS + UP, c1, c2, c3, c4, more) == 0) {
                    break;
                }
                bucket++;
            }
            return bucket;
        }
        bucket--;
        while (bucket > 0) {
            int enough = wanted >= bucket ? 1 : 0;
            if (mixer.code(coder, bucket * DECISIONS + DOWN, c1, c2, c3, c4, enough) != 0) {
                break;
            }
            bucket--;
        }
        return bucket;
    }

    private int lowerBits(BitCoder coder, int bucket, int base, int magnitude) {
        int left = bucket - 1;
        int coded = 1;
        while (left > 0 && coded < 1 << MODELLED_BITS) {
            left--;
            int at = base + coded;
            int bit = coder.bit(Counters.probability(lower[at]), magnitude >> left & 1);
            lower[at] = Counters.after(lower[at], bit);
            coded = coded << 1 | bit;
        }
        return coded << left | coder.bits(left, magnitude & ((1 << left) - 1));
    }
}
