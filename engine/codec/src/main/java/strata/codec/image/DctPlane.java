package strata.codec.image;

/**
 * The samples of one component while a frame is decoded: whole blocks, in its own resolution. For
 * one thread.
 */
final class DctPlane {
    private static final int BLOCK = 8;

    final int horizontal;
    final int vertical;

    private final int mostHorizontal;
    private final int mostVertical;
    private final int columns;
    private final int rows;
    private final int stride;
    private final int precision;
    private final short[] samples;

    DctPlane(
            PixelLayout layout,
            int precision,
            int horizontal,
            int vertical,
            int mostHorizontal,
            int mostVertical)
            throws MalformedImageException {
        this.precision = precision;
        this.horizontal = horizontal;
        this.vertical = vertical;
        this.mostHorizontal = mostHorizontal;
        this.mostVertical = mostVertical;
        this.columns = divide(layout.columns() * horizontal, mostHorizontal);
        this.rows = divide(layout.rows() * vertical, mostVertical);
        // Interleaved scans fill whole MCUs.
        this.stride = divide(layout.columns(), BLOCK * mostHorizontal) * BLOCK * horizontal;
        long height = (long) divide(layout.rows(), BLOCK * mostVertical) * BLOCK * vertical;
        if (stride * height > FrameCodecs.MAX_FRAME_BYTES) {
            throw new MalformedImageException("a component is too large");
        }
        this.samples = new short[(int) (stride * height)];
    }

    private static int divide(int value, int by) {
        return (value + by - 1) / by;
    }

    /** MCUs in a row: blocks when the component is alone in its scan, T.81 A.2. */
    int mcusAcross(boolean alone) {
        return alone ? divide(columns, BLOCK) : stride / BLOCK / horizontal;
    }

    int mcusDown(boolean alone) {
        return alone ? divide(rows, BLOCK) : samples.length / stride / BLOCK / vertical;
    }

    /** Puts a block of 64 coefficients as samples. */
    void put(int blockX, int blockY, int[] coefficients, int[] work) {
        InverseDct.transform(
                coefficients,
                work,
                precision,
                samples,
                blockY * BLOCK * stride + blockX * BLOCK,
                stride);
    }

    /** Writes the component at full size into an interleaved frame. */
    void put(byte[] frame, PixelLayout layout, int component) {
        int[] row = new int[layout.columns() + 2 * mostHorizontal];
        int[] sums = new int[columns];
        boolean doubled = horizontal * 2 == mostHorizontal && columns > 2;
        for (int y = 0; y < layout.rows(); y++) {
            if (horizontal == mostHorizontal && vertical == mostVertical) {
                for (int x = 0; x < columns; x++) {
                    row[x] = samples[y * stride + x];
                }
            } else if (doubled && vertical == mostVertical) {
                doubleAcross(y * stride, row);
            } else if (doubled && vertical * 2 == mostVertical) {
                doubleBoth(y, sums, row);
            } else {
                int from = y * vertical / mostVertical * stride;
                for (int x = 0; x < layout.columns(); x++) {
                    row[x] = samples[from + x * horizontal / mostHorizontal];
                }
            }
            Samples.putRow(frame, layout, y, row, component, 1);
        }
    }

    /** Between two samples, three parts of the nearer and one of the other. */
    private void doubleAcross(int from, int[] row) {
        int last = columns - 1;
        row[0] = samples[from];
        row[1] = samples[from] * 3 + samples[from + 1] + 2 >> 2;
        for (int x = 1; x < last; x++) {
            int three = samples[from + x] * 3;
            row[2 * x] = three + samples[from + x - 1] + 1 >> 2;
            row[2 * x + 1] = three + samples[from + x + 1] + 2 >> 2;
        }
        row[2 * last] = samples[from + last] * 3 + samples[from + last - 1] + 1 >> 2;
        row[2 * last + 1] = samples[from + last];
    }

    private void doubleBoth(int y, int[] sums, int[] row) {
        int near = y / 2;
        int far = y % 2 == 0 ? Math.max(0, near - 1) : Math.min(rows - 1, near + 1);
        for (int x = 0; x < columns; x++) {
            sums[x] = samples[near * stride + x] * 3 + samples[far * stride + x];
        }
        int last = columns - 1;
        row[0] = sums[0] * 4 + 8 >> 4;
        row[1] = sums[0] * 3 + sums[1] + 7 >> 4;
        for (int x = 1; x < last; x++) {
            row[2 * x] = sums[x] * 3 + sums[x - 1] + 8 >> 4;
            row[2 * x + 1] = sums[x] * 3 + sums[x + 1] + 7 >> 4;
        }
        row[2 * last] = sums[last] * 3 + sums[last - 1] + 8 >> 4;
        row[2 * last + 1] = sums[last] * 4 + 7 >> 4;
    }
}
