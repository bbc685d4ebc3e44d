package strata.codec;

import strata.base.CorruptDataException;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * Undoes {@link ImageEncoder}. Whatever the payload holds, the outcome is the original length of
 * bytes or {@link CorruptDataException}; memory stays within a small multiple of the chunk's
 * original length. Keeps its work arrays between calls; not thread-safe.
 */
final class ImageDecoder {
    private final ByteDecompressor decompressor;
    private byte[] symbols = new byte[0];

    private final int[] cursors = new int[ImageStage.MAX_CONTEXTS];
    private final int[] ends = new int[ImageStage.MAX_CONTEXTS];
    private final int[] shifts = new int[ImageStage.MAX_CONTEXTS];
    private final byte[] map = new byte[Activity.BUCKETS];
    private byte[] escapes = new byte[0];
    private int escapeCursor;
    private byte[] low = new byte[0];
    private int lowCursor;
    private long pending;
    private int pendingBits;

    ImageDecoder(ByteDecompressor decompressor) {
        this.decompressor = decompressor;
    }

    void decode(ByteBuffer payload, byte[] to, int length, String where)
            throws CorruptDataException {
        try {
            decodeChecked(payload, to, length, where);
        } catch (BufferUnderflowException e) {
            throw damaged(where, "a whole image payload", "one cut short");
        } catch (ArrayIndexOutOfBoundsException e) {
            // The cursors into the streams are not compared one by one: the array's own bound is.
            throw damaged(where, "streams as long as their samples", "a stream too short");
        }
    }

    private static CorruptDataException damaged(String where, Object expected, Object found) {
        return new CorruptDataException(where, 0, expected, found);
    }

    private void decodeChecked(ByteBuffer payload, byte[] to, int length, String where)
            throws CorruptDataException {
        int predictor = payload.get() & 0xff;
        int flags = payload.get() & 0xff;
        int interleaved = payload.get() & 0xff;
        int contexts = payload.get() & 0xff;
        int columns = payload.getInt();
        boolean valid = Predictor.of(predictor) != null
                && flags <= 15
                && interleaved >= 1
                && interleaved <= ImageShape.MAX_SAMPLES_PER_PIXEL
                && contexts >= 1
                && contexts <= ImageStage.MAX_CONTEXTS
                && columns >= 1
                && columns <= ImageShape.MAX_SIDE;
        if (!valid) {
            throw damaged(where, "an image header", "values out of range");
        }
        SampleRows rows = ImageStage.rows(flags, interleaved, columns);
        if (length % rows.rowBytes() != 0) {
            throw damaged(where, "whole rows of " + rows.rowBytes(), length);
        }
        readMap(payload, contexts, rows.bits(), where);
        readStreams(payload, contexts, length / (rows.bits() / 8), where);
        int[] above = rows.newRow();
        int[] row = rows.newRow();
        for (int at = 0; at < length; at += rows.rowBytes()) {
            rows.fillLeftMargins(above, row);
            decodeRow(rows, predictor, above, row);
            rows.fillRightMargin(row);
            rows.store(row, to, at);
            int[] swap = above;
            above = row;
            row = swap;
        }
        for (int c = 0; c < contexts; c++) {
            if (cursors[c] != ends[c]) {
                throw damaged(where, "every stream used up", "stream " + c + " at another place");
            }
        }
    }

    private void readMap(ByteBuffer payload, int contexts, int bits, String where)
            throws CorruptDataException {
        int bucket = 0;
        for (int context = 0; context < contexts; context++) {
            int next = context + 1 < contexts ? payload.get() & 0xff : Activity.BUCKETS;
            if (next <= bucket || next > Activity.BUCKETS) {
                throw damaged(where, "ascending context boundaries", next);
            }
            while (bucket < next) {
                map[bucket++] = (byte) context;
            }
        }
        for (int context = 0; context < contexts; context++) {
            shifts[context] = payload.get() & 0xff;
            if (shifts[context] > bits) {
                throw damaged(where, "a shift up to " + bits, shifts[context]);
            }
        }
    }

    private void readStreams(ByteBuffer payload, int contexts, int samples, String where)
            throws CorruptDataException {
        if (symbols.length < samples) {
            symbols = new byte[samples];
        }
        int start = 0;
        for (int context = 0; context < contexts; context++) {
            cursors[context] = start;
            int length = streamLength(payload, samples - start, where);
            decompressor.stream(payload, symbols, start, length, where);
            start += length;
            ends[context] = start;
        }
        if (start != samples) {
            throw damaged(where, samples + " symbols", start);
        }
        int escapeLength = streamLength(payload, 2 * samples, where);
        escapes = new byte[escapeLength];
        escapeCursor = 0;
        decompressor.stream(payload, escapes, 0, escapeLength, where);
        int lowLength = streamLength(payload, 2 * samples, where);
        low = new byte[lowLength];
        lowCursor = 0;
        pending = 0;
        pendingBits = 0;
        decompressor.stream(payload, low, 0, lowLength, where);
        if (payload.hasRemaining()) {
            throw damaged(where, "the payload's end", payload.remaining() + " more bytes");
        }
    }

    private static int streamLength(ByteBuffer payload, int max, String where)
            throws CorruptDataException {
        int length = payload.getInt();
        if (length < 0 || length > max) {
            throw damaged(where, "a stream of up to " + max, length);
        }
        return length;
    }

    private void decodeRow(SampleRows rows, int predictor, int[] above, int[] row) {
        int m = rows.margin();
        int mask = rows.mask();
        int end = m + rows.samplesPerRow();
        for (int i = m; i < end; i++) {
            int w = row[i - m];
            int n = above[i];
            int nw = above[i - m];
            int ne = above[i + m];
            int context = map[Activity.bucket(w, n, nw, ne)];
            int value = symbols[cursors[context]++] & 0xff;
            int shift = shifts[context];
            if (value == ImageStage.ESCAPE) {
                value = (escapes[escapeCursor++] & 0xff) << 8 | (escapes[escapeCursor++] & 0xff);
            } else if (shift > 0) {
                value = value << shift | lowBits(shift);
            }
            int guess = Predictor.guess(predictor, w, n, nw, ne);
            row[i] = ImageStage.unfold(value, guess, mask);
        }
    }

    private int lowBits(int bits) {
        while (pendingBits < bits) {
            pending |= (low[lowCursor++] & 0xffL) << pendingBits;
            pendingBits += 8;
        }
        int value = (int) pending & ((1 << bits) - 1);
        pending >>>= bits;
        pendingBits -= bits;
        return value;
    }
}
