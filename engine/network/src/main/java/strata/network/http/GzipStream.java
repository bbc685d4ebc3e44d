package strata.network.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** A body on its way through the gzip coding; what is flushed can be read by the peer. */
final class GzipStream extends ResponseStream {
    private static final int PIECE_BYTES = 16 * 1024;

    private final Coder coder;
    private final byte[] piece = new byte[PIECE_BYTES];
    private long plainBytes;

    GzipStream(ResponseStream to) throws IOException {
        this.coder = new Coder(to);
    }

    /** Fast rather than small: the text of data sets shrinks to a tenth at any level. */
    private static final class Coder extends GZIPOutputStream {
        Coder(OutputStream out) throws IOException {
            super(out, PIECE_BYTES, true);
            def.setLevel(Deflater.BEST_SPEED);
        }

        /** Frees the native memory without writing anything. */
        void end() {
            def.end();
        }
    }

    static byte[] compress(byte[] plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(plain.length / 4 + 64);
        Coder coder = new Coder(out);
        try {
            coder.write(plain);
            coder.finish();
        } finally {
            coder.end();
        }
        return out.toByteArray();
    }

    /** Bytes written before the coding. */
    long plainBytes() {
        return plainBytes;
    }

    @Override
    public void write(ByteBuffer from) throws IOException {
        while (from.hasRemaining()) {
            int count = Math.min(piece.length, from.remaining());
            from.get(piece, 0, count);
            coder.write(piece, 0, count);
            plainBytes += count;
        }
    }

    @Override
    public void give(ByteBuffer direct, Runnable whenSent) throws IOException {
        try {
            write(direct);
        } finally {
            whenSent.run();
        }
    }

    @Override
    public void flush() throws IOException {
        coder.flush();
    }

    void finish() throws IOException {
        coder.finish();
    }

    @Override
    public void close() {
        coder.end();
    }
}
