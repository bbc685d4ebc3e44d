package strata.network;

import strata.base.AeTitle;

import java.util.Optional;

/**
 * Where and how a {@link DimseServer} listens.
 *
 * @param bind host name or address
 * @param port 0 to 65535; 0 takes a free one
 * @param aeTitle our own, for logs; whether it must be called is up to the policy
 * @param tls a second port, for associations over TLS
 */
public record ServerOptions(
        String bind,
        int port,
        AeTitle aeTitle,
        AssociationLimits limits,
        AssociationTimeouts timeouts,
        ThreadCounts threads,
        Optional<TlsListener> tls) {
    public ServerOptions {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port " + port);
        }
    }

    public static ServerOptions of(AeTitle aeTitle, String bind, int port) {
        return new ServerOptions(
                bind,
                port,
                aeTitle,
                AssociationLimits.DEFAULTS,
                AssociationTimeouts.DEFAULTS,
                ThreadCounts.SERVER,
                Optional.empty());
    }

    public ServerOptions withTls(TlsListener listener) {
        return new ServerOptions(
                bind, port, aeTitle, limits, timeouts, threads, Optional.of(listener));
    }

    public ServerOptions withLimits(AssociationLimits other) {
        return new ServerOptions(bind, port, aeTitle, other, timeouts, threads, tls);
    }

    public ServerOptions withTimeouts(AssociationTimeouts other) {
        return new ServerOptions(bind, port, aeTitle, limits, other, threads, tls);
    }

    public ServerOptions withThreads(ThreadCounts other) {
        return new ServerOptions(bind, port, aeTitle, limits, timeouts, other, tls);
    }
}
