package strata.frontdoor;

import strata.base.AeTitle;
import strata.base.Uid;
import strata.base.tls.CertificateBinding;
import strata.base.tls.PeerCertificate;
import strata.frontdoor.identity.PatientIdentity;

import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Who may open associations. */
public sealed interface Peers {
    /** What a peer may ask for; verification is open to every known peer. */
    enum Service {
        STORE,
        FIND,
        MOVE,
        GET,
        COMMIT
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
     * @param storage in what it may send and be sent
     * @param associations most at a time, 0 for the server's own limit
     * @param associationsPerMinute most in a minute, 0 for no limit
     * @param certificates of which it must show one, over TLS; empty: plain TCP is taken too, and
     *     over TLS any trusted certificate
     * @param identity under which it gets instances of merged patients over its own association
     */
    record Peer(
            Predicate<InetAddress> mayComeFrom,
            Set<Service> services,
            Storage storage,
            int associations,
            int associationsPerMinute,
            Set<CertificateBinding> certificates,
            PatientIdentity identity) {
        public static final Set<Service> ALL = Set.of(Service.values());

        public Peer {
            services = Set.copyOf(services);
            certificates = Set.copyOf(certificates);
            if (associations < 0 || associationsPerMinute < 0) {
                throw new IllegalArgumentException("negative limit of associations");
            }
        }

        boolean isProvenBy(Optional<PeerCertificate> shown) {
            return certificates.isEmpty()
                    || shown.isPresent()
                            && certificates.stream().anyMatch(each -> each.fits(shown.get()));
        }

        /** Without further limits. */
        public Peer(Predicate<InetAddress> mayComeFrom, Set<Service> services) {
            this(mayComeFrom, services, Storage.ANY, 0, 0, Set.of());
        }

        /** Gets what was received. */
        public Peer(
                Predicate<InetAddress> mayComeFrom,
                Set<Service> services,
                Storage storage,
                int associations,
                int associationsPerMinute,
                Set<CertificateBinding> certificates) {
            this(
                    mayComeFrom,
                    services,
                    storage,
                    associations,
                    associationsPerMinute,
                    certificates,
                    PatientIdentity.RECEIVED);
        }
    }

    /**
     * Which objects.
     *
     * @param classes the SOP classes; empty for every storage class
     * @param syntaxes the transfer syntaxes; empty for every one that can be stored
     */
    record Storage(Optional<Set<Uid>> classes, Optional<Set<Uid>> syntaxes) {
        public static final Storage ANY = new Storage(Optional.empty(), Optional.empty());

        public Storage {
            classes = classes.map(Set::copyOf);
            syntaxes = syntaxes.map(Set::copyOf);
        }

        boolean takesClass(Uid sopClass) {
            return classes.isEmpty() || classes.get().contains(sopClass);
        }

        boolean takesSyntax(Uid syntax) {
            return syntaxes.isEmpty() || syntaxes.get().contains(syntax);
        }
    }
}
