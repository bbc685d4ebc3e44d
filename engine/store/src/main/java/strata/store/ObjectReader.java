package strata.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The bytes of one version, in order, each verified before it is handed out. Not thread-safe.
 * Damage is a {@link strata.base.CorruptDataException}: the bytes before it were right.
 */
public interface ObjectReader extends Closeable {
    /** Length of the Part 10 file in bytes. */
    long lengthBytes();

    /**
     * Reads up to the buffer's remaining space from the current position.
     *
     * @return bytes read, at least 1 when the buffer has room, or -1 at the end
     */
    int read(ByteBuffer to) throws IOException;

    /** Moves forward to a position not before the current one. */
    void skipTo(long position) throws IOException;

    @Override
    void close() throws IOException;
}
