package strata.network;

import strata.base.tls.TlsContext;

/**
 * A second port of a {@link DimseServer}, for associations over TLS with mutual authentication
 * (PS3.15 B.12).
 *
 * @param bind host name or address
 * @param port 0 to 65535; 0 takes a free one
 */
public record TlsListener(String bind, int port, TlsContext context) {
    public TlsListener {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port " + port);
        }
    }
}
