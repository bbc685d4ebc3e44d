package strata.codec;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What the encoder of method LINEAR decides about a chunk from some of its rows: the range of its
 * samples, classes and their weights, contexts. Of small chunks that resemble each other, such as
 * the frames of a series, less is looked at, and what the ones before told counts too. Keeps its
 * work arrays and that knowledge; not thread-safe.
 */
final class LinearPlan {
    /** About so many samples are looked at. */
    private static final int OBSERVED_SAMPLES = 8192;

    private static final int MAX_ROW_STEP = 24;
    /** Of a chunk like the one before, every second to this place of a row. */
    private static final int LIKE_PART = 4;

    /** Then the classes are chosen anew. */
    private static final int MAX_LIKE_CHUNKS = 15;

    /** Every so many like chunks the weights are fitted again; between, they stay. */
    private static final int FITTED_LIKE_CHUNKS = 4;

    /** Where weights stay, so many times fewer places are looked at. */
    private static final int COUNTED_PART = 4;

    /** Larger chunks are each looked at as if they were alone. */
    private static final int MAX_LIKE_SAMPLES = OBSERVED_SAMPLES * 16;

    /** What the chunks before told counts for so much then. */
    private static final double MEMORY = 0.75;

    /** Two octaves: activity farther from the one before is of another kind of image. */
    private static final int LIKE_BUCKETS = 16;

    /** Keeps the weight of an observation finite, and that of flat parts within bounds. */
    private static final double FLAT_ACTIVITY = 8;

    private final int[] classSeen = new int[LinearStage.BUCKETS];
    private final int[] contextSeen = new int[LinearStage.BUCKETS];
    private final int[] classPopulation = new int[LinearStage.BUCKETS];
    private final int[] contextPopulation = new int[LinearStage.BUCKETS];
    private final byte[] classBounds = new byte[LinearStage.MAX_CLASSES];
    private final byte[] contextBounds = new byte[LinearStage.MAX_CONTEXTS];
    private final byte[] classMap = new byte[LinearStage.MAX_ACTIVITY + 1];
    private final byte[] contextMap = new byte[LinearStage.MAX_ACTIVITY + 1];
    private final ClassWeights weights = new ClassWeights();
    private final WeightFit[] fits = new WeightFit[LinearStage.MAX_CLASSES];
    private final int[] relative = new int[WeightFit.UNKNOWNS + 1];
    private int[] plain = new int[0];
    private int[][] observed = new int[3][0];
    private ImageShape before;
    private int flagsBefore;
    private int likeChunks;
    private SampleRows rows;
    private int flags;
    private int lowest;
    private int highest;
    private int classes;
    private int contexts;

    LinearPlan() {
        for (int i = 0; i < fits.length; i++) {
            fits[i] = new WeightFit();
        }
    }

    SampleRows rows() {
        return rows;
    }

    int lowest() {
        return lowest;
    }

    int highest() {
        return highest;
    }

    int contexts() {
        return contexts;
    }

    byte[] classMap() {
        return classMap;
    }

    byte[] contextMap() {
        return contextMap;
    }

    ClassWeights weights() {
        return weights;
    }

    void make(
            byte[] from,
            int offset,
            int length,
            ImageShape shape,
            int classCount,
            int contextCount) {
        flags = LinearStage.flags(shape);
        if (shape.interleaved() == 3 && differencePays(from, offset, length, shape)) {
            flags |= LinearStage.FLAG_DIFFERENCE;
        }
        rows = LinearStage.rows(flags, shape.interleaved(), shape.columns());
        int rowLength = rows.samplesPerRow() + 2 * RowAbove.EDGE_PIXELS * rows.margin();
        if (plain.length != rows.newRow().length || observed[0].length != rowLength) {
            plain = rows.newRow();
            observed = new int[3][rowLength];
        }
        findRange(from, offset, length);
        int count = length / rows.rowBytes();
        int samples = count * rows.samplesPerRow();
        int step = Math.max(1, Math.min(samples / OBSERVED_SAMPLES, MAX_ROW_STEP));
        boolean fitting = likeChunks % FITTED_LIKE_CHUNKS == 0;
        boolean like = samples < MAX_LIKE_SAMPLES
                && shape.equals(before)
                && flags == flagsBefore
                && likeChunks < MAX_LIKE_CHUNKS
                && observeLike(from, offset, count, step, samples, fitting);
        if (!like) {
            clearSeen();
            observe(from, offset, count, step, 1, true, false);
        }
        accept(like ? MEMORY : 0);
        before = shape;
        flagsBefore = flags;
        likeChunks = like ? likeChunks + 1 : 0;
        contexts = share(contextPopulation, contextCount, contextBounds);
        LinearStage.expand(contextBounds, contexts, contextMap);
        if (!like) {
            classes = share(classPopulation, classCount, classBounds);
            LinearStage.expand(classBounds, classes, classMap);
            for (WeightFit fit : fits) {
                fit.clear();
            }
            observe(from, offset, count, step, 1, false, true);
        }
        if (like && !fitting) {
            return;
        }
        for (int i = 0; i < classes; i++) {
            fits[i].solve(weights.plain[i]);
            weights.set(i);
        }
    }

    /** Adds a part of a chunk to what is known; false when it seems to be of another kind. */
    private boolean observeLike(
            byte[] from, int offset, int count, int step, int samples, boolean fitting) {
        clearSeen();
        int rowStep = Math.max(2, step);
        if (fitting) {
            for (WeightFit fit : fits) {
                fit.fade(MEMORY);
            }
        } else {
            rowStep *= COUNTED_PART;
        }
        int part = Math.max(2, Math.min(LIKE_PART, OBSERVED_SAMPLES * LIKE_PART / samples));
        observe(from, offset, count, rowStep, part, true, fitting);
        return Math.abs(mean(contextSeen) - mean(contextPopulation)) <= LIKE_BUCKETS;
    }

    private void clearSeen() {
        Arrays.fill(classSeen, 0);
        Arrays.fill(contextSeen, 0);
    }

    /** Adds what was seen to what is known. */
    private void accept(double memory) {
        for (int i = 0; i < LinearStage.BUCKETS; i++) {
            classPopulation[i] = (int) (classPopulation[i] * memory) + classSeen[i];
            contextPopulation[i] = (int) (contextPopulation[i] * memory) + contextSeen[i];
        }
    }

    private static int mean(int[] population) {
        long sum = 0;
        long weighted = 0;
        for (int i = 0; i < population.length; i++) {
            sum += population[i];
            weighted += (long) population[i] * i;
        }
        return (int) (weighted / Math.max(1, sum));
    }

    private static boolean differencePays(byte[] from, int offset, int length, ImageShape shape) {
        int flags = LinearStage.flags(shape);
        long apart = roughness(from, offset, length, shape, flags);
        int difference = flags | LinearStage.FLAG_DIFFERENCE;
        return roughness(from, offset, length, shape, difference) < apart;
    }

    /** Sum of the logarithms of how far samples are from a plane, over some rows. */
    private static long roughness(
            byte[] from, int offset, int length, ImageShape shape, int flags) {
        SampleRows rows = LinearStage.rows(flags, shape.interleaved(), shape.columns());
        int[] above = rows.newRow();
        int[] row = rows.newRow();
        int m = rows.margin();
        int count = length / rows.rowBytes();
        int step = Math.max(1, Math.min(count / 8, MAX_ROW_STEP));
        long sum = 0;
        for (int y = 1; y < count; y += step) {
            rows.load(from, offset + (y - 1) * rows.rowBytes(), above);
            rows.load(from, offset + y * rows.rowBytes(), row);
            for (int i = 2 * m; i < m + rows.samplesPerRow(); i++) {
                int plane = row[i - m] + above[i] - above[i - m];
                sum += 32
                        - Integer.numberOfLeadingZeros(ImageStage.fold(row[i], plane, rows.bits()));
            }
        }
        return sum;
    }

    private void findRange(byte[] from, int offset, int length) {
        int low = rows.mask();
        int high = 0;
        for (int at = 0; at < length; at += rows.rowBytes()) {
            rows.load(from, offset + at, plain);
            for (int i = rows.margin(); i < plain.length - rows.margin(); i++) {
                low = Math.min(low, plain[i]);
                high = Math.max(high, plain[i]);
            }
        }
        lowest = low;
        highest = high;
    }

    /** Walks some places of some rows, their neighbours inside the image. */
    private void observe(
            byte[] from,
            int offset,
            int count,
            int rowStep,
            int columnStep,
            boolean counting,
            boolean fitting) {
        int s = rows.margin();
        int end = rows.samplesPerRow();
        for (int y = Math.min(2, count - 1); y < count; y += rowStep) {
            for (int i = 0; i < 3; i++) {
                int at = offset + Math.max(0, y - i) * rows.rowBytes();
                rows.load(from, at, observed[i], RowAbove.EDGE_PIXELS * s);
            }
            for (int x = 5 * s + y % columnStep; x < end; x += columnStep) {
                int above = above(observed[1], observed[2], x, s);
                int all = above + left(x, s);
                if (counting) {
                    classSeen[bucket(above)]++;
                    contextSeen[bucket(all)]++;
                }
                if (fitting) {
                    fitTo(x, s, above, all);
                }
            }
        }
    }

    private static int bucket(int activity) {
        return LinearStage.bucket(Math.min(activity, LinearStage.MAX_ACTIVITY));
    }

    private static int above(int[] a, int[] aa, int x, int s) {
        int n = a[x];
        int ne = a[x + s];
        return Math.abs(a[x - s] - n)
                + Math.abs(n - ne)
                + Math.abs(n - aa[x])
                + Math.abs(ne - aa[x + s]);
    }

    private int left(int x, int s) {
        int w = observed[0][x - s];
        return Math.abs(w - observed[1][x - s]) + Math.abs(w - observed[0][x - 2 * s]);
    }

    private void fitTo(int x, int s, int above, int all) {
        int[] a = observed[1];
        int[] aa = observed[2];
        int w = observed[0][x - s];
        int[] r = relative;
        for (int i = 0; i < 6; i++) {
            r[i] = a[x + (i - 2) * s] - w;
        }
        for (int i = 0; i < 4; i++) {
            r[6 + i] = aa[x + (i - 1) * s] - w;
        }
        r[RowAbove.WEST_WEST] = observed[0][x - 2 * s] - w;
        r[RowAbove.WEST] = observed[0][x] - w;
        double weight = 1 / (FLAT_ACTIVITY + all);
        fits[classMap[Math.min(above, LinearStage.MAX_ACTIVITY)]].add(r, weight * weight);
    }

    /** Cuts buckets into ranges of about equally many observations; returns how many. */
    private static int share(int[] population, int wanted, byte[] bounds) {
        long total = 0;
        for (int count : population) {
            total += count;
        }
        int number = 0;
        long seen = 0;
        long start = 0;
        for (int bucket = 0; bucket < population.length; bucket++) {
            long part = (total - start) / (wanted - number);
            boolean full = seen - start >= Math.max(1, part - population[bucket] / 2);
            if (full && number < wanted - 1 && population[bucket] > 0) {
                bounds[number++] = (byte) bucket;
                start = seen;
            }
            seen += population[bucket];
        }
        return number + 1;
    }

    int lengthBytes() {
        return LinearStage.HEADER_LENGTH
                + classes
                - 1
                + contexts
                - 1
                + classes * WeightFit.UNKNOWNS * 2;
    }

    void write(ByteBuffer out, ImageShape shape) {
        out.put((byte) flags).put((byte) shape.interleaved());
        out.put((byte) classes).put((byte) contexts).putShort((short) shape.columns());
        out.putShort((short) lowest).putShort((short) highest);
        out.put(classBounds, 0, classes - 1).put(contextBounds, 0, contexts - 1);
        for (int i = 0; i < classes; i++) {
            for (int j = 0; j < WeightFit.UNKNOWNS; j++) {
                out.putShort((short) weights.plain[i][j]);
            }
        }
    }
}
