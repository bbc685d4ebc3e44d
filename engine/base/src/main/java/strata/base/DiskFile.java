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
    /** What position, length and address of a direct write are multiples of. */
    int DIRECT_BYTES = 4096;

    Path path();

    long lengthBytes() throws IOException;

    /** Writes all remaining bytes at the position. */
    void write(ByteBuffer from, long position) throws IOException;

    /**
     * Writes all remaining bytes at the position, past the page cache where the file system can do
     * that and position, length and the buffer's address are multiples of {@link #DIRECT_BYTES};
     * else as {@link #write}. Durable after {@link #sync} only, in both cases.
     */
    default void writeDirect(ByteBuffer from, long position) throws IOException {
        write(from, position);
    }

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
