package strata.frontdoor.web;

import strata.base.ByteRange;
import strata.base.DiskFile;
import strata.network.http.HttpException;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Where a request's parts wait until all have come: a temporary file that nobody else can open and
 * that goes with its last use. For one thread.
 */
final class Spool implements Closeable {
    private static final long LOOK_EVERY_BYTES = 16 << 20;

    private final SpoolDirectory directory;
    private final DiskFile file;
    private final long maxBytes;
    private long bytes;
    private long lookAt = LOOK_EVERY_BYTES;

    /** See {@link SpoolDirectory#begin}. */
    Spool(SpoolDirectory directory, DiskFile file, long maxBytes) {
        this.directory = directory;
        this.file = file;
        this.maxBytes = maxBytes;
    }

    /**
     * Takes what is left of a part.
     *
     * @param mostBytes longest that it may be
     * @throws strata.base.StorageException when the medium takes no more
     */
    ByteRange take(MultipartReader part, long mostBytes) throws IOException {
        long start = bytes;
        long limit = Math.min(maxBytes, start + Math.min(mostBytes, maxBytes));
        for (ByteBuffer piece = part.read(); piece != null; piece = part.read()) {
            long at = bytes;
            bytes += piece.remaining();
            if (bytes > limit) {
                throw new HttpException(413, "a part of more than " + (limit - start) + " bytes");
            }
            if (bytes > lookAt) {
                directory.requireRoom();
                lookAt = bytes + LOOK_EVERY_BYTES;
            }
            file.write(piece, at);
        }
        return new ByteRange(start, bytes - start);
    }

    InputStream open(ByteRange range) {
        return new InputStream() {
            private long at = range.offset();

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] to, int offset, int length) throws IOException {
                int count = (int) Math.min(length, range.end() - at);
                if (count == 0) {
                    return length == 0 ? 0 : -1;
                }
                file.read(ByteBuffer.wrap(to, offset, count), at);
                at += count;
                return count;
            }
        };
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
