package strata.codec.dense;

import java.util.Arrays;

/**
 * Numbers the values that samples have, in their order, so that values which no sample has cost
 * nothing: 8 bits stretched to 12, unused low bits, a padding value far below. Where that would
 * tear neighbours apart for little, only long gaps are left out, or none.
 */
final class ValueMap {
    private static final int VALUES = 1 << 16;
    private static final int LONG_GAP = 64;
    private static final int CONTEXTS = 32;

    /** Number of each value, or -1. */
    private final int[] numbers = new int[VALUES];

    private final int[] values = new int[VALUES];
    private final boolean[] used = new boolean[VALUES];
    private int count;

    /** The highest number. */
    int top() {
        return count - 1;
    }

    int number(int value) {
        return numbers[value];
    }

    int value(int number) {
        return values[number];
    }

    /** Decides from the histogram of the values, of which there is at least one. */
    void choose(int[] histogram, long total) {
        int low = 0;
        while (histogram[low] == 0) {
            low++;
        }
        int high = VALUES - 1;
        while (histogram[high] == 0) {
            high--;
        }
        boolean sparse = sparse(histogram, low, high, total);
        Arrays.fill(used, false);
        int gap = 0;
        for (int v = low; v <= high; v++) {
            gap = histogram[v] == 0 ? gap + 1 : 0;
            used[v] = gap == 0 || !sparse;
            if (!sparse && gap >= LONG_GAP) {
                Arrays.fill(used, v + 1 - gap, v + 1, false);
            }
        }
        number();
    }

    /** Whether the gaps among common values are worth the list of all values. */
    private static boolean sparse(int[] histogram, int low, int high, long total) {
        long tail = total / 100;
        int first = low;
        for (long seen = histogram[first]; seen <= tail; seen += histogram[first]) {
            first++;
        }
        int last = high;
        for (long seen = histogram[last]; seen <= tail; seen += histogram[last]) {
            last--;
        }
        int distinct = 0;
        int common = 0;
        int shortGaps = 0;
        int gap = 0;
        for (int v = low; v <= high; v++) {
            if (histogram[v] == 0) {
                gap++;
                continue;
            }
            distinct++;
            if (v >= first && v <= last) {
                common++;
                shortGaps += gap < LONG_GAP ? gap : 0;
            }
            gap = 0;
        }
        // A gap of a third is about half a bit of each sample; a value costs about two bits.
        long gain = total * shortGaps / (2L * (common + shortGaps));
        return gain > 4L * distinct + (high - low) / 8;
    }

    private void number() {
        count = 0;
        for (int v = 0; v < VALUES; v++) {
            numbers[v] = -1;
            if (used[v]) {
                numbers[v] = count;
                values[count++] = v;
            }
        }
    }

    /** Turns a histogram of values into one of numbers. */
    void renumber(int[] histogram) {
        for (int number = 0; number < count; number++) {
            histogram[number] = histogram[values[number]];
        }
    }

    /** Writes the map, or reads it; false when there is no such map. */
    boolean code(BitCoder coder) {
        int low = coder.bits(16, values[0]);
        int high = coder.bits(16, count == 0 ? 0 : values[count - 1]);
        if (high < low) {
            return false;
        }
        if (coder.decoding()) {
            Arrays.fill(used, false);
        }
        int[] counters = new int[CONTEXTS];
        Counters.reset(counters);
        used[low] = true;
        used[high] = true;
        int context = 1;
        int run = 0;
        for (int v = low + 1; v < high; v++) {
            int at = context | (run >= 16 ? 8 : 0) | (run >= LONG_GAP ? 16 : 0);
            int bit = coder.bit(Counters.probability(counters[at]), used[v] ? 1 : 0);
            counters[at] = Counters.after(counters[at], bit);
            used[v] = bit != 0;
            run = (context & 1) == bit ? run + 1 : 0;
            context = (context << 1 | bit) & 7;
        }
        number();
        return true;
    }
}
