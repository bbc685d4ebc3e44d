package strata.codec;

import java.util.Arrays;

/**
 * Reads a payload of method BYTES as the package description of the dense coder tells, without
 * regard to speed and without any code of the coder: the second opinion on the format.
 */
public final class PlainBytesReader {
    private static final int K = 0x9E3779B1;
    private static final int[] KNOTS = new int[33];
    private static final int[] STRETCH = new int[4096];

    static {
        for (int i = 0; i <= 32; i++) {
            KNOTS[i] = (int) Math.round(65536 / (1 + Math.exp(-i / 4.0)));
        }
        for (int p = 0; p < 4096; p++) {
            int a = -2047;
            while (a < 2047 && squash(a) < 16 * p + 8) {
                a++;
            }
            STRETCH[p] = a;
        }
    }

    private final byte[] payload;
    private final byte[] out;
    private final int bits;
    private final long[][] counters;
    private final long[][] second = new long[7][8 * 64];
    private final long[] runs = new long[65];
    private final int[] noted;
    private final int[][] weights = new int[4 * 8][8];
    private int at;
    private long range = 0xffffffffL;
    private long code;
    private int n;
    private int guess = -1;
    private int run;

    private PlainBytesReader(byte[] payload, int length) {
        this.payload = payload;
        out = new byte[length];
        int wanted = 4;
        for (int i = Math.max(1, length - 1); i > 0; i /= 2) {
            wanted++;
        }
        bits = Math.max(12, Math.min(18, wanted));
        counters = new long[7][1 << bits];
        noted = new int[1 << bits];
        Arrays.fill(noted, -1);
        for (long[] table : counters) {
            Arrays.fill(table, counter(1 << 21, 0));
        }
        for (long[] table : second) {
            for (int i = 0; i < table.length; i++) {
                table[i] = counter((2 * (i % 64) + 1) << 15, 6);
            }
        }
        Arrays.fill(runs, counter(1 << 21, 0));
        for (int[] set : weights) {
            Arrays.fill(set, 14000);
        }
        for (int i = 0; i < 4; i++) {
            code = code * 256 + next();
        }
    }

    /** The string of a payload. */
    public static byte[] read(byte[] payload, int length) {
        PlainBytesReader reader = new PlainBytesReader(payload, length);
        while (reader.n < length) {
            reader.readByte();
        }
        return reader.out;
    }

    private int next() {
        return payload[at++] & 0xff;
    }

    /** Probability in 22 bits, then the count. */
    private static long counter(int probability, int count) {
        return (long) probability << 10 | count;
    }

    private static long after(long counter, int bit) {
        return after(counter, bit, 255);
    }

    private static long after(long counter, int bit, int limit) {
        long p = counter >> 10;
        long count = counter & 1023;
        long e = (bit == 1 ? (1 << 22) - 1 : 0) - p;
        p += (e >> 7) * (655360 / (10 * count + 16)) >> 9;
        return p << 10 | Math.min(limit, count + 1);
    }

    private static int squash(int argument) {
        int a = Math.max(-2047, Math.min(2047, argument));
        int k = Math.min((2047 + a) >> 1, 2046) - 1023;
        int place = 2 * Math.abs(k);
        int low = KNOTS[place / 64];
        int value = low + ((KNOTS[place / 64 + 1] - low) * (place % 64) >> 6);
        return k < 0 ? 65536 - value : value;
    }

    private static int stretch(long counter) {
        return STRETCH[(int) (counter >> 10 >> 10)];
    }

    private int before(int back) {
        return back > n ? 0 : out[n - back] & 0xff;
    }

    private void readByte() {
        int four = before(4) << 24 | before(3) << 16 | before(2) << 8 | before(1);
        int[] h = {
            0,
            before(1) * 256,
            (before(2) * 256 + before(1)) * 256,
            (four & 0xffffff) << 8,
            four * K,
            (four * K ^ (before(6) << 8 | before(5))) * K,
            (four & 0xff00ff00) + n % 2
        };
        match(four);
        int partial = 1;
        for (int left = 7; left >= 0; left--) {
            int expected = -1;
            if (guess >= 0 && ((out[guess] & 0xff) + 256) >> left + 1 == partial) {
                expected = out[guess] >> left & 1;
            }
            partial = partial * 2 + readBit(h, partial, expected);
        }
        out[n++] = (byte) partial;
    }

    private void match(int four) {
        if (guess >= 0 && out[guess] == out[n - 1]) {
            guess++;
            run = Math.min(64, run + 1);
        } else {
            guess = -1;
        }
        if (n < 5) {
            return;
        }
        int slot = (four * K ^ before(5)) * K >>> 32 - bits;
        if (guess < 0 && noted[slot] >= 0) {
            run = 0;
            while (run < 64
                    && run < noted[slot]
                    && out[noted[slot] - 1 - run] == out[n - 1 - run]) {
                run++;
            }
            guess = run == 0 ? -1 : noted[slot];
        }
        noted[slot] = n;
    }

    private int readBit(int[] h, int partial, int expected) {
        int[] inputs = new int[8];
        int[] places = new int[7];
        int[] seconds = new int[7];
        int known = 0;
        for (int i = 0; i < 7; i++) {
            places[i] = (h[i] + partial) * K >>> 32 - bits;
            long counter = counters[i][places[i]];
            int age = (int) (counter & 1023);
            int group = age < 4 ? age : age < 8 ? 4 : age < 24 ? 5 : age < 120 ? 6 : 7;
            seconds[i] = group * 64 + (int) (counter >> 26);
            inputs[i] = age == 0 ? 0 : stretch(second[i][seconds[i]]);
            known += age > 0 ? 1 : 0;
        }
        int state = 0;
        if (expected >= 0) {
            inputs[7] = (expected == 1 ? 1 : -1) * stretch(runs[run]);
            state = run < 16 ? 1 : run < 64 ? 2 : 3;
        }
        int[] set = weights[state * 8 + known];
        long sum = 0;
        for (int i = 0; i < 8; i++) {
            sum += (long) inputs[i] * set[i];
        }
        int p = squash((int) (sum >> 16));
        int bit = decode(p);
        for (int i = 0; i < 8; i++) {
            set[i] += (inputs[i] * (65536 * bit - p) + 16384) >> 15;
        }
        for (int i = 0; i < 7; i++) {
            counters[i][places[i]] = after(counters[i][places[i]], bit);
            int limit = out.length > 65536 ? 1023 : 255;
            second[i][seconds[i]] = after(second[i][seconds[i]], bit, limit);
        }
        if (expected >= 0) {
            runs[run] = after(runs[run], bit == expected ? 1 : 0);
        }
        return bit;
    }

    private int decode(int p) {
        long part = range / 65536 * p;
        int bit = code < part ? 1 : 0;
        code -= bit == 1 ? 0 : part;
        range = bit == 1 ? part : range - part;
        while (range < 1 << 24) {
            range *= 256;
            code = code * 256 + next();
        }
        return bit;
    }
}
