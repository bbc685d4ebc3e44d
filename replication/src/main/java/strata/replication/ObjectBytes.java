package strata.replication;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The bytes of one object, in order, each verified before it is given. One thread at a time. */
public interface ObjectBytes extends Closeable {
    long lengthBytes();

    /**
     * Puts at least one byte into the buffer, or returns -1 at the end.
     *
     * @throws strata.base.CorruptDataException when no copy has the right bytes
     */
    int read(ByteBuffer to) throws IOException;

    /** Moves forward to a position from the start of the object. */
    void skipTo(long position) throws IOException;
}
