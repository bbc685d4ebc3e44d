package strata.codec.dense;

import java.util.Arrays;

/**
 * Codes plain bytes bit by bit, in either direction: adaptive counters in contexts of the bytes
 * before, and the byte that followed the last time that like bytes came, are mixed. What was learnt
 * on one string is forgotten before the next. Not thread-safe.
 */
final class ByteModel {
    private static final int CONTEXTS = 7;
    /** A counter for each context, and the byte that followed like bytes. */
    private static final int INPUTS = CONTEXTS + 1;

    private static final int MATCH_BYTES = 5;
    private static final int MAX_RUN = 64;
    private static final int LONG_RUN = 16;
    private static final int HASH = 0x9E3779B1;
    private static final int MIN_TABLE_BITS = 12;
    private static final int MAX_TABLE_BITS = 18;
    /** Sets of weights: by how long the match is, and how many contexts were met before. */
    private static final int SETS = 4 * (CONTEXTS + 1);

    private static final int FIRST_WEIGHT = 14000;
    private static final int LEARNING_SHIFT = 15;
    private static final int ROUND = 1 << LEARNING_SHIFT - 1;
    private static final int AGES = 8;
    private static final int STEPS = 64;
    private static final int FIRST_AGE = 6;
    /** In longer strings what counters are worth is taken to stay. */
    private static final int LONG_STRING = 1 << 16;

    /** The class of an age: 0 to 3 by themselves, then from 4, 8, 24 and 120. */
    private static final byte[] AGE = new byte[Counters.LIMIT + 1];

    static {
        for (int age = 0; age < AGE.length; age++) {
            AGE[age] = (byte) (age < 4 ? age : age < 8 ? 4 : age < 24 ? 5 : age < 120 ? 6 : 7);
        }
    }

    private final int[][] counters = new int[CONTEXTS][0];
    private final int[] hashes = new int[CONTEXTS];
    private final int[] places = new int[CONTEXTS];
    private final int[] inputs = new int[INPUTS];
    private final int[] weights = new int[SETS * INPUTS];
    /** How often the guess is right, by the length of the match. */
    private final int[] runs = new int[MAX_RUN + 1];

    /** What the probability and the age of a counter are worth, for each context. */
    private final int[] beliefs = new int[CONTEXTS * AGES * STEPS];

    private final int[] believed = new int[CONTEXTS];
    private int[] last = new int[0];
    private int tableBits;
    private int limit;
    private int length;
    private int match;
    private int run;

    private void begin(int count) {
        int bits = 36 - Integer.numberOfLeadingZeros(Math.max(1, count - 1));
        tableBits = Math.max(MIN_TABLE_BITS, Math.min(MAX_TABLE_BITS, bits));
        int size = 1 << tableBits;
        if (last.length < size) {
            last = new int[size];
            for (int i = 0; i < CONTEXTS; i++) {
                counters[i] = new int[size];
            }
        }
        for (int[] table : counters) {
            Arrays.fill(table, 0, size, Counters.initial(0x8000, 0));
        }
        Arrays.fill(last, 0, size, -1);
        Arrays.fill(weights, FIRST_WEIGHT);
        Counters.reset(runs);
        for (int i = 0; i < beliefs.length; i++) {
            beliefs[i] = Counters.initial((2 * (i % STEPS) + 1) * 32768 / STEPS, FIRST_AGE);
        }
        limit = count > LONG_STRING ? Counters.SLOW_LIMIT : Counters.LIMIT;
        length = 0;
        match = -1;
        run = 0;
    }

    /**
     * @param bytes with the string when encoding; filled when decoding
     * @return false when room or bytes were not enough
     */
    boolean code(BitCoder coder, byte[] bytes, int offset, int count) {
        begin(count);
        for (int i = 0; i < count; i++) {
            prepare(bytes, offset);
            bytes[offset + i] = (byte) one(coder, bytes, offset, bytes[offset + i] & 0xff);
            length++;
            if (coder.failed()) {
                return false;
            }
        }
        return true;
    }

    private int before(byte[] bytes, int offset, int back) {
        return back > length ? 0 : bytes[offset + length - back] & 0xff;
    }

    private void prepare(byte[] bytes, int offset) {
        int one = before(bytes, offset, 1);
        int two = before(bytes, offset, 2) << 8 | one;
        int three = before(bytes, offset, 3) << 16 | two;
        int four = before(bytes, offset, 4) << 24 | three;
        int six = before(bytes, offset, 6) << 8 | before(bytes, offset, 5);
        hashes[0] = 0;
        hashes[1] = one << 8;
        hashes[2] = two << 8;
        hashes[3] = three << 8;
        hashes[4] = four * HASH;
        hashes[5] = (four * HASH ^ six) * HASH;
        hashes[6] = (four & 0xff00ff00) + (length & 1);
        if (match >= 0 && bytes[offset + match] == bytes[offset + length - 1]) {
            match++;
            run = Math.min(MAX_RUN, run + 1);
        } else {
            match = -1;
            run = 0;
        }
        if (length >= MATCH_BYTES) {
            int slot = (four * HASH ^ before(bytes, offset, 5)) * HASH >>> 32 - tableBits;
            if (match < 0) {
                match = last[slot];
                run = alike(bytes, offset);
                match = run == 0 ? -1 : match;
            }
            last[slot] = length;
        }
    }

    /** How many bytes before the match are those before this place. */
    private int alike(byte[] bytes, int offset) {
        int most = Math.min(MAX_RUN, match);
        int count = 0;
        while (count < most
                && bytes[offset + match - count - 1] == bytes[offset + length - count - 1]) {
            count++;
        }
        return count;
    }

    private int one(BitCoder coder, byte[] bytes, int offset, int value) {
        int partial = 1;
        int guessed = match < 0 ? 0 : bytes[offset + match] & 0xff | 256;
        for (int bit = 7; bit >= 0; bit--) {
            boolean follows = guessed >>> bit + 1 == partial;
            int expected = guessed >>> bit & 1;
            partial = partial << 1 | bit(coder, partial, follows, expected, value >>> bit & 1);
        }
        return partial & 0xff;
    }

    private int bit(BitCoder coder, int partial, boolean follows, int expected, int wanted) {
        int known = 0;
        for (int i = 0; i < CONTEXTS; i++) {
            int place = (hashes[i] + partial) * HASH >>> 32 - tableBits;
            int counter = counters[i][place];
            places[i] = place;
            int age = Counters.observations(counter);
            int belief = (i * AGES + AGE[age]) * STEPS + (counter >>> 26);
            believed[i] = belief;
            inputs[i] = age == 0 ? 0 : Logistic.stretch(beliefs[belief] >>> 20);
            known += age > 0 ? 1 : 0;
        }
        int state = 0;
        inputs[CONTEXTS] = 0;
        if (follows) {
            int stretched = Logistic.stretch(runs[run] >>> 20);
            inputs[CONTEXTS] = expected == 1 ? stretched : -stretched;
            state = run < LONG_RUN ? 1 : run < MAX_RUN ? 2 : 3;
        }
        int w = (state * (CONTEXTS + 1) + known) * INPUTS;
        long dot = 0;
        for (int i = 0; i < INPUTS; i++) {
            dot += (long) inputs[i] * weights[w + i];
        }
        int probability = Logistic.squash((int) (dot >> 16));
        int coded = coder.bit(probability, wanted);
        int error = (coded << 16) - probability;
        for (int i = 0; i < INPUTS; i++) {
            weights[w + i] += inputs[i] * error + ROUND >> LEARNING_SHIFT;
        }
        for (int i = 0; i < CONTEXTS; i++) {
            counters[i][places[i]] = Counters.after(counters[i][places[i]], coded);
            beliefs[believed[i]] = Counters.after(beliefs[believed[i]], coded, limit);
        }
        if (follows) {
            runs[run] = Counters.after(runs[run], coded == expected ? 1 : 0);
        }
        return coded;
    }
}
