package strata.network;

import strata.base.AeTitle;

/**
 * Where and how a {@link DimseServer} listens.
 *
 * @param bind host name or address
 * @param port 0 to 65535; 0 takes a free one
 * @param aeTitle our own, for logs; whether it must be called is up to the policy
 */
public record ServerOptions(
        String bind,
        int port,
        AeTitle aeTitle,
        AssociationLimits limits,
        AssociationTimeouts timeouts,
        ThreadCounts threads) {
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
                ThreadCounts.SERVER);
    }

    public ServerOptions withLimits(AssociationLimits other) {
        return new ServerOptions(bind, port, aeTitle, other, timeouts, threads);
    }

    public ServerOptions withTimeouts(AssociationTimeouts other) {
        return new ServerOptions(bind, port, aeTitle, limits, other, threads);
    }

    public ServerOptions withThreads(ThreadCounts other) {
        return new ServerOptions(bind, port, aeTitle, limits, timeouts, other);
    }
}
