package strata.network.http;

import java.util.Optional;

/**
 * Where and under which limits the server listens.
 *
 * @param bind a host name or address of this machine
 * @param port 0 for any free one
 * @param cors which pages of other origins may use it
 * @param tls empty: plain HTTP, for loopback
 */
public record HttpOptions(
        String bind,
        int port,
        HttpLimits limits,
        CorsPolicy cors,
        Optional<HttpTls> tls,
        AccessControl access) {
    /** Without pages of other origins. */
    public HttpOptions(String bind, int port, HttpLimits limits) {
        this(bind, port, limits, CorsPolicy.NONE);
    }

    /** Plain and open to everybody. */
    public HttpOptions(String bind, int port, HttpLimits limits, CorsPolicy cors) {
        this(bind, port, limits, cors, Optional.empty(), AccessControl.open());
    }

    public HttpOptions withTls(HttpTls security) {
        return new HttpOptions(bind, port, limits, cors, Optional.of(security), access);
    }

    public HttpOptions withAccess(AccessControl control) {
        return new HttpOptions(bind, port, limits, cors, tls, control);
    }

    public HttpOptions {
        if (bind.isBlank() || port < 0 || port > 65_535) {
            throw new IllegalArgumentException("not an address to listen on: " + bind + ":" + port);
        }
    }
}
