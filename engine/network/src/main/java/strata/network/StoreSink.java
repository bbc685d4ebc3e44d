package strata.network;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Takes the data set of one object as it arrives. Calls come one after the other, on changing
 * threads, and end with exactly one of {@link #complete} and {@link #abort()}.
 */
public interface StoreSink {
    /**
     * Takes all remaining bytes. May block; the peer is then held back.
     *
     * @param data a view of the receive buffer, only valid during the call and not to be altered
     * @throws IOException to refuse the object: {@link #abort()} follows, the rest is thrown away,
     *     and the status is that of a DimseException, A700H for a StorageException, C000H for
     *     another fault of the peer, else 0110H
     */
    void write(ByteBuffer data) throws IOException;

    /**
     * The data set is whole. Must lead to one call of the completion, now or later, from any
     * thread. May block: with an asynchronous window the next object is received meanwhile.
     */
    void complete(StoreCompletion completion);

    /** The object ends here, incomplete: nothing of it may become visible. */
    void abort();
}
