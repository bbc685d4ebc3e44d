package strata.frontdoor.web;

import strata.base.ByteRange;
import strata.base.StorageException;
import strata.network.http.HttpException;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Where a request's parts wait until all have come: a temporary file that nobody else can read and
 * that goes with its last use. For one thread.
 */
final class Spool implements Closeable {
    private final long maxBytes;
    private final FileChannel file;
    private long bytes;

    /** @param maxBytes beyond which a request is refused with 413 */
    Spool(long maxBytes) throws IOException {
        this.maxBytes = maxBytes;
        try {
            Path path = Files.createTempFile("strata-stow", ".part");
            this.file = FileChannel.open(
                    path,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private static StorageException failed(IOException e) {
        return new StorageException(
                StorageException.Kind.FAILED, "the temporary directory takes no file", e);
    }

    /**
     * Takes what is left of a part.
     *
     * @param mostBytes longest that it may be
     */
    ByteRange take(MultipartReader part, long mostBytes) throws IOException {
        long start = bytes;
        long limit = Math.min(maxBytes, start + Math.min(mostBytes, maxBytes));
        for (ByteBuffer piece = part.read(); piece != null; piece = part.read()) {
            bytes += piece.remaining();
            if (bytes > limit) {
                throw new HttpException(413, "a part of more than " + (limit - start) + " bytes");
            }
            try {
                while (piece.hasRemaining()) {
                    file.write(piece);
                }
            } catch (IOException e) {
                throw failed(e);
            }
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
                int got = file.read(ByteBuffer.wrap(to, offset, count), at);
                if (got < 0) {
                    throw new IOException("the temporary file has become shorter");
                }
                at += got;
                return got;
            }
        };
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
