package strata.codec.image;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * A data set that can only be read forwards, opened again when a read goes back. For one thread at
 * a time.
 */
public final class ReopenedBytes implements DataSetBytes, Closeable {
    private static final int PART_BYTES = 16 << 10;

    /** Opens the data set. */
    @FunctionalInterface
    public interface Opener {
        /**
         * A stream of the data set (inflated, if it is deflated) from its first byte.
         * {@link InputStream#skip} is what moves it forward.
         */
        InputStream open() throws IOException;
    }

    private final Opener opener;
    private final byte[] part = new byte[PART_BYTES];
    private InputStream in;
    private long position;

    public ReopenedBytes(Opener opener) {
        this.opener = opener;
    }

    @Override
    public int read(ByteBuffer to, long from) throws IOException {
        if (in == null || from < position) {
            close();
            in = opener.open();
            position = 0;
        }
        while (position < from) {
            long skipped = in.skip(from - position);
            if (skipped <= 0) {
                if (in.read() < 0) {
                    return -1;
                }
                skipped = 1;
            }
            position += skipped;
        }
        int read = in.read(part, 0, Math.min(part.length, to.remaining()));
        if (read > 0) {
            to.put(part, 0, read);
            position += read;
        }
        return read;
    }

    @Override
    public void close() throws IOException {
        if (in != null) {
            InputStream open = in;
            in = null;
            open.close();
        }
    }
}
