package strata.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Range-codes the tokens of two lanes, backwards, so that the decoder meets them forwards: one
 * asymmetric numeral system state for each lane, words of 16 bits in one stream, extra bits in
 * another. Not thread-safe.
 */
final class TokenCoder {
    static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    /** Two states, length of the words in bytes, number of extra bits. */
    static final int HEADER_LENGTH = 16;

    private static final int SYMBOLS = LinearStage.MAX_CONTEXTS * LinearStage.TOKENS;
    private static final int EMIT_SHIFT = 31 - LinearStage.SCALE_BITS;

    private final long[] reciprocals = new long[SYMBOLS];
    private final int[] packed = new int[SYMBOLS];
    private byte[] words = new byte[0];
    private byte[] extra = new byte[0];
    private long first;
    private long second;
    private int wordAt;
    private int extraAt;
    private long pending;
    private int pendingBits;

    int lengthBytes() {
        return HEADER_LENGTH + (words.length - wordAt) + extraAt + (pendingBits + 7) / 8;
    }

    void write(ByteBuffer out) {
        out.putInt((int) first).putInt((int) second);
        out.putInt(words.length - wordAt).putInt(extraAt * 8 + pendingBits);
        out.put(words, wordAt, words.length - wordAt);
        out.put(extra, 0, extraAt + (pendingBits + 7) / 8);
    }

    /**
     * @param symbols context, token and value of each sample, in the order of rows
     * @param frequencies of each context and token
     */
    void encode(
            int[] symbols, int samplesPerRow, int firstRows, int secondRows, int[] frequencies) {
        int count = samplesPerRow * (firstRows + secondRows);
        if (words.length < 2 * count + 16) {
            words = new byte[2 * count + 16];
            extra = new byte[2 * count + 16];
        }
        prepare(frequencies);
        wordAt = words.length;
        extraAt = 0;
        pending = 0;
        pendingBits = 0;
        first = LinearStage.STATE_LOW;
        second = LinearStage.STATE_LOW;
        int secondStart = samplesPerRow * firstRows;
        for (int y = firstRows - 1; y >= 0; y--) {
            int at = y * samplesPerRow;
            if (y < secondRows) {
                encodeRows(symbols, at, secondStart + at, samplesPerRow);
            } else {
                encodeRow(symbols, at, samplesPerRow);
            }
        }
        LONG.set(extra, extraAt, pending);
    }

    private void prepare(int[] frequencies) {
        for (int context = 0; context < SYMBOLS; context += LinearStage.TOKENS) {
            int below = 0;
            for (int i = context; i < context + LinearStage.TOKENS; i++) {
                int frequency = frequencies[i];
                if (frequency > 0) {
                    int shift = 32 - Integer.numberOfLeadingZeros(frequency - 1);
                    reciprocals[i] = ((1L << (shift + 31)) + frequency - 1) / frequency;
                    int extraBits = LinearStage.TOKEN_VALUES[i & LinearStage.TOKENS - 1] & 31;
                    packed[i] = (LinearStage.SCALE - frequency) << 20
                            | below << 8
                            | extraBits << 4
                            | shift;
                    below += frequency;
                }
            }
        }
    }

    private void encodeRows(int[] symbols, int one, int two, int samples) {
        byte[] to = words;
        long a = first;
        long b = second;
        int at = wordAt;
        long bits = pending;
        int filled = pendingBits;
        int bytesAt = extraAt;
        for (int i = samples - 1; i >= 0; i--) {
            int symbolB = symbols[two + i];
            int symbolA = symbols[one + i];
            int placeB = packed[symbolB >>> 16];
            int placeA = packed[symbolA >>> 16];
            long restB = placeB >>> 20;
            long restA = placeA >>> 20;
            long full = ((LinearStage.SCALE - restB << EMIT_SHIFT) - 1 - b) >> 63;
            SHORT.set(to, at - 2, (short) b);
            at -= (int) full & 2;
            b >>>= full & 16;
            b += ((b * reciprocals[symbolB >>> 16]) >>> (31 + (placeB & 15))) * restB
                    + (placeB >>> 8 & 0xfff);
            full = ((LinearStage.SCALE - restA << EMIT_SHIFT) - 1 - a) >> 63;
            SHORT.set(to, at - 2, (short) a);
            at -= (int) full & 2;
            a >>>= full & 16;
            a += ((a * reciprocals[symbolA >>> 16]) >>> (31 + (placeA & 15))) * restA
                    + (placeA >>> 8 & 0xfff);
            int extraBits = placeB >>> 4 & 15;
            bits |= (symbolB & (1L << extraBits) - 1) << filled;
            filled += extraBits;
            extraBits = placeA >>> 4 & 15;
            bits |= (symbolA & (1L << extraBits) - 1) << filled;
            filled += extraBits;
            LONG.set(extra, bytesAt, bits);
            bytesAt += filled >>> 3;
            bits >>>= filled & 56;
            filled &= 7;
        }
        first = a;
        second = b;
        wordAt = at;
        extraAt = bytesAt;
        pending = bits;
        pendingBits = filled;
    }

    private void encodeRow(int[] symbols, int start, int samples) {
        byte[] to = words;
        long a = first;
        int at = wordAt;
        long bits = pending;
        int filled = pendingBits;
        int bytesAt = extraAt;
        for (int i = samples - 1; i >= 0; i--) {
            int symbol = symbols[start + i];
            int place = packed[symbol >>> 16];
            long rest = place >>> 20;
            long full = ((LinearStage.SCALE - rest << EMIT_SHIFT) - 1 - a) >> 63;
            SHORT.set(to, at - 2, (short) a);
            at -= (int) full & 2;
            a >>>= full & 16;
            a += ((a * reciprocals[symbol >>> 16]) >>> (31 + (place & 15))) * rest
                    + (place >>> 8 & 0xfff);
            int extraBits = place >>> 4 & 15;
            bits |= (symbol & (1L << extraBits) - 1) << filled;
            filled += extraBits;
            LONG.set(extra, bytesAt, bits);
            bytesAt += filled >>> 3;
            bits >>>= filled & 56;
            filled &= 7;
        }
        first = a;
        wordAt = at;
        extraAt = bytesAt;
        pending = bits;
        pendingBits = filled;
    }
}
