package strata.codec.dense;

/**
 * A binary range coder in both directions: the model calls it with the bit to be written and goes
 * on with the bit that it answers, so that one model serves encoder and decoder and they cannot
 * drift apart. Not thread-safe.
 *
 * <p>State: the interval's length {@code range}, 2^24 to 2^32 - 1 before each bit, and its lower
 * end {@code low} (encoding) or the code's distance from it (decoding).
 */
final class BitCoder {
    private static final long TOP = 1L << 24;
    private static final long MASK = 0xffff_ffffL;

    private byte[] bytes = new byte[0];
    private int position;
    private int end;
    private boolean decoding;
    private boolean failed;

    private long range;
    private long low;
    private int held;
    private long pending;

    /** Begins to write, at most {@code limit} bytes. */
    void startEncoding(byte[] to, int offset, int limit) {
        start(to, offset, limit, false);
        held = 0;
        pending = 0;
    }

    /** Begins to read; what lies beyond the end reads as zero and is a failure. */
    void startDecoding(byte[] from, int offset, int length) {
        start(from, offset, length, true);
        for (int i = 0; i < 4; i++) {
            low = low << 8 | next();
        }
    }

    private void start(byte[] array, int offset, int length, boolean decode) {
        bytes = array;
        position = offset;
        end = offset + length;
        decoding = decode;
        failed = false;
        range = MASK;
        low = 0;
    }

    boolean decoding() {
        return decoding;
    }

    /** Whether writing ran out of room, or reading out of bytes. */
    boolean failed() {
        return failed;
    }

    /** Whether reading has used all bytes and no more. */
    boolean usedUp() {
        return !failed && position == end;
    }

    /**
     * Codes a bit.
     *
     * @param one the probability of a 1 in 1/65536, 1 to 65535
     * @param bit 0 or 1 to be written; ignored when decoding
     * @return the bit
     */
    int bit(int one, int bit) {
        long bound = (range >>> 16) * one;
        // All bits set for a 0: what cannot be foreseen is no branch here.
        long zero;
        if (decoding) {
            zero = ~(low - bound >> 63);
            low -= bound & zero;
        } else {
            zero = bit - 1;
            low += bound & zero;
        }
        long left = bound + (range - 2 * bound & zero);
        range = left;
        if (left < TOP) {
            shift();
        }
        return (int) zero + 1;
    }

    /**
     * Codes the lowest bits of a value as they are.
     *
     * @param count 0 to 16
     * @param value 0 to 2^count - 1
     */
    int bits(int count, int value) {
        if (count == 0) {
            return 0;
        }
        return (int) uniform(range >>> count, 1L << count, value);
    }

    /** Codes a value of 0 to {@code values} - 1, all of them equally likely. */
    int equal(int values, int value) {
        return (int) uniform(range / values, values, value);
    }

    private long uniform(long part, long values, long value) {
        long coded = value;
        if (decoding) {
            coded = Math.min(values - 1, low / part);
            low -= coded * part;
        } else {
            low += coded * part;
        }
        range = part;
        while (range < TOP) {
            shift();
        }
        return coded;
    }

    private void shift() {
        do {
            if (decoding) {
                low = (low << 8 | next()) & MASK;
            } else {
                shiftOut();
            }
            range <<= 8;
        } while (range < TOP);
    }

    private int next() {
        if (position < end) {
            return bytes[position++] & 0xff;
        }
        failed = true;
        return 0;
    }

    private void shiftOut() {
        // The first byte is held as it is: no carry can reach beyond it.
        if (low < 0xff00_0000L || low > MASK || pending == 0) {
            int carry = (int) (low >>> 32);
            if (pending > 0) {
                put(held + carry);
                for (; pending > 1; pending--) {
                    put(0xff + carry);
                }
            }
            held = (int) (low >>> 24) & 0xff;
            pending = 0;
        }
        pending++;
        low = low << 8 & MASK;
    }

    private void put(int value) {
        if (position < end) {
            bytes[position++] = (byte) value;
        } else {
            failed = true;
        }
    }

    /** Writes what is left and returns the position after it, or -1 if there was no room. */
    int finish() {
        for (int i = 0; i < 5; i++) {
            shiftOut();
        }
        return failed ? -1 : position;
    }
}
