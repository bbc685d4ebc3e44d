package strata.codec;

import strata.base.CorruptDataException;

import java.util.Arrays;

/**
 * What encoder and decoder of method LINEAR share: tokens, activity buckets, and how the rows of a
 * chunk are shared out. The layout is in the package description.
 */
final class LinearStage {
    static final int FLAG_WIDE = 1;
    static final int FLAG_BIG_ENDIAN = 2;
    static final int FLAG_SIGNED = 4;
    static final int FLAG_DIFFERENCE = 8;
    static final int FLAGS = 15;

    static final int HEADER_LENGTH = 10;
    static final int MAX_CLASSES = 8;
    static final int MAX_CONTEXTS = 16;
    static final int TOKENS = 64;
    static final int TOKEN_BITS = 6;
    /** Frequencies of a context add up to 2 to the power of this. */
    static final int SCALE_BITS = 11;

    static final int SCALE = 1 << SCALE_BITS;
    /** The least value of a coder state between two symbols. */
    static final int STATE_LOW = 1 << 15;
    /** Activity plus this has a logarithm of at least 3, so that eight buckets share an octave. */
    static final int BUCKET_OFFSET = 8;

    static final int BUCKETS = 136;
    /** More activity than this counts as this. */
    static final int MAX_ACTIVITY = (1 << 14) - 1;

    /** First value of each token in the upper bits, number of extra bits in the lowest five. */
    static final int[] TOKEN_VALUES = tokenValues();

    private static final int DIRECT = 16;
    private static final int TWO_LANES_FROM_SAMPLES = 1 << 14;
    private static final int TWO_LANES_FROM_ROWS = 16;

    private LinearStage() {}

    private static int[] tokenValues() {
        int[] values = new int[TOKENS];
        for (int token = 0; token < TOKENS; token++) {
            int bits = Math.max(0, (token - DIRECT) / 4 + 2);
            boolean direct = token < DIRECT;
            int first = direct ? token : (4 + (token & 3)) << bits;
            values[token] = first << 5 | (direct ? 0 : bits);
        }
        return values;
    }

    /** The token of a folded residual, 0 to 65535: itself below 16, then four in an octave. */
    static int token(int value) {
        if (value < DIRECT) {
            return value;
        }
        int exponent = 31 - Integer.numberOfLeadingZeros(value);
        return (exponent << 2) + (value >>> (exponent - 2)) - 4;
    }

    /** Eight classes per octave. */
    static int bucket(int activity) {
        int sum = activity + BUCKET_OFFSET;
        int exponent = 28 - Integer.numberOfLeadingZeros(sum);
        return (exponent << 3) + (sum >>> exponent) - 8;
    }

    /** How many rows the first lane has; the second has the rest, which may be none. */
    static int firstLaneRows(int rows, int samplesPerRow) {
        boolean two = rows >= TWO_LANES_FROM_ROWS
                && (long) rows * samplesPerRow >= TWO_LANES_FROM_SAMPLES;
        return two ? (rows + 1) / 2 : rows;
    }

    static int flags(ImageShape shape) {
        int flags = shape.signed() ? FLAG_SIGNED : 0;
        if (shape.bitsAllocated() == 16) {
            flags |= FLAG_WIDE;
            flags |= shape.bigEndian() ? FLAG_BIG_ENDIAN : 0;
        }
        return flags;
    }

    static SampleRows rows(int flags, int interleaved, int columns) {
        return new SampleRows(
                (flags & FLAG_WIDE) != 0,
                (flags & FLAG_BIG_ENDIAN) != 0,
                (flags & FLAG_SIGNED) != 0,
                interleaved,
                columns,
                (flags & FLAG_DIFFERENCE) != 0);
    }

    /** As below, for bounds of our own. */
    static void expand(byte[] bounds, int count, byte[] map) {
        try {
            expand(bounds, count, map, "plan");
        } catch (CorruptDataException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Expands ascending first buckets into a map from activity to number. */
    static void expand(byte[] bounds, int count, byte[] map, String where)
            throws CorruptDataException {
        int activity = 0;
        int last = 0;
        for (int number = 0; number < count; number++) {
            int next = number + 1 < count ? bounds[number] & 0xff : BUCKETS;
            if (next <= last || next > BUCKETS) {
                throw new CorruptDataException(where, 0, "ascending buckets", next);
            }
            int end = number + 1 < count ? Math.min(firstActivity(next), map.length) : map.length;
            Arrays.fill(map, activity, Math.max(activity, end), (byte) number);
            activity = end;
            last = next;
        }
    }

    /** The least activity of a bucket. */
    private static int firstActivity(int bucket) {
        return bucket < 8 ? bucket : ((8 + (bucket & 7)) << (bucket >> 3)) - BUCKET_OFFSET;
    }
}
