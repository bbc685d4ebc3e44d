package strata.codec.image;

import java.util.Arrays;

/** A tag tree of packet headers, ITU-T T.800 B.10.2. For one thread. */
final class TagTree {
    private final int[] widths;
    private final int[] starts;
    private final int[] values;
    private final int[] lows;
    private final boolean[] known;
    private final int levels;

    TagTree(int width, int height) {
        int[] w = new int[33];
        int[] s = new int[33];
        int total = 0;
        int level = 0;
        int across = width;
        int down = height;
        while (true) {
            w[level] = across;
            s[level] = total;
            total += across * down;
            level++;
            if (across <= 1 && down <= 1) {
                break;
            }
            across = across + 1 >> 1;
            down = down + 1 >> 1;
        }
        widths = w;
        starts = s;
        levels = level;
        values = new int[total];
        lows = new int[total];
        known = new boolean[total];
        Arrays.fill(values, Integer.MAX_VALUE);
    }

    /** Whether the value of a leaf is below the threshold; reads what it takes to know. */
    boolean isBelow(int x, int y, int threshold, PacketBits bits) throws MalformedImageException {
        int low = 0;
        for (int level = levels - 1; level >= 0; level--) {
            int node = starts[level] + (y >> level) * widths[level] + (x >> level);
            low = Math.max(low, lows[node]);
            while (low < threshold && !known[node]) {
                if (bits.bit() == 1) {
                    values[node] = low;
                    known[node] = true;
                } else {
                    low++;
                }
            }
            lows[node] = low;
            if (known[node]) {
                low = Math.max(low, values[node]);
            }
        }
        return known[node(x, y)] && values[node(x, y)] < threshold;
    }

    private int node(int x, int y) {
        return y * widths[0] + x;
    }
}
