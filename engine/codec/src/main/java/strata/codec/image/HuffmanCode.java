package strata.codec.image;

import java.util.Arrays;

/**
 * A Huffman code that suits given frequencies, of at most 16 bits and without a code of ones only,
 * ITU-T T.81 K.2.
 */
final class HuffmanCode {
    private static final int MAX_BITS = 16;

    /** Codes by symbol. */
    final int[] codes;

    /** Lengths in bits by symbol; 0 for those that do not occur. */
    final int[] lengths;

    private final int[] counts = new int[MAX_BITS + 1];
    private final int[] order;

    /** @param frequencies of symbols 0 to n - 1, at most 255 symbols */
    HuffmanCode(long[] frequencies) {
        int n = frequencies.length;
        int[] depths = depths(frequencies);
        int used = 0;
        for (int i = 0; i < n; i++) {
            used += frequencies[i] > 0 ? 1 : 0;
        }
        order = new int[used];
        int[] byLength = new int[2 * n + 2];
        for (int i = 0; i <= n; i++) {
            byLength[depths[i]]++;
        }
        limit(byLength);
        // Symbols by falling frequency take the codes by rising length.
        Integer[] symbols = new Integer[n];
        Arrays.setAll(symbols, i -> i);
        Arrays.sort(symbols, (x, y) -> Long.compare(frequencies[y], frequencies[x]));
        codes = new int[n];
        lengths = new int[n];
        int code = 0;
        int next = 0;
        for (int length = 1; length <= MAX_BITS; length++) {
            for (int i = 0; i < counts[length]; i++) {
                int symbol = symbols[next];
                order[next++] = symbol;
                codes[symbol] = code++;
                lengths[symbol] = length;
            }
            code <<= 1;
        }
    }

    /** Depths in the tree of all symbols and one more that is rarer than all. */
    private static int[] depths(long[] frequencies) {
        int n = frequencies.length;
        long[] weights = Arrays.copyOf(frequencies, n + 1);
        weights[n] = 1;
        int[] depths = new int[n + 1];
        int[] group = new int[n + 1];
        Arrays.setAll(group, i -> i);
        while (true) {
            int least = -1;
            int second = -1;
            for (int i = n; i >= 0; i--) {
                if (weights[i] > 0 && (least < 0 || weights[i] < weights[least])) {
                    second = least;
                    least = i;
                } else if (weights[i] > 0 && (second < 0 || weights[i] < weights[second])) {
                    second = i;
                }
            }
            if (second < 0) {
                return depths;
            }
            weights[least] += weights[second];
            weights[second] = 0;
            for (int i = 0; i <= n; i++) {
                if (group[i] == second || group[i] == least) {
                    group[i] = least;
                    depths[i]++;
                }
            }
        }
    }

    /** Shortens to 16 bits, T.81 K.3, and takes out the code of ones. */
    private void limit(int[] byLength) {
        int longest = byLength.length - 1;
        for (int length = longest; length > MAX_BITS; length--) {
            while (byLength[length] > 0) {
                int shorter = length - 2;
                while (byLength[shorter] == 0) {
                    shorter--;
                }
                byLength[length] -= 2;
                byLength[length - 1]++;
                byLength[shorter + 1] += 2;
                byLength[shorter]--;
            }
        }
        int last = Math.min(MAX_BITS, longest);
        while (byLength[last] == 0) {
            last--;
        }
        byLength[last]--;
        System.arraycopy(byLength, 1, counts, 1, Math.min(MAX_BITS, longest));
    }

    /** Counts of the lengths 1 to 16, then the symbols: as a DHT segment has them. */
    byte[] table() {
        byte[] table = new byte[MAX_BITS + order.length];
        for (int i = 0; i < MAX_BITS; i++) {
            table[i] = (byte) counts[i + 1];
        }
        for (int i = 0; i < order.length; i++) {
            table[MAX_BITS + i] = (byte) order[i];
        }
        return table;
    }
}
