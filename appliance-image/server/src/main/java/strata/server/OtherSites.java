package strata.server;

import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.tls.CertificateBinding;
import strata.base.tls.TlsContext;
import strata.console.SiteComparisons;
import strata.replication.ChannelSecurity;
import strata.replication.KnownSites;
import strata.replication.ReceiverOptions;
import strata.replication.ReplicationChoice;
import strata.replication.ReplicationNetwork;
import strata.replication.ReplicationServer;
import strata.replication.SenderOptions;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Everything that ties this site to others: the door for them, senders, sources, comparisons. */
final class OtherSites implements Closeable {
    private final Closing closing = new Closing();
    private final List<SiteSender> senders = new ArrayList<>();
    private final SiteComparisons comparisons;
    private final Optional<ReplicationServer> server;

    private OtherSites(
            Configuration configuration, Store store, ChannelSecurity security, Metrics metrics)
            throws IOException {
        ReplicationSettings settings = configuration.replication();
        ReplicationNetwork network = closing.add(new ReplicationNetwork(security));
        SiteName self = new SiteName(store.site(), configuration.aet().value());
        StoreSink sink = new StoreSink(
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
            SiteSender sender = closing.add(SiteSender.of(
                    store,
                    address,
                    self,
                    ReplicationChoice.all(),
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
            Configuration configuration, Store store, Optional<TlsContext> tls, Metrics metrics)
            throws IOException {
        return new OtherSites(configuration, store, security(configuration, tls), metrics);
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
