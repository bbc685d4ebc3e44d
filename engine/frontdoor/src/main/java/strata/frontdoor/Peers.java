package strata.frontdoor;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import strata.base.AeTitle;

/** Who may open associations. */
public sealed interface Peers {
    /** What a peer may ask for; verification is open to every known peer. */
    enum Service {
        STORE,
        QUERY,
        RETRIEVE
    }

    /** Any AE title, from this machine only. */
    record AnyOnLoopback() implements Peers {}

    /** Only these AE titles, each from its hosts. */
    record Listed(Map<AeTitle, Peer> byTitle) implements Peers {
        public Listed {
            byTitle = Map.copyOf(byTitle);
        }
    }

    /**
     * @param hosts names or addresses; empty for any host
     * @param services what it may ask for
     */
    record Peer(Set<String> hosts, Set<Service> services) {
        public static final Set<Service> ALL = EnumSet.allOf(Service.class);

        public Peer {
            hosts = Set.copyOf(hosts);
            services = Set.copyOf(services);
        }
    }
}
