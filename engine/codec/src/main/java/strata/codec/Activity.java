package strata.codec;

/**
 * How busy the neighbourhood of a sample is, as one of {@link #BUCKETS} classes. The decoder knows
 * it before the sample, so both sides sort residuals into streams of like spread by it.
 */
final class Activity {
    /** Four classes per octave up to three differences of 16 bits. */
    static final int BUCKETS = 68;

    private Activity() {}

    static int bucket(int w, int n, int nw, int ne) {
        int sum = Math.abs(w - nw) + Math.abs(nw - n) + Math.abs(n - ne);
        if (sum < 4) {
            return sum;
        }
        int exponent = 31 - Integer.numberOfLeadingZeros(sum);
        return (exponent - 1) * 4 + ((sum >> (exponent - 2)) & 3);
    }

    /**
     * Cuts the buckets into at most {@code contexts} ranges that hold about equally many samples.
     *
     * @return the context of each bucket, ascending from 0
     */
    static byte[] contexts(int[] population, int contexts) {
        long total = 0;
        for (int count : population) {
            total += count;
        }
        byte[] map = new byte[BUCKETS];
        int context = 0;
        long seen = 0;
        long start = 0;
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            long share = (total - start) / (contexts - context);
            boolean full = seen - start >= Math.max(1, share);
            if (full && context < contexts - 1 && population[bucket] > 0) {
                context++;
                start = seen;
            }
            map[bucket] = (byte) context;
            seen += population[bucket];
        }
        return map;
    }
}
