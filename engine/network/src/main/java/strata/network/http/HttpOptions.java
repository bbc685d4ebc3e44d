package strata.network.http;

/**
 * Where and under which limits the server listens.
 *
 * @param bind a host name or address of this machine
 * @param port 0 for any free one
 * @param cors which pages of other origins may use it
 */
public record HttpOptions(String bind, int port, HttpLimits limits, CorsPolicy cors) {
    /** Without pages of other origins. */
    public HttpOptions(String bind, int port, HttpLimits limits) {
        this(bind, port, limits, CorsPolicy.NONE);
    }

    public HttpOptions {
        if (bind.isBlank() || port < 0 || port > 65_535) {
            throw new IllegalArgumentException("not an address to listen on: " + bind + ":" + port);
        }
    }
}
