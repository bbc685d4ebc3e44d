package strata.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.ObjectId;
import strata.base.tls.CertificateBinding;
import strata.base.tls.TlsContext;
import strata.console.SiteComparisons;
import strata.policy.lifecycle.ReplicationRules;
import strata.replication.ChannelSecurity;
import strata.replication.KnownSites;
import strata.replication.NoteRounds;
import strata.replication.Notes;
import strata.replication.ReceiverOptions;
import strata.replication.ReplicationChoice;
import strata.replication.ReplicationNetwork;
import strata.replication.ReplicationServer;
import strata.replication.SenderOptions;
import strata.replication.SenderStatus;
import strata.replication.SiteAddress;
import strata.replication.SiteName;
import strata.replication.SiteSender;
import strata.replication.SiteSource;
import strata.replication.Staging;
import strata.replication.StoreSink;
import strata.server.configuration.Configuration;
import strata.server.configuration.Endpoint;
import strata.server.configuration.ReplicationSettings;
import strata.server.configuration.ReplicationSettings.OtherSite;
import strata.store.Store;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Everything that ties this site to others: the door for them, senders, sources, comparisons. */
final class OtherSites implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(OtherSites.class);
    private static final Duration NOTES_EVERY = Duration.ofMinutes(1);
    private static final Duration NOTES_RETRY = Duration.ofSeconds(5);

    private final Closing closing = new Closing();
    private final List<SiteSender> senders = new ArrayList<>();
    private final SiteComparisons comparisons;
    private final Optional<ReplicationServer> server;
    private final List<SiteSource> sources = new ArrayList<>();
    private final StoreSink sink;
    private final Metrics metrics;

    private OtherSites(
            Configuration configuration,
            Store store,
            ChannelSecurity security,
            ReplicationRules rules,
            Metrics metrics)
            throws IOException {
        this.metrics = metrics;
        ReplicationSettings settings = configuration.replication();
        ReplicationNetwork network = closing.add(new ReplicationNetwork(security));
        SiteName self = new SiteName(store.site(), configuration.aet().value());
        sink = new StoreSink(
                store,
                new KnownSites(store.catalog(), List.copyOf(settings.sites().keySet())),
                Staging.open(new LocalDisk(), configuration.data().resolve("incoming")));
        if (settings.listen().isPresent()) {
            Endpoint listen = settings.listen().get();
            server = Optional.of(closing.add(ReplicationServer.start(
                    new InetSocketAddress(listen.host(), listen.port()),
                    self,
                    sink,
                    network,
                    ReceiverOptions.defaults(),
                    metrics)));
        } else {
            server = Optional.empty();
        }
        Map<String, SiteComparisons.Comparing> comparing = new LinkedHashMap<>();
        for (Map.Entry<String, OtherSite> each : settings.sites().entrySet()) {
            OtherSite site = each.getValue();
            SiteAddress address =
                    new SiteAddress(each.getKey(), site.at().host(), site.at().port());
            SiteSource source = closing.add(new SiteSource(address, self, store, network));
            store.addSource(source);
            sources.add(source);
            SiteSender sender = closing.add(SiteSender.of(
                    store,
                    address,
                    self,
                    choice(rules, each.getKey()),
                    network,
                    SenderOptions.defaults().withWire(site.rate(), site.compression()),
                    Clock.systemUTC(),
                    metrics));
            sender.start();
            senders.add(sender);
            comparing.put(each.getKey(), (mode, deep) -> source.compare(sink, sender, mode, deep));
        }
        comparisons = closing.add(new SiteComparisons(comparing, metrics));
    }

    /** @throws strata.base.OperatorException when the door for other sites cannot be opened */
    static OtherSites start(
            Configuration configuration,
            Store store,
            Optional<TlsContext> tls,
            ReplicationRules rules,
            Metrics metrics)
            throws IOException {
        return new OtherSites(configuration, store, security(configuration, tls), rules, metrics);
    }

    /** What cannot be told is sent: a copy more does no harm. */
    private static ReplicationChoice choice(ReplicationRules rules, String site) {
        return version -> {
            try {
                return rules.wants(version.key().study(), site);
            } catch (IOException | RuntimeException e) {
                LOG.warn(
                        "whether {} goes to {} is not known: {}", version.id(), site, e.toString());
                return true;
            }
        };
    }

    /** Shares these books with all sites from now on. */
    void share(Notes notes) {
        sink.share(notes);
        closing.add(new NoteRounds(sources, notes, NOTES_EVERY, NOTES_RETRY, metrics));
    }

    /**
     * Offers objects that the rules did not want at the site when they came. Those that their
     * sender is still to look at it offers by itself.
     */
    void offer(String site, List<ObjectId> objects) throws IOException {
        for (SiteSender sender : senders) {
            SenderStatus status = sender.status();
            if (status.site().equals(site) && status.backlogRecords() == 0 && !status.sweeping()) {
                sender.offerAgain(objects);
            }
        }
    }

    /** What all connections to and from other sites are inside of. */
    static ChannelSecurity security(Configuration configuration, Optional<TlsContext> tls) {
        Map<String, CertificateBinding> bindings = new HashMap<>();
        configuration
                .replication()
                .sites()
                .forEach((name, site) ->
                        site.certificate().ifPresent(binding -> bindings.put(name, binding)));
        return configuration.replication().tls()
                ? ChannelSecurity.tls(tls.orElseThrow(), bindings)
                : ChannelSecurity.none();
    }

    List<SiteSender> senders() {
        return senders;
    }

    SiteComparisons comparisons() {
        return comparisons;
    }

    /** Where other sites connect to, when they may. */
    Optional<InetSocketAddress> address() {
        return server.map(ReplicationServer::address);
    }

    @Override
    public void close() throws IOException {
        closing.close();
    }
}
