package strata.codec;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Writes method IMAGE as encoders did before method LINEAR: picks a predictor by a sample of rows,
 * folds the residuals, sorts them by the activity around them and hands each stream to zstd. Keeps
 * its work arrays between calls; not thread-safe.
 */
final class ImageEncoder {
    private static final int MIN_SAMPLES_PER_CONTEXT = 12_288;
    private static final int TRIAL_ROW_STEP = 16;
    private static final int PREDICTORS = Predictor.values().length;

    /** Every so many residuals go into the mean of their bucket. */
    private static final int SUM_STEP = 4;

    private final com.github.luben.zstd.ZstdCompressCtx streams = ByteCompressor.context(1);
    private final int[] population = new int[Activity.BUCKETS];
    private final int[] sampled = new int[Activity.BUCKETS];
    private final long[] sums = new long[Activity.BUCKETS];
    private int[] folded = new int[0];
    private byte[] buckets = new byte[0];
    private byte[] symbols = new byte[0];

    /**
     * @param length a multiple of the shape's row length
     * @return the payload's length, or -1 when it does not fit below {@code limit}
     */
    int encode(byte[] from, int offset, int length, ImageShape shape, byte[] to, int limit) {
        int flags = ImageStage.flags(shape);
        Choice choice = choose(from, offset, length, shape, flags);
        SampleRows rows = ImageStage.rows(choice.flags, shape.interleaved(), shape.columns());
        int count = length / shape.bytesPerSample();
        ensure(count);
        residuals(from, offset, length, rows, choice.predictor);
        int wanted =
                Math.max(1, Math.min(ImageStage.MAX_CONTEXTS, count / MIN_SAMPLES_PER_CONTEXT));
        byte[] map = Activity.contexts(population, wanted);
        ByteBuffer out = ByteBuffer.wrap(to, 0, Math.min(to.length, limit));
        int contexts = map[Activity.BUCKETS - 1] + 1;
        if (out.remaining()
                < ImageStage.HEADER_LENGTH
                        + contexts * (2 + ImageStage.STREAM_HEADER_LENGTH)
                        + 2 * ImageStage.STREAM_HEADER_LENGTH) {
            return -1;
        }
        out.put((byte) choice.predictor).put((byte) choice.flags);
        out.put((byte) shape.interleaved()).put((byte) contexts).putInt(shape.columns());
        return write(count, map, contexts, out) ? out.position() : -1;
    }

    private record Choice(int predictor, int flags) {}

    private void ensure(int count) {
        if (folded.length < count) {
            folded = new int[count];
            buckets = new byte[count];
            symbols = new byte[count];
        }
    }

    private static Choice choose(byte[] from, int offset, int length, ImageShape shape, int flags) {
        long[] plain = trial(from, offset, length, flags, shape);
        int best = smallest(plain);
        if (shape.interleaved() == 3) {
            int difference = flags | ImageStage.FLAG_DIFFERENCE;
            long[] relative = trial(from, offset, length, difference, shape);
            int bestRelative = smallest(relative);
            if (relative[bestRelative] < plain[best]) {
                return new Choice(bestRelative, difference);
            }
        }
        return new Choice(best, flags);
    }

    private static int smallest(long[] costs) {
        int best = 0;
        for (int i = 1; i < costs.length; i++) {
            best = costs[i] < costs[best] ? i : best;
        }
        return best;
    }

    /** Cost in eighths of a bit of each predictor over every sixteenth row. */
    private static long[] trial(byte[] from, int offset, int length, int flags, ImageShape shape) {
        SampleRows rows = ImageStage.rows(flags, shape.interleaved(), shape.columns());
        long[] costs = new long[PREDICTORS];
        int[] above = rows.newRow();
        int[] row = rows.newRow();
        int[] guesses = rows.newRow();
        int rowBytes = rows.rowBytes();
        int count = length / rowBytes;
        int step = count < 4 * TRIAL_ROW_STEP ? 1 : TRIAL_ROW_STEP;
        for (int y = 1; y < count; y += step) {
            rows.load(from, offset + (y - 1) * rowBytes, above);
            rows.load(from, offset + y * rowBytes, row);
            rows.fillLeftMargins(above, row);
            trialRow(rows, above, row, guesses, costs);
        }
        return costs;
    }

    private static void trialRow(
            SampleRows rows, int[] above, int[] row, int[] guesses, long[] costs) {
        int m = rows.margin();
        int bits = rows.bits();
        int end = m + rows.samplesPerRow();
        for (int predictor = 0; predictor < PREDICTORS; predictor++) {
            Predictor.guessRow(predictor, above, row, m, end, guesses);
            long cost = 0;
            for (int i = m; i < end; i++) {
                cost += eighthsOfBits(ImageStage.fold(row[i], guesses[i], bits));
            }
            costs[predictor] += cost;
        }
    }

    /** A straight-line approximation of 8 log2(1 + value). */
    private static int eighthsOfBits(int value) {
        int one = value + 1;
        int exponent = 31 - Integer.numberOfLeadingZeros(one);
        int fraction = exponent >= 3 ? one >> (exponent - 3) : one << (3 - exponent);
        return exponent * 8 + (fraction & 7);
    }

    private void residuals(byte[] from, int offset, int length, SampleRows rows, int predictor) {
        int[] above = rows.newRow();
        int[] row = rows.newRow();
        int[] guesses = rows.newRow();
        int rowBytes = rows.rowBytes();
        int at = 0;
        for (int start = offset; start < offset + length; start += rowBytes) {
            rows.load(from, start, row);
            rows.fillLeftMargins(above, row);
            at = residualRow(rows, above, row, guesses, predictor, at);
            int[] swap = above;
            above = row;
            row = swap;
        }
        count(at);
    }

    private void count(int samples) {
        Arrays.fill(population, 0);
        Arrays.fill(sampled, 0);
        Arrays.fill(sums, 0);
        for (int i = 0; i < samples; i++) {
            population[buckets[i]]++;
        }
        for (int i = 0; i < samples; i += SUM_STEP) {
            sampled[buckets[i]]++;
            sums[buckets[i]] += folded[i];
        }
    }

    private int residualRow(
            SampleRows rows, int[] above, int[] row, int[] guesses, int predictor, int start) {
        int m = rows.margin();
        int bits = rows.bits();
        int end = m + rows.samplesPerRow();
        Predictor.guessRow(predictor, above, row, m, end, guesses);
        int shift = start - m;
        for (int i = m; i < end; i++) {
            folded[shift + i] = ImageStage.fold(row[i], guesses[i], bits);
        }
        for (int i = m; i < end; i++) {
            int bucket = Activity.bucket(row[i - m], above[i], above[i - m], above[i + m]);
            buckets[shift + i] = (byte) bucket;
        }
        return start + rows.samplesPerRow();
    }

    private boolean write(int count, byte[] map, int contexts, ByteBuffer out) {
        int[] lengths = new int[contexts];
        long[] totals = new long[contexts];
        int[] counts = new int[contexts];
        for (int bucket = 0; bucket < Activity.BUCKETS; bucket++) {
            if (bucket > 0 && map[bucket] != map[bucket - 1]) {
                out.put((byte) bucket);
            }
            lengths[map[bucket]] += population[bucket];
            totals[map[bucket]] += sums[bucket];
            counts[map[bucket]] += sampled[bucket];
        }
        int[] shifts = new int[contexts];
        int[] starts = new int[contexts];
        for (int c = 0, start = 0; c < contexts; c++) {
            starts[c] = start;
            start += lengths[c];
            shifts[c] = shift(counts[c] == 0 ? 0 : totals[c] / counts[c]);
            out.put((byte) shifts[c]);
        }
        BitSink low = new BitSink(count);
        ByteSink escapes = new ByteSink(count);
        emit(count, map, starts.clone(), shifts, low, escapes);
        int lowLength = low.finish();
        for (int c = 0; c < contexts; c++) {
            if (!stream(symbols, starts[c], lengths[c], out)) {
                return false;
            }
        }
        return stream(escapes.bytes(), 0, escapes.length(), out)
                && stream(low.bytes(), 0, lowLength, out);
    }

    /**
     * Writes a stream of the image stage: its length, its stored length, and the frame or, when
     * that is not shorter, the bytes.
     *
     * @return false when it does not fit
     */
    private boolean stream(byte[] from, int offset, int length, ByteBuffer out) {
        if (out.remaining() < ImageStage.STREAM_HEADER_LENGTH) {
            return false;
        }
        out.putInt(length);
        int body = out.position() + 4;
        int room = Math.min(length - 1, out.limit() - body);
        int stored =
                ByteCompressor.compress(streams, from, offset, length, out.array(), body, room);
        if (stored < 0) {
            if (out.limit() - body < length) {
                return false;
            }
            System.arraycopy(from, offset, out.array(), body, length);
            stored = length;
        }
        out.putInt(stored);
        out.position(body + stored);
        return true;
    }

    /** Low bits to be kept apart, so that six times the mean still has a symbol of its own. */
    private static int shift(long mean) {
        int shift = 0;
        while (((mean * 6) >> shift) >= ImageStage.ESCAPE - 1) {
            shift++;
        }
        return shift;
    }

    private void emit(
            int count, byte[] map, int[] cursors, int[] shifts, BitSink low, ByteSink escapes) {
        for (int i = 0; i < count; i++) {
            int context = map[buckets[i]];
            int value = folded[i];
            int shift = shifts[context];
            int symbol = value >> shift;
            if (symbol < ImageStage.ESCAPE) {
                symbols[cursors[context]++] = (byte) symbol;
                if (shift > 0) {
                    low.put(value & ((1 << shift) - 1), shift);
                }
            } else {
                symbols[cursors[context]++] = (byte) ImageStage.ESCAPE;
                escapes.put((byte) (value >> 8));
                escapes.put((byte) value);
            }
        }
    }

    /** Bytes in order, growing. */
    static final class ByteSink {
        private byte[] bytes;
        private int length;

        ByteSink(int expected) {
            bytes = new byte[Math.max(64, expected / 16)];
        }

        void put(byte value) {
            if (length == bytes.length) {
                bytes = Arrays.copyOf(bytes, length * 2);
            }
            bytes[length++] = value;
        }

        byte[] bytes() {
            return bytes;
        }

        int length() {
            return length;
        }
    }

    /** Bits in order, the first in the lowest place of the first byte. */
    static final class BitSink {
        private final ByteSink bytes;
        private long pending;
        private int pendingBits;

        BitSink(int expected) {
            bytes = new ByteSink(expected);
        }

        void put(int value, int bits) {
            pending |= (long) value << pendingBits;
            pendingBits += bits;
            while (pendingBits >= 8) {
                bytes.put((byte) pending);
                pending >>>= 8;
                pendingBits -= 8;
            }
        }

        /** Writes the last bits and returns the length in bytes. */
        int finish() {
            if (pendingBits > 0) {
                bytes.put((byte) pending);
                pending = 0;
                pendingBits = 0;
            }
            return bytes.length();
        }

        byte[] bytes() {
            return bytes.bytes();
        }
    }
}
