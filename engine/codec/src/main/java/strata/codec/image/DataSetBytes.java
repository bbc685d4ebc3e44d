package strata.codec.image;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The bytes of an encoded data set (no file header, not deflated), read from any position. Reading
 * forwards is cheap; whether going back is depends on where they lie.
 */
@FunctionalInterface
public interface DataSetBytes {
    /**
     * Reads up to the buffer's remaining space.
     *
     * @param position bytes from the start of the data set, at least 0
     * @return bytes read, at least 1 when the buffer has room, or -1 at or beyond the end
     */
    int read(ByteBuffer to, long position) throws IOException;

    /**
     * Fills the buffer.
     *
     * @throws EOFException when the data set ends before that
     */
    default void readFully(ByteBuffer to, long position) throws IOException {
        long at = position;
        while (to.hasRemaining()) {
            int read = read(to, at);
            if (read < 0) {
                throw new EOFException("the data set ends at " + at);
            }
            at += read;
        }
    }

    /** The bytes of an array. */
    static DataSetBytes of(byte[] dataSet) {
        return (to, position) -> {
            if (position >= dataSet.length) {
                return -1;
            }
            int part = Math.min(to.remaining(), dataSet.length - (int) position);
            to.put(dataSet, (int) position, part);
            return part;
        };
    }
}
