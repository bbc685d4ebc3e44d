package strata.server.configuration;

import strata.base.AeTitle;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which DICOM peers are answered. */
public sealed interface Peers {
    /** Any AE title, from this machine only. */
    record AnyOnLoopback() implements Peers {}

    /** The listed AE titles, each from its hosts and for its services. */
    record Listed(Map<AeTitle, Peer> peers) implements Peers {
        public Listed {
            peers = Map.copyOf(peers);
        }
    }

    /**
     * @param hosts at least one
     * @param services at least one
     */
    record Peer(List<HostPattern> hosts, Set<PeerService> services) {
        public Peer {
            hosts = List.copyOf(hosts);
            services = Set.copyOf(services);
            if (hosts.isEmpty() || services.isEmpty()) {
                throw new IllegalArgumentException("a peer has at least one host and one service");
            }
        }
    }
}
