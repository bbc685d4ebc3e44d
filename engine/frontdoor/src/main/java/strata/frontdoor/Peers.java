package strata.frontdoor;

import strata.base.AeTitle;

import java.net.InetAddress;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Who may open associations. */
public sealed interface Peers {
    /** What a peer may ask for; verification is open to every known peer. */
    enum Service {
        STORE,
        FIND,
        MOVE,
        GET
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
     * @param mayComeFrom whether it is its address
     * @param services what it may ask for
     */
    record Peer(Predicate<InetAddress> mayComeFrom, Set<Service> services) {
        public static final Set<Service> ALL = Set.of(Service.values());

        public Peer {
            services = Set.copyOf(services);
        }
    }
}
