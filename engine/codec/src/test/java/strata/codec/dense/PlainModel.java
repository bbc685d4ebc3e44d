package strata.codec.dense;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The model of samples for {@link PlainReader}: what is learnt, and the planes it gives. */
final class PlainModel {
    private static final int[] KNOTS = {
        32768, 36843, 40793, 44511, 47911, 50941, 53581, 55834, 57724, 59287, 60565, 61598, 62428,
        63090, 63615, 64030, 64357, 64614, 64816, 64974, 65097, 65194, 65269, 65328, 65374, 65410,
        65438, 65459, 65476, 65489, 65500, 65508, 65514
    };

    /** Rows and columns of the neighbours in the order of their weights. */
    private static final int[][] NEIGHBOURS = {
        {-1, 0}, {-1, -1}, {-1, 1}, {0, -2}, {-2, 0}, {-2, -1}, {-2, 1}, {-1, -2}, {-1, 2},
        {-2, -2}, {-2, 2}, {0, -3}, {-3, 0}
    };

    private final PlainReader in;
    private final int columns;
    private final int top;
    private final int[] special;
    private final Map<String, Counter> counters = new HashMap<>();
    private final Map<String, int[]> weights = new HashMap<>();

    private int[][] x;
    private int[][] reference;
    private int[][] second;
    private int[][][] errors;
    private int row;
    private int column;

    PlainModel(PlainReader in, int columns, int top, int[] special) {
        this.in = in;
        this.columns = columns;
        this.top = top;
        this.special = special;
    }

    static int squash(int argument) {
        int step = (2047 + Math.max(-2047, Math.min(2046, argument)) >> 1) - 1023;
        int far = 2 * Math.abs(step);
        int from = KNOTS[far / 64];
        int value = from + (KNOTS[far / 64 + 1] - from) * (far % 64) / 64;
        return step < 0 ? 65536 - value : value;
    }

    static int stretch(int probability) {
        int argument = -2047;
        while (argument < 2047 && squash(argument) < probability * 16 + 8) {
            argument++;
        }
        return argument;
    }

    static int quarters(int value) {
        int e = length(value) - 1;
        return value < 4 ? value : 4 * (e - 1) + (value >> e - 2) % 4;
    }

    static int length(int value) {
        return value == 0 ? 0 : Integer.toBinaryString(value).length();
    }

    static final class Counter {
        private int probability = 1 << 21;
        private int count;

        int read(PlainReader in) {
            int bit = in.bit(Math.max(32, Math.min(65504, probability >> 6)));
            learn(bit);
            return bit;
        }

        void learn(int bit) {
            int error = (bit == 1 ? (1 << 22) - 1 : 0) - probability;
            probability += (error >> 7) * (655360 / (10 * count + 16)) >> 9;
            count = Math.min(255, count + 1);
        }
    }

    static Counter[] counters(int count) {
        Counter[] made = new Counter[count];
        for (int i = 0; i < count; i++) {
            made[i] = new Counter();
        }
        return made;
    }

    /** What precedes the planes for each kind of them. */
    record Table(boolean refers, int copies, int[] starts, int[][] weights) {}

    static Table table(PlainReader in, int kind) {
        int classes = in.bits(3) + 1;
        boolean refers = kind > 0 && in.bits(1) == 1;
        int copies = in.bits(1) == 0 ? 0 : Math.min(kind, 2) + 1;
        int[] starts = new int[classes];
        for (int c = 1; c < classes; c++) {
            starts[c] = in.bits(7);
        }
        int[][] rows = new int[classes][18];
        for (int[] weights : rows) {
            for (int i = 0; i < (refers ? 18 : 13); i++) {
                int length = in.bits(4);
                if (length > 0) {
                    int magnitude = 1 << length - 1 | in.bits(length - 1);
                    weights[i] = in.bits(1) == 1 ? -magnitude : magnitude;
                }
            }
        }
        return new Table(refers, copies, starts, rows);
    }

    private static final int ERROR = 0;
    private static final int FIXED = 1;
    private static final int FOLLOWED = 2;
    private static final int MEDIAN = 3;
    private static final int MISS = 4;

    int[][] plane(int rows, int[][] first, int[][] other, Table table) {
        x = new int[rows][columns];
        reference = first;
        second = other;
        errors = new int[5][rows][columns];
        int[] following = new int[18];
        int[] biases = new int[1024];
        int[] colours = new int[1 << 13];
        Arrays.fill(colours, -1);
        for (row = 0; row < rows; row++) {
            for (column = 0; column < columns; column++) {
                sample(table, following, biases, colours);
            }
        }
        return x;
    }

    private int own(int down, int right) {
        int y = row + down;
        if (y < 0 && row == 0) {
            return column == 0 ? 0 : x[0][column - 1];
        }
        return edge(x, Math.max(0, y), column + right);
    }

    private int referred(int down, int right) {
        int y = Math.max(0, Math.min(x.length - 1, row + down));
        return edge(reference, y, column + right);
    }

    private int edge(int[][] plane, int y, int c) {
        if (c < 0) {
            return y == 0 ? 0 : plane[y - 1][0];
        }
        return plane[y][Math.min(columns - 1, c)];
    }

    private int error(int which, int down, int right) {
        int c = column + right;
        int y = c < 0 ? row - 1 : row + down;
        int beyond = which == ERROR ? 64 : which == MISS ? 1 : 0;
        return y < 0 ? beyond : errors[which][y][Math.max(0, Math.min(columns - 1, c))];
    }

    private int around(int which) {
        return error(which, 0, -1)
                + error(which, -1, 0)
                + error(which, -1, -1)
                + error(which, -1, 1);
    }

    private int clamp(int value) {
        return Math.max(0, Math.min(64 * top, value));
    }

    private int activity() {
        return Math.abs(own(0, -1) - own(-1, -1))
                + Math.abs(own(-1, 0) - own(-1, -1))
                + Math.abs(own(-1, 0) - own(-1, 1))
                + Math.abs(own(0, -1) - own(0, -2))
                + Math.abs(own(-1, 0) - own(-2, 0));
    }

    private int[] differences(boolean refers) {
        int[] d = new int[18];
        for (int i = 0; i < 13; i++) {
            d[i] = own(NEIGHBOURS[i][0], NEIGHBOURS[i][1]) - own(0, -1);
        }
        if (refers) {
            d[13] = referred(0, 0) - own(0, -1);
            d[14] = referred(0, -1) - referred(0, 0);
            d[15] = referred(-1, 0) - referred(0, 0);
            d[16] = referred(0, 1) - referred(0, 0);
            d[17] = referred(1, 0) - referred(0, 0);
        }
        return d;
    }

    private void sample(Table table, int[] following, int[] biases, int[] colours) {
        int[] d = differences(table.refers());
        int quarter = Math.min(79, quarters(activity()));
        int c = 0;
        while (c + 1 < table.starts().length && quarter >= table.starts()[c + 1]) {
            c++;
        }
        int sum = 0;
        int more = 0;
        int size = 0;
        for (int i = 0; i < 18; i++) {
            sum += d[i] * table.weights()[c][i];
            more += d[i] * following[i];
            size += Math.abs(d[i]);
        }
        int base = own(0, -1) * 64 + (sum >> 5);
        int fixed = clamp(base);
        int followed = clamp(base + (more >> 10));
        int w = own(0, -1);
        int n = own(-1, 0);
        int straight = w + n - own(-1, -1);
        int median = 64 * Math.max(Math.min(w, n), Math.min(Math.max(w, n), straight));
        int prediction = blend(fixed, followed, median);
        int near = 2 * error(ERROR, 0, -1) + 2 * error(ERROR, -1, 0) + error(ERROR, -1, -1);
        near += error(ERROR, -1, 1) + error(ERROR, 0, -2) + error(ERROR, -1, 2);
        int scale = Math.min(63, quarters(near / 4));
        int bias = texture(prediction >> 6) * 16 + Math.min(15, scale / 4);
        prediction = clamp(prediction + (biases[bias] >> 4));
        int value = value(table.copies(), colours, scale, prediction, fixed - median);
        x[row][column] = value;
        int exact = 64 * value;
        biases[bias] += exact - prediction >> 3;
        errors[ERROR][row][column] = Math.abs(exact - prediction) / 8;
        errors[FIXED][row][column] = Math.abs(exact - fixed) / 4;
        errors[FOLLOWED][row][column] = Math.abs(exact - followed) / 4;
        errors[MEDIAN][row][column] = Math.abs(exact - median) / 4;
        follow(following, d, size, table.refers() ? 18 : 13, exact - followed);
    }

    private static void follow(int[] following, int[] d, int size, int taps, int error) {
        long power = 64 + ((long) size * size >> 3);
        int bits = Long.toBinaryString(power).length();
        int high = (int) (bits <= 8 ? power << 8 - bits : power >> bits - 8);
        long limited = Math.max(-32768, Math.min(32768, error));
        int step = (int) (limited * (65536 / high) << 20 >> bits + 8);
        for (int i = 0; i < taps; i++) {
            following[i] += step * d[i] + 32768 >> 16;
        }
    }

    private int blend(int fixed, int followed, int median) {
        int[] q = {quarters(around(FIXED)), quarters(around(FOLLOWED)), quarters(around(MEDIAN)) + 6
        };
        int least = Math.min(q[0], Math.min(q[1], q[2]));
        int[] share = new int[3];
        for (int i = 0; i < 3; i++) {
            int apart = q[i] - least;
            share[i] = apart >= 32 ? 0 : (apart % 2 == 0 ? 65536 : 46341) >> apart / 2;
        }
        long sum = (long) (followed - fixed) * share[1] + (long) (median - fixed) * share[2];
        int part = (1 << 20) / (share[0] + share[1] + share[2] >> 10);
        return fixed + (int) ((sum >> 10) * part >> 20);
    }

    private int texture(int prediction) {
        int[][] places = {{0, -1}, {-1, 0}, {-1, -1}, {-1, 1}, {0, -2}, {-2, 0}};
        int texture = 0;
        for (int i = 0; i < 6; i++) {
            texture |= own(places[i][0], places[i][1]) > prediction ? 1 << i : 0;
        }
        return texture;
    }

    private Counter counter(String key) {
        return counters.computeIfAbsent(key, k -> new Counter());
    }

    private int value(int copies, int[] colours, int scale, int prediction, int apart) {
        if (copies == 0) {
            return told(scale, prediction, apart);
        }
        int colour = 0;
        int guess = copies == 1 ? own(-1, 0) : referred(0, 0);
        if (copies == 3) {
            int key = second == null
                    ? 2 * guess + (own(0, -1) == referred(0, -1) ? 1 : 0)
                    : guess << 8 ^ second[row][column];
            colour = key * 0x9E3779B1 >>> 19;
            guess = colours[colour] < 0 ? guess : colours[colour];
        }
        int near = error(MISS, 0, -1) + 2 * error(MISS, -1, 0) + 4 * error(MISS, -1, -1);
        near += 8 * error(MISS, -1, 1);
        int context = near + 16 * error(MISS, 0, -2) + 32 * error(MISS, -1, 2);
        context += guess == own(0, -1) ? 64 : 0;
        context += guess == own(-1, 0) ? 128 : 0;
        context += guess == own(-1, 1) ? 256 : 0;
        boolean same = near < 15 && counter("copy " + context).read(in) == 1;
        int value = same ? guess : told(scale, prediction, apart);
        errors[MISS][row][column] = value == guess ? 0 : 1;
        colours[colour] = copies == 3 ? value : -1;
        return value;
    }

    private int told(int scale, int prediction, int apart) {
        boolean nearby = false;
        for (int which = 0; which < 2; which++) {
            if (special[which] >= 0 && near(special[which])) {
                nearby = true;
                if (special(which, special[which], scale) == 1) {
                    return special[which];
                }
            }
        }
        return residual(scale, prediction, apart, nearby);
    }

    private int is(int value, int down, int right) {
        return own(down, right) == value ? 1 : 0;
    }

    private boolean near(int v) {
        int count = is(v, 0, -1) + is(v, -1, 0) + is(v, -1, -1) + is(v, -1, 1) + is(v, 0, -2);
        count += is(v, -2, 0) + is(v, -1, -2) + is(v, -1, 2) + is(v, -2, -1) + is(v, -2, 1);
        return count > 0;
    }

    private int special(int which, int v, int scale) {
        int four = is(v, 0, -1) + is(v, -1, 0) + is(v, -1, -1) + is(v, -1, 1);
        int five = is(v, 0, -2) + is(v, -2, 0) + is(v, -1, 2) + is(v, -2, -1) + is(v, -2, 1);
        String pattern = "" + is(v, 0, -1) + is(v, -1, 0) + is(v, -1, -1) + is(v, -1, 1);
        pattern += is(v, 0, -2) + "" + is(v, -2, 0) + is(v, -1, 2) + is(v, -2, -1);
        pattern += is(v, -2, 1);
        int w = Math.abs(own(0, -1) - v);
        int n = Math.abs(own(-1, 0) - v);
        int sum = w + n + Math.abs(own(-1, -1) - v) + Math.abs(own(-1, 1) - v);
        int wide = sum + Math.abs(own(0, -2) - v) + Math.abs(own(-2, 0) - v);
        String[] contexts = {
            pattern + Math.min(31, 2 * length(sum / 8)),
            Math.min(15, length(w)) + "," + Math.min(15, length(n)),
            (four + five + is(v, -1, -2)) + "," + Math.min(31, quarters(wide) / 2),
            four + "," + scale
        };
        return mixed("special ", which, contexts, 32768, 0);
    }

    private int mixed(String mixer, int kind, String[] contexts, int belief, int seen) {
        int[] weight =
                weights.computeIfAbsent(mixer + kind, k -> new int[] {19660, 19660, 19660, 19660});
        Counter[] told = new Counter[4];
        int[] stretched = new int[4];
        long dot = 0;
        for (int i = 0; i < 4; i++) {
            told[i] = counters.computeIfAbsent(mixer + kind + " " + i + ":" + contexts[i], k -> {
                Counter counter = new Counter();
                counter.probability = belief << 6;
                counter.count = seen;
                return counter;
            });
            stretched[i] = stretch(told[i].probability >> 10);
            dot += (long) stretched[i] * weight[i];
        }
        int probability = squash((int) (dot >> 16));
        int bit = in.bit(probability);
        for (int i = 0; i < 4; i++) {
            weight[i] += stretched[i] * (bit * 65536 - probability) + 8192 >> 14;
            told[i].learn(bit);
        }
        return bit;
    }

    private int residual(int scale, int prediction, int apart, boolean nearby) {
        int whole = prediction + 32 >> 6;
        int rest = prediction - 64 * whole;
        int fraction = Math.min(3, Math.abs(rest) / 8);
        int left = Math.min(15, length(error(ERROR, 0, -1) / 4));
        int above = Math.min(15, length(error(ERROR, -1, 0) / 4));
        int beside = Math.min(15, length((error(ERROR, -1, -1) + error(ERROR, -1, 1)) / 8));
        boolean far = Math.abs(apart) >> 3 + scale / 4 > 0;
        String[] contexts = {
            scale + "," + fraction,
            Math.min(63, quarters(activity())) + "," + left,
            above + "," + beside + far + nearby,
            Math.min(63, quarters(prediction >> 4)) + "," + Math.min(15, scale / 4)
        };
        int highest = length(top);
        int typical = Math.min(highest, typical(scale));
        int bucket = bucket(typical, highest, contexts);
        int magnitude = 0;
        if (bucket > 0) {
            String sign = "sign " + typical + "," + bucket + "," + fraction + (whole == 0);
            boolean negative = counter(sign).read(in) == 1;
            magnitude = magnitude(bucket, typical, fraction);
            magnitude = negative != rest < 0 ? -magnitude : magnitude;
        }
        return Math.max(0, Math.min(top, whole + magnitude));
    }

    private static int typical(int scale) {
        long eighths = scale < 4 ? 8 * scale : 2 * (4 + scale % 4) + 1L << scale / 4 + 1;
        long median = eighths * 2172 >> 18;
        return Math.max(1, Math.min(15, Long.SIZE - Long.numberOfLeadingZeros(median)));
    }

    private int bucket(int typical, int highest, String[] contexts) {
        int bucket = typical;
        if (mixed("bucket ", 3 * typical, contexts, 0x8000, 1) == 1) {
            while (bucket < highest && mixed("bucket ", 3 * bucket + 1, contexts, 0x5000, 1) == 1) {
                bucket++;
            }
            return bucket;
        }
        bucket--;
        while (bucket > 0 && mixed("bucket ", 3 * bucket + 2, contexts, 0x8000, 1) == 0) {
            bucket--;
        }
        return bucket;
    }

    private int magnitude(int bucket, int typical, int fraction) {
        int magnitude = 1;
        int left = bucket - 1;
        while (left > 0 && magnitude < 4) {
            int context = bucket < 4 ? fraction : 0;
            String key = "low " + bucket + "," + typical + "," + context + "," + magnitude;
            magnitude = 2 * magnitude + counter(key).read(in);
            left--;
        }
        return magnitude << left | in.bits(left);
    }
}
