package strata.codec;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Encodes whole rows of native samples: fits weights of the neighbours to a part of the rows, then
 * codes the residuals under static tables by the activity around them. Keeps its work arrays
 * between calls; not thread-safe.
 */
final class LinearEncoder {
    private static final int MIN_SAMPLES_PER_CLASS = 2000;
    private static final int MIN_SAMPLES_PER_CONTEXT = 700;

    private final LinearPlan plan = new LinearPlan();
    private final TokenCoder coder = new TokenCoder();
    private final BitWriter tables = new BitWriter();
    private final int[] counts = new int[LinearStage.MAX_CONTEXTS * LinearStage.TOKENS];
    private int[] symbols = new int[0];
    private int[] values = new int[0];
    private int[] activities = new int[0];
    private int[] samples = new int[0];
    private int[] west = new int[0];
    private int[] westWest = new int[0];
    private int[] northWest = new int[0];

    /**
     * @param length a multiple of the shape's row length
     * @return the payload's length, or -1 when it does not fit below {@code limit}
     */
    int encode(byte[] from, int offset, int length, ImageShape shape, byte[] to, int limit) {
        int samplesPerRow = shape.columns() * shape.interleaved();
        int count = length / shape.bytesPerSample();
        if (symbols.length < count) {
            symbols = new int[count];
        }
        if (values.length < samplesPerRow) {
            values = new int[samplesPerRow];
            activities = new int[samplesPerRow];
            samples = new int[samplesPerRow];
            west = new int[samplesPerRow];
            westWest = new int[samplesPerRow];
            northWest = new int[samplesPerRow];
        }
        int classes = wanted(count, MIN_SAMPLES_PER_CLASS, LinearStage.MAX_CLASSES);
        int contexts = wanted(count, MIN_SAMPLES_PER_CONTEXT, LinearStage.MAX_CONTEXTS);
        plan.make(from, offset, length, shape, classes, contexts);
        Arrays.fill(counts, 0);
        int rows = length / shape.rowBytes();
        int first = LinearStage.firstLaneRows(rows, samplesPerRow);
        int at = symbolise(from, offset, first, 0);
        symbolise(from, offset + first * shape.rowBytes(), rows - first, at);
        ByteBuffer out = ByteBuffer.wrap(to, 0, Math.min(to.length, limit));
        tables.clear();
        for (int context = 0; context < plan.contexts(); context++) {
            TokenTable.write(counts, context * LinearStage.TOKENS, tables);
        }
        coder.encode(symbols, samplesPerRow, first, rows - first, counts);
        if (out.remaining() < plan.lengthBytes() + 2 + tables.lengthBytes() + coder.lengthBytes()) {
            return -1;
        }
        plan.write(out, shape);
        out.putShort((short) tables.lengthBytes()).put(tables.bytes(), 0, tables.lengthBytes());
        coder.write(out);
        return out.position();
    }

    private static int wanted(int samples, int least, int most) {
        return Math.max(1, Math.min(most, samples / least));
    }

    /** Context, token and folded residual of each sample of a lane; counts them too. */
    private int symbolise(byte[] from, int offset, int count, int start) {
        SampleRows rows = plan.rows();
        RowAbove lane = new RowAbove(rows.margin(), rows.samplesPerRow());
        lane.start(plan.lowest());
        int at = start;
        for (int y = 0; y < count; y++) {
            plan.load(from, offset + y * rows.rowBytes(), lane.row);
            lane.prepare(plan.classMap(), plan.weights());
            symboliseRow(lane, rows.bits(), at);
            lane.next();
            at += lane.samples;
        }
        return at;
    }

    private void symboliseRow(RowAbove lane, int bits, int start) {
        guessRow(lane, bits);
        byte[] contexts = plan.contextMap();
        for (int i = 0; i < lane.samples; i++) {
            int value = values[i];
            int context = contexts[Math.min(activities[i], LinearStage.MAX_ACTIVITY)];
            int symbol = (context << LinearStage.TOKEN_BITS) + LinearStage.token(value);
            counts[symbol]++;
            symbols[start + i] = symbol << 16 | value;
        }
    }

    /** Folded residuals and activities of a known row: no step waits for another. */
    private void guessRow(RowAbove lane, int bits) {
        int count = lane.samples;
        System.arraycopy(lane.row, lane.edge, samples, 0, count);
        System.arraycopy(lane.row, lane.edge - lane.step, west, 0, count);
        System.arraycopy(lane.row, lane.edge - 2 * lane.step, westWest, 0, count);
        System.arraycopy(lane.above, lane.edge - lane.step, northWest, 0, count);
        activities(lane.activity, west, northWest, westWest, activities, count);
        guesses(lane.sum, lane.late, west, westWest, values, count);
        residuals(samples, values, plan.lowest(), plan.highest(), 32 - bits, count);
    }

    private static void activities(int[] above, int[] w, int[] nw, int[] ww, int[] to, int count) {
        for (int i = 0; i < count; i++) {
            to[i] = above[i] + Math.abs(w[i] - nw[i]) + Math.abs(w[i] - ww[i]);
        }
    }

    private static void guesses(int[] sums, int[] late, int[] w, int[] ww, int[] to, int count) {
        for (int i = 0; i < count; i++) {
            int sum = sums[i] + (late[i] >> 16) * w[i] + (late[i] << 16 >> 16) * ww[i];
            to[i] = sum >> RowAbove.FRACTION_BITS;
        }
    }

    private static void residuals(
            int[] row, int[] values, int low, int high, int shift, int count) {
        for (int i = 0; i < count; i++) {
            int guess = Math.max(low, Math.min(high, values[i]));
            int residual = (row[i] - guess) << shift >> shift;
            values[i] = (residual << 1) ^ (residual >> 31);
        }
    }
}
