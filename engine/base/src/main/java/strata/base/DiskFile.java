package strata.base;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * An open file of a {@link Disk}. Positional reads and writes may run in parallel from several
 * threads. Threads that use it must not be interrupted: on the local disk an interrupt closes the
 * file.
 */
public interface DiskFile extends Closeable {
    Path path();

    long lengthBytes() throws IOException;

    /** Writes all remaining bytes at the position. */
    void write(ByteBuffer from, long position) throws IOException;

    /**
     * Fills the buffer's remaining space from the position.
     *
     * @throws java.io.EOFException when the file ends before that
     */
    void read(ByteBuffer to, long position) throws IOException;

    /**
     * Makes everything written so far durable, as fdatasync does. Never call it again after it
     * failed.
     */
    void sync() throws IOException;

    /** Extends the file with zeros to the length, so that later writes below it need no growth. */
    void allocate(long lengthBytes) throws IOException;

    /** Cuts the file at the length. */
    void truncate(long lengthBytes) throws IOException;

    /**
     * Asks the system to forget cached pages, so that the next read comes from the medium; best
     * effort.
     */
    void dropCache() throws IOException;

    @Override
    void close() throws IOException;
}
