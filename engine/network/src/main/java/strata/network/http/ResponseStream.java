package strata.network.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * Where a body is written. Bytes leave in chunks of a fixed size; each write blocks while too much
 * is still unsent, so that a body of any length takes constant memory. Used by one thread.
 */
public abstract class ResponseStream extends OutputStream {
    ResponseStream() {}

    /** Writes the remaining bytes of the buffer. */
    public abstract void write(ByteBuffer from) throws IOException;

    /**
     * Sends the remaining bytes of a direct buffer as they stand, without copying them.
     *
     * @param whenSent runs once, when the memory is no longer needed: also when this throws
     */
    public abstract void give(ByteBuffer direct, Runnable whenSent) throws IOException;

    @Override
    public final void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public final void write(byte[] from, int offset, int length) throws IOException {
        write(ByteBuffer.wrap(from, offset, length));
    }

    /** Sends what was written so far. */
    @Override
    public abstract void flush() throws IOException;
}
