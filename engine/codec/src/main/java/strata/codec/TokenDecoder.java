package strata.codec;

import strata.base.CorruptDataException;

import java.nio.ByteBuffer;

/**
 * Gives samples back from the words and extra bits of {@link TokenCoder}. Two lanes are decoded in
 * one loop, since within a lane each sample has to wait for the one before. Not thread-safe.
 */
final class TokenDecoder {
    private static final int SYMBOLS = LinearStage.MAX_CONTEXTS * LinearStage.TOKENS;
    private static final int PADDING = 16;
    private static final int SCALE_BITS = LinearStage.SCALE_BITS;
    private static final int SLOT_MASK = LinearStage.SCALE - 1;

    private final int[] frequencies = new int[SYMBOLS];
    /** Frequency in the upper half, sum of those before in the lower. */
    private final int[] places = new int[SYMBOLS];

    private final byte[] slots = new byte[LinearStage.MAX_CONTEXTS << SCALE_BITS];
    private byte[] streams = new byte[0];
    private int wordsEnd;
    private int wordAt;
    private int bitAt;
    private long first;
    private long second;
    private int lowest;
    private int highest;
    private int mask;

    void range(int low, int high, int sampleMask) {
        lowest = low;
        highest = high;
        mask = sampleMask;
    }

    void read(ByteBuffer payload, int contexts, String where) throws CorruptDataException {
        int tableLength = payload.getShort() & 0xffff;
        if (tableLength > payload.remaining()) {
            throw new CorruptDataException(where, 0, "tables in the payload", tableLength);
        }
        int start = payload.arrayOffset() + payload.position();
        BitReader in = new BitReader(payload.array(), start, tableLength, where);
        for (int context = 0; context < contexts; context++) {
            TokenTable.read(in, frequencies, context * LinearStage.TOKENS, where);
            fill(context);
        }
        payload.position(payload.position() + tableLength);
        first = payload.getInt() & 0xffffffffL;
        second = payload.getInt() & 0xffffffffL;
        int words = payload.getInt();
        int bits = payload.getInt();
        boolean valid = words >= 0
                && bits >= 0
                && payload.remaining() == (long) words + ((long) bits + 7) / 8
                && first < 1L << 31
                && second < 1L << 31;
        if (!valid) {
            throw new CorruptDataException(where, 0, "two streams", payload.remaining());
        }
        int length = payload.remaining();
        if (streams.length < length + PADDING) {
            streams = new byte[length + PADDING];
        }
        payload.get(streams, 0, length);
        wordAt = 0;
        wordsEnd = words;
        bitAt = words * 8 + bits;
    }

    private void fill(int context) {
        int below = 0;
        int base = context * LinearStage.TOKENS;
        for (int token = 0; token < LinearStage.TOKENS; token++) {
            int frequency = frequencies[base + token];
            places[base + token] = frequency << 16 | below;
            int at = (context << SCALE_BITS) + below;
            java.util.Arrays.fill(slots, at, at + frequency, (byte) token);
            below += frequency;
        }
        if (below == 0) {
            // A context that never comes: whatever asks for it gets nowhere.
            int at = context << SCALE_BITS;
            java.util.Arrays.fill(slots, at, at + LinearStage.SCALE, (byte) 0);
        }
    }

    /** Both streams are used up, and both states are where the encoder began. */
    void finish(String where) throws CorruptDataException {
        boolean done = wordAt == wordsEnd
                && bitAt == wordsEnd * 8
                && first == LinearStage.STATE_LOW
                && second == LinearStage.STATE_LOW;
        if (!done) {
            throw new CorruptDataException(where, wordAt, "every stream used up", "another end");
        }
    }

    void decodeRows(RowAbove one, RowAbove two, byte[] contexts) {
        int step = one.step;
        int[] rowA = one.row;
        int[] rowB = two.row;
        byte[] in = streams;
        long a = first;
        long b = second;
        int at = wordAt;
        int bit = bitAt;
        for (int i = 0; i < one.samples; i++) {
            int x = i + 3 * step;
            int w = rowA[x - step];
            int ww = rowA[x - 2 * step];
            int busy = one.activity[i] + Math.abs(w - one.above[x - step]) + Math.abs(w - ww);
            int late = one.late[i];
            int sum = one.sum[i] + (late >> 16) * w + (short) late * ww;
            int context = contexts[Math.min(busy, LinearStage.MAX_ACTIVITY)];
            int slot = (int) a & SLOT_MASK;
            int token = slots[(context << SCALE_BITS) + slot];
            int place = places[(context << LinearStage.TOKEN_BITS) + token];
            a = (place >>> 16) * (a >>> SCALE_BITS) + slot - (place & 0xffff);
            int need = (int) ((a - LinearStage.STATE_LOW) >> 63) & 16;
            a = a << need | ((short) TokenCoder.SHORT.get(in, at) & ((1 << need) - 1));
            at += need >>> 3;
            int values = LinearStage.TOKEN_VALUES[token];
            bit -= values & 31;
            int extra = (int) ((long) TokenCoder.LONG.get(in, bit >> 3) >>> (bit & 7));
            int value = (values >>> 5) + (extra & (1 << (values & 31)) - 1);
            int guess = Math.max(lowest, Math.min(highest, sum >> RowAbove.FRACTION_BITS));
            rowA[x] = ImageStage.unfold(value, guess, mask);

            w = rowB[x - step];
            ww = rowB[x - 2 * step];
            busy = two.activity[i] + Math.abs(w - two.above[x - step]) + Math.abs(w - ww);
            late = two.late[i];
            sum = two.sum[i] + (late >> 16) * w + (short) late * ww;
            context = contexts[Math.min(busy, LinearStage.MAX_ACTIVITY)];
            slot = (int) b & SLOT_MASK;
            token = slots[(context << SCALE_BITS) + slot];
            place = places[(context << LinearStage.TOKEN_BITS) + token];
            b = (place >>> 16) * (b >>> SCALE_BITS) + slot - (place & 0xffff);
            need = (int) ((b - LinearStage.STATE_LOW) >> 63) & 16;
            b = b << need | ((short) TokenCoder.SHORT.get(in, at) & ((1 << need) - 1));
            at += need >>> 3;
            values = LinearStage.TOKEN_VALUES[token];
            bit -= values & 31;
            extra = (int) ((long) TokenCoder.LONG.get(in, bit >> 3) >>> (bit & 7));
            value = (values >>> 5) + (extra & (1 << (values & 31)) - 1);
            guess = Math.max(lowest, Math.min(highest, sum >> RowAbove.FRACTION_BITS));
            rowB[x] = ImageStage.unfold(value, guess, mask);
        }
        first = a;
        second = b;
        wordAt = at;
        bitAt = bit;
    }

    void decodeRow(RowAbove one, byte[] contexts) {
        int step = one.step;
        int[] row = one.row;
        byte[] in = streams;
        long a = first;
        int at = wordAt;
        int bit = bitAt;
        for (int i = 0; i < one.samples; i++) {
            int x = i + 3 * step;
            int w = row[x - step];
            int ww = row[x - 2 * step];
            int busy = one.activity[i] + Math.abs(w - one.above[x - step]) + Math.abs(w - ww);
            int late = one.late[i];
            int sum = one.sum[i] + (late >> 16) * w + (short) late * ww;
            int context = contexts[Math.min(busy, LinearStage.MAX_ACTIVITY)];
            int slot = (int) a & SLOT_MASK;
            int token = slots[(context << SCALE_BITS) + slot];
            int place = places[(context << LinearStage.TOKEN_BITS) + token];
            a = (place >>> 16) * (a >>> SCALE_BITS) + slot - (place & 0xffff);
            int need = (int) ((a - LinearStage.STATE_LOW) >> 63) & 16;
            a = a << need | ((short) TokenCoder.SHORT.get(in, at) & ((1 << need) - 1));
            at += need >>> 3;
            int values = LinearStage.TOKEN_VALUES[token];
            bit -= values & 31;
            int extra = (int) ((long) TokenCoder.LONG.get(in, bit >> 3) >>> (bit & 7));
            int value = (values >>> 5) + (extra & (1 << (values & 31)) - 1);
            int guess = Math.max(lowest, Math.min(highest, sum >> RowAbove.FRACTION_BITS));
            row[x] = ImageStage.unfold(value, guess, mask);
        }
        first = a;
        wordAt = at;
        bitAt = bit;
    }
}
