package strata.codec;

import strata.base.CorruptDataException;

/**
 * How often each token comes in a context, coarsely: levels of four to an octave, from which both
 * sides derive frequencies that add up to {@link LinearStage#SCALE}.
 */
final class TokenTable {
    private static final int MAX_LEVEL = 52;
    private static final int FIRST_LEVEL = 24;
    private static final int WEIGHT_BITS = LinearStage.SCALE_BITS + 2;
    private static final int COUNT_BITS = 7;

    private TokenTable() {}

    private static int weight(int level) {
        return level == 0 ? 0 : (4 + (level - 1 & 3)) << (level - 1 >> 2);
    }

    private static int level(long count, long total) {
        if (count == 0) {
            return 0;
        }
        long exact = Math.max(4, (count << WEIGHT_BITS) / total);
        long rounded = exact + exact / 10;
        int exponent = 61 - Long.numberOfLeadingZeros(rounded);
        return 1 + exponent * 4 + (int) (rounded >>> exponent & 3);
    }

    /** What the level would be if the density stayed the same: wider tokens take more. */
    private static int expected(int previous, int token) {
        if (token < 16 || token % 4 != 0) {
            return previous;
        }
        return Math.min(MAX_LEVEL, previous + (token == 16 ? 8 : 4));
    }

    /** Writes the levels of the counts and replaces the counts by the frequencies. */
    static void write(int[] counts, int offset, BitWriter out) {
        long total = 0;
        int used = 0;
        for (int token = 0; token < LinearStage.TOKENS; token++) {
            total += counts[offset + token];
            used = counts[offset + token] > 0 ? token + 1 : used;
        }
        out.put(used, COUNT_BITS);
        int previous = FIRST_LEVEL;
        for (int token = 0; token < used; token++) {
            int level = level(counts[offset + token], total);
            int expected = expected(previous, token);
            out.putGamma(fold(level - expected) + 1);
            counts[offset + token] = weight(level);
            previous = level;
        }
        normalise(counts, offset, used);
    }

    /** Reads what {@link #write} wrote, as frequencies. */
    static void read(BitReader in, int[] frequencies, int offset, String where)
            throws CorruptDataException {
        int used = in.get(COUNT_BITS);
        if (used > LinearStage.TOKENS) {
            throw new CorruptDataException(where, 0, "up to 64 tokens", used);
        }
        int previous = FIRST_LEVEL;
        for (int token = 0; token < LinearStage.TOKENS; token++) {
            int level = 0;
            if (token < used) {
                int folded = in.getGamma() - 1;
                int change = (folded >>> 1) ^ -(folded & 1);
                level = expected(previous, token) + change;
                if (level < 0 || level > MAX_LEVEL) {
                    throw new CorruptDataException(where, 0, "a level up to " + MAX_LEVEL, level);
                }
                previous = level;
            }
            frequencies[offset + token] = weight(level);
        }
        normalise(frequencies, offset, used);
        if (used > 0 && frequencies[offset + used - 1] == 0) {
            throw new CorruptDataException(where, 0, "a last token that occurs", "none");
        }
    }

    private static int fold(int value) {
        return (value << 1) ^ (value >> 31);
    }

    /** Scales the weights to the sum, each at least 1; the largest takes what is over. */
    private static void normalise(int[] weights, int offset, int used) {
        long total = 0;
        for (int i = offset; i < offset + used; i++) {
            total += weights[i];
        }
        if (total == 0) {
            return;
        }
        int left = LinearStage.SCALE;
        for (int i = offset; i < offset + used; i++) {
            if (weights[i] > 0) {
                long scaled = ((long) weights[i] << LinearStage.SCALE_BITS) / total;
                weights[i] = (int) Math.max(1, scaled);
                left -= weights[i];
            }
        }
        while (left != 0) {
            int largest = offset;
            for (int i = offset; i < offset + used; i++) {
                largest = weights[i] > weights[largest] ? i : largest;
            }
            int change = left > 0 ? left : -1;
            weights[largest] += change;
            left -= change;
        }
    }
}
