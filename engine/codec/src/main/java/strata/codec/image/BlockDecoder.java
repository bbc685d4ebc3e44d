package strata.codec.image;

import java.util.Arrays;

/**
 * Decodes the bit planes of code-blocks, ITU-T T.800 Annex D. Values have one bit of fraction, half
 * of what is not known of them. For one thread.
 */
final class BlockDecoder {
    static final int RESET = 2;
    static final int TERMINATE_EACH = 4;
    static final int CAUSAL = 8;
    static final int SEGMENTATION = 32;

    private static final int RUN = 17;
    private static final int UNIFORM = 18;
    private static final int SIGNIFICANT = 1;
    private static final int NEGATIVE = 2;
    private static final int VISITED = 4;
    private static final int REFINED = 8;

    private final MqDecoder mq = new MqDecoder(19);
    private final int style;
    private int width;
    private int height;
    private int stride;
    private byte[] flags = new byte[0];
    private int[] data = new int[0];
    private int orientation;
    private boolean causalRow;

    /** @param style of the code-block, T.800 table A.19 */
    BlockDecoder(int style) {
        this.style = style;
    }

    /**
     * Decodes a block.
     *
     * @param orientation of its band: 0 LL, 1 HL, 2 LH, 3 HH
     * @param planes how many bit planes are not all zero
     * @param segments their ends, and the passes in each
     * @return the values row by row, twice as large as they are; shared
     */
    int[] decode(
            int blockWidth,
            int blockHeight,
            int bandOrientation,
            int planes,
            byte[] coded,
            int[] ends,
            int[] passes,
            int segments) {
        width = blockWidth;
        height = blockHeight;
        stride = width + 2;
        orientation = bandOrientation;
        int cells = stride * (height + 2);
        if (flags.length < cells) {
            flags = new byte[cells];
            data = new int[width * height];
        }
        data = data.length < width * height ? new int[width * height] : data;
        Arrays.fill(flags, 0, cells, (byte) 0);
        Arrays.fill(data, 0, width * height, 0);
        contexts();
        int plane = planes;
        int kind = 2;
        int from = 0;
        for (int s = 0; s < segments; s++) {
            mq.begin(coded, from, ends[s]);
            from = ends[s];
            for (int pass = 0; pass < passes[s] && plane >= 1; pass++) {
                pass(kind, 1 << plane);
                if ((style & RESET) != 0) {
                    contexts();
                }
                if (++kind == 3) {
                    kind = 0;
                    plane--;
                }
            }
        }
        return data;
    }

    private void contexts() {
        for (int i = 0; i < 19; i++) {
            mq.context(i, i == 0 ? 4 : i == RUN ? 3 : i == UNIFORM ? 46 : 0);
        }
    }

    private void pass(int kind, int one) {
        for (int y = 0; y < height; y += 4) {
            int rows = Math.min(4, height - y);
            for (int x = 0; x < width; x++) {
                if (kind == 2) {
                    cleanup(x, y, rows, one);
                    continue;
                }
                for (int i = 0; i < rows; i++) {
                    causalRow = (style & CAUSAL) != 0 && i == 3;
                    if (kind == 0) {
                        propagate(x, y + i, one);
                    } else {
                        refine(x, y + i, one);
                    }
                }
            }
        }
        if (kind == 2) {
            for (int i = 0; i < flags.length; i++) {
                flags[i] &= ~VISITED;
            }
            if ((style & SEGMENTATION) != 0) {
                for (int i = 0; i < 4; i++) {
                    mq.decode(UNIFORM);
                }
            }
        }
    }

    private int cell(int x, int y) {
        return (y + 1) * stride + x + 1;
    }

    private void propagate(int x, int y, int one) {
        int cell = cell(x, y);
        if ((flags[cell] & SIGNIFICANT) != 0) {
            return;
        }
        int context = zeroContext(cell);
        if (context == 0) {
            return;
        }
        if (mq.decode(context) == 1) {
            becomeSignificant(x, y, cell, one);
        }
        flags[cell] |= VISITED;
    }

    private void refine(int x, int y, int one) {
        int cell = cell(x, y);
        if ((flags[cell] & (SIGNIFICANT | VISITED)) != SIGNIFICANT) {
            return;
        }
        int context = 16;
        if ((flags[cell] & REFINED) == 0) {
            context = zeroContext(cell) == 0 ? 14 : 15;
            flags[cell] |= REFINED;
        }
        int half = one >> 1;
        int change = mq.decode(context) == 1 ? half : -half;
        int at = y * width + x;
        data[at] += data[at] < 0 ? -change : change;
    }

    private void cleanup(int x, int y, int rows, int one) {
        int i = 0;
        if (rows == 4 && isQuiet(x, y)) {
            if (mq.decode(RUN) == 0) {
                return;
            }
            i = mq.decode(UNIFORM) << 1 | mq.decode(UNIFORM);
            causalRow = (style & CAUSAL) != 0 && i == 3;
            becomeSignificant(x, y + i, cell(x, y + i), one);
            i++;
        }
        for (; i < rows; i++) {
            int cell = cell(x, y + i);
            causalRow = (style & CAUSAL) != 0 && i == 3;
            if ((flags[cell] & (SIGNIFICANT | VISITED)) == 0 && mq.decode(zeroContext(cell)) == 1) {
                becomeSignificant(x, y + i, cell, one);
            }
        }
    }

    /** Whether a run of four may begin: nothing near is significant, nothing was visited. */
    private boolean isQuiet(int x, int y) {
        for (int i = 0; i < 4; i++) {
            int cell = cell(x, y + i);
            causalRow = (style & CAUSAL) != 0 && i == 3;
            if ((flags[cell] & (SIGNIFICANT | VISITED)) != 0 || zeroContext(cell) != 0) {
                return false;
            }
        }
        return true;
    }

    private int significant(int cell) {
        return flags[cell] & SIGNIFICANT;
    }

    /** Table D.1. */
    private int zeroContext(int cell) {
        int h = significant(cell - 1) + significant(cell + 1);
        int v = significant(cell - stride);
        int d = significant(cell - stride - 1) + significant(cell - stride + 1);
        if (!causalRow) {
            v += significant(cell + stride);
            d += significant(cell + stride - 1) + significant(cell + stride + 1);
        }
        if (orientation == 3) {
            int both = h + v;
            return switch (d) {
                case 0 -> Math.min(2, both);
                case 1 -> 3 + Math.min(2, both);
                case 2 -> both == 0 ? 6 : 7;
                default -> 8;
            };
        }
        int first = orientation == 1 ? v : h;
        int second = orientation == 1 ? h : v;
        if (first == 2) {
            return 8;
        }
        if (first == 1) {
            return second > 0 ? 7 : d > 0 ? 6 : 5;
        }
        return second > 0 ? 2 + second : Math.min(2, d);
    }

    private int sign(int cell) {
        int flag = flags[cell];
        return (flag & SIGNIFICANT) == 0 ? 0 : (flag & NEGATIVE) == 0 ? 1 : -1;
    }

    /** Tables D.2 and D.3. */
    private void becomeSignificant(int x, int y, int cell, int one) {
        int h = sign(cell - 1) + sign(cell + 1);
        int v = sign(cell - stride) + (causalRow ? 0 : sign(cell + stride));
        h = Integer.signum(h);
        v = Integer.signum(v);
        int flip = h < 0 || h == 0 && v < 0 ? 1 : 0;
        if (flip == 1) {
            h = -h;
            v = -v;
        }
        int context = h == 1 ? 12 + v : 9 + v;
        boolean negative = (mq.decode(context) ^ flip) == 1;
        int value = one | one >> 1;
        data[y * width + x] = negative ? -value : value;
        flags[cell] |= (byte) (negative ? SIGNIFICANT | NEGATIVE : SIGNIFICANT);
    }
}
