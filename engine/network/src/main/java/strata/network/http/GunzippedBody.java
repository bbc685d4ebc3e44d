package strata.network.http;

import strata.base.BlockStream;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A request's body taken out of its gzip coding as it comes. What swells beyond the limit, or more
 * than any honest body does, is refused with 413 before it is held anywhere.
 */
final class GunzippedBody extends BlockStream {
    /** Text of repeated tags reaches some dozens; deflate itself ends at 1032. */
    static final int MAX_RATIO = 200;

    static final long GRACE_BYTES = 4 << 20;
    private static final int PIECE_BYTES = 8 * 1024;

    private final Counted coded;
    private final long maxBytes;
    private InputStream plain;
    private long bytes;

    GunzippedBody(InputStream coded, long maxBytes) {
        this.coded = new Counted(coded);
        this.maxBytes = maxBytes;
    }

    private static final class Counted extends FilterInputStream {
        private long bytes;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int next = in.read();
            bytes += next < 0 ? 0 : 1;
            return next;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            int count = in.read(to, offset, length);
            bytes += Math.max(0, count);
            return count;
        }
    }

    @Override
    protected int readBlock(byte[] to, int offset, int length) throws IOException {
        int count;
        try {
            if (plain == null) {
                plain = new GZIPInputStream(coded, PIECE_BYTES);
            }
            count = plain.read(to, offset, length);
        } catch (ZipException | EOFException e) {
            throw new HttpException(400, "the body is not gzip, or not all of it", e);
        }
        bytes += Math.max(0, count);
        if (bytes > maxBytes) {
            throw RequestBody.tooLong(maxBytes);
        }
        if (bytes > GRACE_BYTES && bytes / MAX_RATIO > coded.bytes) {
            throw new HttpException(413, "the body swells to more than " + MAX_RATIO + " times");
        }
        return count;
    }
}
