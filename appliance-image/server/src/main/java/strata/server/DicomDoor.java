package strata.server;

import strata.base.AeTitle;
import strata.base.Audit;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.Uid;
import strata.base.tls.TlsContext;
import strata.catalog.SeriesKey;
import strata.catalog.VersionEntry;
import strata.frontdoor.ColdInstances;
import strata.frontdoor.Destination;
import strata.frontdoor.Destinations;
import strata.frontdoor.FindDoor;
import strata.frontdoor.ForwardInstances;
import strata.frontdoor.PeerPolicy;
import strata.frontdoor.Peers;
import strata.frontdoor.RecallWait;
import strata.frontdoor.RetrieveDoor;
import strata.frontdoor.StoreDoor;
import strata.frontdoor.availability.AvailabilityNotifier;
import strata.frontdoor.availability.NotificationOptions;
import strata.frontdoor.availability.WaitingFile;
import strata.frontdoor.commitment.CommitmentDoor;
import strata.frontdoor.commitment.CommitmentOptions;
import strata.frontdoor.commitment.CommitmentProvider;
import strata.frontdoor.commitment.CommitmentUser;
import strata.frontdoor.commitment.ReportRoute;
import strata.network.AssociationLimits;
import strata.network.AssociationTimeouts;
import strata.network.DimseClient;
import strata.network.DimseServer;
import strata.network.DimseServices;
import strata.network.ServerOptions;
import strata.network.TlsListener;
import strata.network.TlsPeer;
import strata.server.configuration.CommitmentSettings;
import strata.server.configuration.Configuration;
import strata.server.configuration.DestinationSettings;
import strata.server.configuration.DicomSettings;
import strata.server.configuration.HostPattern;
import strata.server.configuration.PeerService;
import strata.store.Store;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The DICOM door of a site: its services, who may use them, and what it sends by itself. */
final class DicomDoor implements Closeable {
    private final Closing closing = new Closing();
    private final Destinations destinations;
    private final HostAddresses hosts;
    private final PeerPolicy policy;
    private final AvailabilityNotifier notifier;
    private final CommitmentProvider commitments;
    private final DimseServer server;
    private final ForwardInstances forward;
    private final Optional<TlsContext> tls;

    /**
     * @param cold asked for what cannot be read now
     * @param accessed told the series of which a retrieve sent something
     */
    static DicomDoor start(
            Configuration configuration,
            Site site,
            Optional<TlsContext> tls,
            ColdInstances cold,
            Consumer<Set<SeriesKey>> accessed,
            Metrics metrics,
            Audit audit)
            throws IOException {
        return new DicomDoor(configuration, site, tls, cold, accessed, metrics, audit);
    }

    private DicomDoor(
            Configuration configuration,
            Site site,
            Optional<TlsContext> tls,
            ColdInstances cold,
            Consumer<Set<SeriesKey>> accessed,
            Metrics metrics,
            Audit audit)
            throws IOException {
        DicomSettings settings = configuration.dicom();
        AeTitle own = configuration.aet();
        Store store = site.store();
        boolean running = false;
        this.tls = tls;
        try {
            destinations = new Destinations(destinations(settings));
            hosts = closing.add(new HostAddresses(InetAddress::getAllByName));
            policy = new PeerPolicy(own, peers(settings));
            DimseClient client = closing.addAuto(DimseClient.start(metrics));
            notifier = closing.add(AvailabilityNotifier.start(
                    store.catalog(),
                    own,
                    client,
                    notified(settings),
                    NotificationOptions.DEFAULT,
                    new WaitingFile(
                            new LocalDisk(),
                            site.directory().path().resolve("notifications"),
                            Clock.systemUTC()),
                    metrics));
            forward = new ForwardInstances(store, own, destinations, client, metrics);
            commitments = closing.add(CommitmentProvider.open(
                    new LocalDisk(),
                    site.directory().path().resolve("commitments"),
                    store,
                    site::deviceOf,
                    new ReportRoute(client, own, destinations::of),
                    commitmentOptions(configuration),
                    Clock.systemUTC(),
                    metrics,
                    audit));
            DimseServices services = DimseServices.of(
                            new StoreDoor(store, audit),
                            new FindDoor(
                                    store.catalog(), own, configuration.queries(), metrics, audit),
                            new RetrieveDoor(
                                    store,
                                    own,
                                    destinations,
                                    client,
                                    new RecallWait(cold, settings.recallWait()),
                                    policy::identityFor,
                                    accessed,
                                    metrics,
                                    audit))
                    .withNormalized(
                            new CommitmentDoor(commitments, new CommitmentUser(client, own)));
            server = closing.addAuto(
                    DimseServer.start(options(own, settings), policy, services, metrics, audit));
            running = true;
        } finally {
            if (!running) {
                closing.close();
            }
        }
    }

    private ServerOptions options(AeTitle own, DicomSettings settings) {
        AssociationLimits standard = AssociationLimits.DEFAULTS;
        ServerOptions plain = ServerOptions.of(
                        own, settings.listen().host(), settings.listen().port())
                .withLimits(standard.withMaxPduBytes(settings.maxPduBytes())
                        .withAssociations(
                                settings.associations(),
                                settings.associations(),
                                standard.connections()))
                .withTimeouts(AssociationTimeouts.DEFAULTS.withIdle(settings.idle()));
        return settings.tls()
                .map(at -> plain.withTls(new TlsListener(at.host(), at.port(), tls.orElseThrow())))
                .orElse(plain);
    }

    private static CommitmentOptions commitmentOptions(Configuration configuration) {
        CommitmentSettings settings = configuration.dicom().commitment();
        int usual = configuration.replication().sites().isEmpty() ? 1 : 2;
        CommitmentOptions standard = CommitmentOptions.DEFAULT;
        return standard.withCopies(settings.copies().orElse(usual), settings.patience())
                .withLimits(settings.references(), standard.maxPending());
    }

    /** Peers and destinations from now on; what is open or under way goes on as it was. */
    void reload(DicomSettings settings) {
        destinations.replace(destinations(settings));
        policy.replace(peers(settings));
        notifier.replace(notified(settings));
    }

    private Map<AeTitle, Destination> destinations(DicomSettings settings) {
        Map<AeTitle, Destination> all = new LinkedHashMap<>();
        settings.destinations().forEach((title, to) -> all.put(title, destination(title, to, tls)));
        return all;
    }

    static Destination destination(
            AeTitle title, DestinationSettings to, Optional<TlsContext> tls) {
        Optional<TlsPeer> proof = to.tls()
                ? Optional.of(new TlsPeer(tls.orElseThrow(), to.certificate()))
                : Optional.empty();
        return new Destination(
                title, to.at().host(), to.at().port(), to.associations(), proof, to.identity());
    }

    private List<Destination> notified(DicomSettings settings) {
        return destinations(settings).values().stream()
                .filter(to -> settings.destinations().get(to.aeTitle()).notified())
                .toList();
    }

    private Peers peers(DicomSettings settings) {
        if (!(settings.peers() instanceof strata.server.configuration.Peers.Listed listed)) {
            hosts.replace(Set.of());
            return new Peers.AnyOnLoopback();
        }
        hosts.replace(listed.peers().values().stream()
                .flatMap(peer -> peer.hosts().stream())
                .filter(HostPattern::isName)
                .map(HostPattern::host)
                .collect(Collectors.toSet()));
        Map<AeTitle, Peers.Peer> byTitle = new LinkedHashMap<>();
        listed.peers().forEach((title, peer) -> byTitle.put(title, peer(peer)));
        return new Peers.Listed(byTitle);
    }

    private Peers.Peer peer(strata.server.configuration.Peers.Peer peer) {
        return new Peers.Peer(
                address -> peer.hosts().stream().anyMatch(h -> h.matches(address, hosts::of)),
                peer.services().stream().map(DicomDoor::service).collect(Collectors.toSet()),
                new Peers.Storage(orAll(peer.sopClasses()), orAll(peer.transferSyntaxes())),
                peer.associations(),
                peer.associationsPerMinute(),
                peer.certificates(),
                peer.identity());
    }

    private static Optional<Set<Uid>> orAll(Set<Uid> listed) {
        return listed.isEmpty() ? Optional.empty() : Optional.of(listed);
    }

    private static Peers.Service service(PeerService service) {
        return switch (service) {
            case STORE -> Peers.Service.STORE;
            case FIND -> Peers.Service.FIND;
            case MOVE -> Peers.Service.MOVE;
            case GET -> Peers.Service.GET;
            case COMMIT -> Peers.Service.COMMIT;
        };
    }

    /** Sends instances to a destination because rules say so. */
    ForwardInstances.Outcome forward(
            AeTitle peer, List<VersionEntry> versions, BooleanSupplier stop) throws IOException {
        return forward.run(peer, versions, stop);
    }

    /** The port of associations over TLS. */
    OptionalInt tlsPort() {
        return server.tlsPort();
    }

    int port() {
        return server.port();
    }

    CommitmentProvider commitments() {
        return commitments;
    }

    @Override
    public void close() throws IOException {
        closing.close();
    }
}
