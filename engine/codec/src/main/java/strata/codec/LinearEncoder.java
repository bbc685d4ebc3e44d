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
    private final KnownRows lane = new KnownRows();
    private final TokenCoder coder = new TokenCoder();
    private final BitWriter tables = new BitWriter();
    private final int[] counts = new int[LinearStage.MAX_CONTEXTS * LinearStage.TOKENS];
    private int[] symbols = new int[0];

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
        lane.start(rows.margin(), rows.samplesPerRow(), plan.lowest());
        int at = start;
        for (int y = 0; y < count; y++) {
            rows.load(from, offset + y * rows.rowBytes(), lane.row(), lane.first());
            lane.symbolise(plan, rows.bits(), symbols, at, counts);
            at += rows.samplesPerRow();
        }
        return at;
    }
}
