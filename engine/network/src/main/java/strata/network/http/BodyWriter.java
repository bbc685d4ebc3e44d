package strata.network.http;

import java.io.IOException;

/** Produces a response's body while it is being sent. */
@FunctionalInterface
public interface BodyWriter {
    /**
     * Writes the body; writing blocks while the peer takes nothing. An exception before the first
     * bytes have left becomes an error response, later it cuts the connection, so that the peer
     * sees a body that is not whole.
     */
    void write(ResponseStream to) throws IOException;
}
