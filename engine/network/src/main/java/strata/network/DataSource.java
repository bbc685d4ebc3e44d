package strata.network;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The bytes of a data set to be sent, read once from the start by one thread. */
public interface DataSource {
    long UNKNOWN = -1;

    /** Bytes in all, or {@link #UNKNOWN}. */
    long lengthBytes();

    /**
     * Reads at least one byte into the buffer, which is direct.
     *
     * @return how many, or -1 at the end
     */
    int read(ByteBuffer to) throws IOException;

    /**
     * The next bytes, in memory that the caller closes; null at the end. A source that has them in
     * such memory already gives them as they are, of any even length; others are read.
     *
     * @param mostBytes how much to read at a time; even
     */
    default DataBuffer next(int mostBytes) throws IOException {
        return DataBuffer.fill(this, mostBytes);
    }

    static DataSource of(byte[] bytes) {
        return of(ByteBuffer.wrap(bytes));
    }

    /** Gives the remaining bytes of the buffer and moves its position. */
    static DataSource of(ByteBuffer bytes) {
        long length = bytes.remaining();
        return new DataSource() {
            @Override
            public long lengthBytes() {
                return length;
            }

            @Override
            public int read(ByteBuffer to) {
                if (!bytes.hasRemaining()) {
                    return -1;
                }
                int part = Math.min(bytes.remaining(), to.remaining());
                to.put(bytes.slice().limit(part));
                bytes.position(bytes.position() + part);
                return part;
            }
        };
    }
}
