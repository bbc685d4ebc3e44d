package strata.server.configuration;

import strata.base.AeTitle;
import strata.base.Uid;
import strata.base.tls.CertificateBinding;
import strata.frontdoor.identity.PatientIdentity;

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
     * @param sopClasses storage classes that it may send and be sent; empty for all
     * @param transferSyntaxes of those; empty for all
     * @param associations most at a time, 0 for the limit of all
     * @param associationsPerMinute most in a minute, 0 for no limit
     * @param certificates of which it must show one over TLS; empty: it may come without
     * @param identity under which it gets instances of merged patients by C-GET
     */
    record Peer(
            List<HostPattern> hosts,
            Set<PeerService> services,
            Set<Uid> sopClasses,
            Set<Uid> transferSyntaxes,
            int associations,
            int associationsPerMinute,
            Set<CertificateBinding> certificates,
            PatientIdentity identity) {
        public Peer {
            hosts = List.copyOf(hosts);
            services = Set.copyOf(services);
            sopClasses = Set.copyOf(sopClasses);
            certificates = Set.copyOf(certificates);
            transferSyntaxes = Set.copyOf(transferSyntaxes);
            if (hosts.isEmpty() || services.isEmpty()) {
                throw new IllegalArgumentException("a peer has at least one host and one service");
            }
        }
    }
}
