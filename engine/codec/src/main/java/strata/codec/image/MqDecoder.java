package strata.codec.image;

/**
 * The arithmetic decoder of JPEG 2000, ITU-T T.800 Annex C. Behind the end of its data come ones,
 * as C.3.4 has it. For one thread.
 */
final class MqDecoder {
    /** Qe, next state after MPS, next after LPS, and whether that switches: table C.2. */
    private static final int[] QE = {
        0x5601, 0x3401, 0x1801, 0x0AC1, 0x0521, 0x0221, 0x5601, 0x5401, 0x4801, 0x3801, 0x3001,
        0x2401, 0x1C01, 0x1601, 0x5601, 0x5401, 0x5101, 0x4801, 0x3801, 0x3401, 0x3001, 0x2801,
        0x2401, 0x2201, 0x1C01, 0x1801, 0x1601, 0x1401, 0x1201, 0x1101, 0x0AC1, 0x09C1, 0x08A1,
        0x0521, 0x0441, 0x02A1, 0x0221, 0x0141, 0x0111, 0x0085, 0x0049, 0x0025, 0x0015, 0x0009,
        0x0005, 0x0001, 0x5601
    };

    private static final int[] AFTER_MPS = {
        1, 2, 3, 4, 5, 38, 7, 8, 9, 10, 11, 12, 13, 29, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
        26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 45, 46
    };

    private static final int[] AFTER_LPS = {
        1, 6, 9, 12, 29, 33, 6, 14, 14, 14, 17, 18, 20, 21, 14, 14, 15, 16, 17, 18, 19, 19, 20, 21,
        22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 46
    };

    private final int[] states;
    private final int[] symbols;
    private byte[] in = new byte[0];
    private int at;
    private int end;
    private int c;
    private int a;
    private int count;

    MqDecoder(int contexts) {
        states = new int[contexts];
        symbols = new int[contexts];
    }

    void context(int context, int state) {
        states[context] = state;
        symbols[context] = 0;
    }

    /** Begins a segment of coded data, C.3.5. */
    void begin(byte[] data, int from, int to) {
        in = data;
        at = from;
        end = to;
        c = byteAt(at) << 16;
        byteIn();
        c <<= 7;
        count -= 7;
        a = 0x8000;
    }

    private int byteAt(int place) {
        return place < end ? in[place] & 0xFF : 0xFF;
    }

    private void byteIn() {
        if (byteAt(at) == 0xFF) {
            if (byteAt(at + 1) > 0x8F) {
                c += 0xFF00;
                count = 8;
            } else {
                at++;
                c += byteAt(at) << 9;
                count = 7;
            }
        } else {
            at++;
            c += byteAt(at) << 8;
            count = 8;
        }
    }

    int decode(int context) {
        int state = states[context];
        int qe = QE[state];
        a -= qe;
        int bit;
        if (c >>> 16 < qe) {
            bit = a < qe ? more(context, state) : less(context, state);
            a = qe;
        } else {
            c -= qe << 16;
            if ((a & 0x8000) != 0) {
                return symbols[context];
            }
            bit = a < qe ? less(context, state) : more(context, state);
        }
        do {
            if (count == 0) {
                byteIn();
            }
            a <<= 1;
            c <<= 1;
            count--;
        } while ((a & 0x8000) == 0);
        return bit;
    }

    private int more(int context, int state) {
        states[context] = AFTER_MPS[state];
        return symbols[context];
    }

    private int less(int context, int state) {
        int bit = 1 - symbols[context];
        if (state == 0 || state == 6 || state == 14) {
            symbols[context] = bit;
        }
        states[context] = AFTER_LPS[state];
        return bit;
    }
}
