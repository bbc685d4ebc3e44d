package strata.codec;

import strata.base.CorruptDataException;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * Undoes {@link LinearEncoder}. Whatever the payload holds, the outcome is the original length of
 * bytes or {@link CorruptDataException}; memory stays within a small multiple of the payload and of
 * a row. Keeps its work arrays between calls; not thread-safe.
 */
final class LinearDecoder {
    private final byte[] contextMap = new byte[LinearStage.MAX_ACTIVITY + 1];
    private final byte[] bounds = new byte[LinearStage.MAX_CONTEXTS];
    private final byte[] classes = new byte[LinearStage.MAX_ACTIVITY + 1];
    private final ClassWeights weights = new ClassWeights();
    private final TokenDecoder tokens = new TokenDecoder();
    private int[] plain = new int[0];

    void decode(ByteBuffer payload, byte[] to, int length, String where)
            throws CorruptDataException {
        try {
            decodeChecked(payload, to, length, where);
        } catch (BufferUnderflowException e) {
            throw damaged(where, "a whole image payload", "one cut short");
        } catch (IndexOutOfBoundsException e) {
            // Cursors are not compared one by one: the arrays' own bounds are.
            throw damaged(where, "streams as long as their samples", "a stream too short");
        }
    }

    private static CorruptDataException damaged(String where, Object expected, Object found) {
        return new CorruptDataException(where, 0, expected, found);
    }

    private void decodeChecked(ByteBuffer payload, byte[] to, int length, String where)
            throws CorruptDataException {
        int flags = payload.get() & 0xff;
        int interleaved = payload.get() & 0xff;
        int classCount = payload.get() & 0xff;
        int contexts = payload.get() & 0xff;
        int columns = payload.getShort() & 0xffff;
        int lowest = payload.getShort() & 0xffff;
        int highest = payload.getShort() & 0xffff;
        boolean valid = flags <= LinearStage.FLAGS
                && interleaved >= 1
                && interleaved <= ImageShape.MAX_SAMPLES_PER_PIXEL
                && classCount >= 1
                && classCount <= LinearStage.MAX_CLASSES
                && contexts >= 1
                && contexts <= LinearStage.MAX_CONTEXTS
                && columns >= 1
                && lowest <= highest;
        if (!valid) {
            throw damaged(where, "an image header", "values out of range");
        }
        SampleRows rows = LinearStage.rows(flags, interleaved, columns);
        if (length % rows.rowBytes() != 0 || highest > rows.mask()) {
            throw damaged(where, "whole rows of " + rows.rowBytes(), length);
        }
        readMap(payload, classCount, classes, where);
        readMap(payload, contexts, contextMap, where);
        readWeights(payload, classCount, where);
        tokens.read(payload, contexts, where);
        tokens.range(lowest, highest, rows.mask());
        decodeRows(rows, to, length / rows.rowBytes(), lowest);
        tokens.finish(where);
    }

    private void readMap(ByteBuffer payload, int count, byte[] to, String where)
            throws CorruptDataException {
        payload.get(bounds, 0, count - 1);
        LinearStage.expand(bounds, count, to, where);
    }

    private void readWeights(ByteBuffer payload, int count, String where)
            throws CorruptDataException {
        for (int i = 0; i < count; i++) {
            int rest = 1 << RowAbove.FRACTION_BITS;
            for (int j = 0; j < WeightFit.UNKNOWNS; j++) {
                int weight = payload.getShort();
                if (Math.abs(weight) > WeightFit.MAX_WEIGHT) {
                    throw damaged(where, "a weight within limits", weight);
                }
                weights.plain[i][j] = weight;
                rest -= weight;
            }
            weights.plain[i][RowAbove.WEST] = rest;
            weights.set(i);
        }
    }

    private void decodeRows(SampleRows rows, byte[] to, int count, int lowest) {
        if (plain.length != rows.newRow().length) {
            plain = rows.newRow();
        }
        RowAbove one = new RowAbove(rows.margin(), rows.samplesPerRow());
        RowAbove two = new RowAbove(rows.margin(), rows.samplesPerRow());
        one.start(lowest);
        two.start(lowest);
        int first = LinearStage.firstLaneRows(count, rows.samplesPerRow());
        for (int y = 0; y < first; y++) {
            one.prepare(classes, weights);
            if (y < count - first) {
                two.prepare(classes, weights);
                tokens.decodeRows(one, two, contextMap);
                store(rows, two.row, to, (first + y) * rows.rowBytes());
                two.next();
            } else {
                tokens.decodeRow(one, contextMap);
            }
            store(rows, one.row, to, y * rows.rowBytes());
            one.next();
        }
    }

    private void store(SampleRows rows, int[] row, byte[] to, int offset) {
        int step = rows.margin();
        System.arraycopy(row, RowAbove.EDGE_PIXELS * step, plain, step, rows.samplesPerRow());
        rows.store(plain, to, offset);
    }
}
