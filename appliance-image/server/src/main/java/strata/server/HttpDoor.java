package strata.server;

import strata.base.CredentialTime;
import strata.base.LocalDisk;
import strata.base.tls.TlsContext;
import strata.catalog.SeriesKey;
import strata.console.AdminApi;
import strata.console.MediaPages;
import strata.console.PolicyPages;
import strata.console.RoutePages;
import strata.console.ServerFacts;
import strata.console.integrity.IntegrityPages;
import strata.frontdoor.web.DicomWeb;
import strata.frontdoor.web.SpoolDirectory;
import strata.mover.RepairQueue;
import strata.mover.Scrub;
import strata.mover.Shred;
import strata.network.http.HttpLimits;
import strata.network.http.HttpOptions;
import strata.network.http.HttpServer;
import strata.network.http.HttpTls;
import strata.network.http.Router;
import strata.policy.lifecycle.patients.PatientBook;
import strata.server.configuration.AuthenticationSettings;
import strata.server.configuration.Configuration;
import strata.server.configuration.Endpoint;
import strata.server.configuration.HttpSettings;
import strata.telemetry.AuditTrail;
import strata.telemetry.PrometheusMetrics;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** All that is answered over HTTP: DICOMweb, the admin API, health and metrics. */
final class HttpDoor implements Closeable {
    private final Closing closing = new Closing();
    private final Configuration configuration;
    private final Parts parts;
    private final AdminApi api;
    private final Router router;
    private final HttpServer server;

    /**
     * What it gives access to.
     *
     * @param accessed told the series of which a retrieve sent something
     * @param health of each medium
     * @param reload reads the configuration again
     */
    record Parts(
            Site site,
            PolicyParts policies,
            MoverParts movers,
            Scrub scrub,
            RepairQueue repairs,
            OtherSites others,
            Sharing sharing,
            PatientBook patients,
            DicomDoor dicom,
            Optional<TlsContext> tls,
            CredentialTime credentialTime,
            Consumer<Set<SeriesKey>> accessed,
            Supplier<Map<String, String>> health,
            DicomRoutes.Reload reload,
            PrometheusMetrics metrics,
            AuditTrail audit) {}

    private HttpDoor(Configuration configuration, Parts parts) throws IOException {
        this.configuration = configuration;
        this.parts = parts;
        boolean running = false;
        try {
            api = adminApi();
            HttpAccess access = access();
            router = routes(access);
            server = closing.add(HttpServer.start(options(access), router, parts.metrics));
            running = true;
        } finally {
            if (!running) {
                closing.close();
            }
        }
    }

    /**
     * Starts it; on return it accepts.
     *
     * @throws strata.base.OperatorException when the port is taken
     */
    static HttpDoor start(Configuration configuration, Parts parts) throws IOException {
        return new HttpDoor(configuration, parts);
    }

    private Router routes(HttpAccess access) throws IOException {
        Router.Builder routes = Router.builder();
        new HealthRoutes(parts.health, parts.metrics).addTo(routes);
        access.addTo(routes);
        api.addTo(routes);
        new PolicyPages(parts.policies.rules()).addTo(routes);
        new RoutePages(parts.policies.routes()).addTo(routes);
        mediaPages().addTo(routes);
        integrityPages().addTo(routes);
        new PromoteRoutes(parts.sharing.purging()).addTo(routes);
        new DicomRoutes(parts.dicom.commitments()::transactions, parts.reload).addTo(routes);
        dicomWeb().addTo(routes);
        return routes.build();
    }

    private DicomWeb dicomWeb() throws IOException {
        Path directory = parts.site.directory().path();
        return new DicomWeb(
                parts.site.store(),
                configuration.aet(),
                configuration.queries(),
                closing.add(DicomWeb.openDescriptions(
                        directory.resolve("descriptions"), parts.metrics)),
                SpoolDirectory.open(
                        new LocalDisk(),
                        directory.resolve("spool"),
                        configuration.tiers().hot().reserveBytes()),
                parts.movers.cold(),
                configuration.http().identity(),
                parts.accessed,
                parts.metrics,
                parts.audit);
    }

    private HttpOptions options(HttpAccess access) {
        HttpSettings settings = configuration.http();
        HttpLimits limits = HttpLimits.DEFAULT
                .withConnections(settings.connections())
                .withWorkers(settings.workers());
        Endpoint listen = settings.listen();
        HttpOptions plain = new HttpOptions(listen.host(), listen.port(), limits, settings.cors())
                .withAccess(access.control());
        return settings.tls()
                .map(clients -> plain.withTls(new HttpTls(parts.tls.orElseThrow(), clients)))
                .orElse(plain);
    }

    private HttpAccess access() throws IOException {
        Optional<AuthenticationSettings> by = configuration.http().authentication();
        return by.isPresent()
                ? HttpAccess.of(
                        by.get(),
                        configuration.data(),
                        parts.site.store().catalog(),
                        parts.credentialTime,
                        parts.metrics,
                        parts.audit)
                : HttpAccess.open();
    }

    private ServerFacts facts() {
        String version = Appliance.class.getPackage().getImplementationVersion();
        return new ServerFacts(
                configuration.aet(),
                configuration.dicom().listen().host(),
                parts.dicom.port(),
                parts.dicom.tlsPort(),
                version == null ? "development" : version,
                Instant.now());
    }

    private AdminApi adminApi() {
        return new AdminApi(
                facts(),
                parts.site.store(),
                parts.site.tiers(),
                parts.scrub,
                parts.repairs,
                parts.movers.recalls(),
                parts.movers.moves(),
                parts.policies.lifecycle(),
                parts.others.senders(),
                parts.others.comparisons(),
                parts.site::tierFacts,
                parts.policies.keeping(),
                parts.patients);
    }

    private MediaPages mediaPages() {
        Site site = parts.site;
        Shred.Guard guard = study -> parts.policies.keeping().retention().forbids(study);
        Optional<Shred> shred = site.keys()
                .map(keys -> new Shred(site.store(), site.tiers(), keys, guard, parts.audit));
        return new MediaPages(site.store(), site.tiers(), site.keys(), shred);
    }

    private IntegrityPages integrityPages() {
        Site site = parts.site;
        return new IntegrityPages(
                facts(),
                site.store(),
                site.tiers(),
                parts.repairs,
                site.keys(),
                site.directory().path().resolve("integrity.key"),
                new AuditPeriod(parts.audit, configuration.audit().path()),
                parts.audit);
    }

    /** A scrub ended. */
    void scrubbed(long copies, long damaged) throws IOException {
        api.scrubbed(copies, damaged);
    }

    /** Every route, as {@code METHOD template}. */
    List<String> routes() {
        return router.routes();
    }

    InetSocketAddress address() {
        return server.address();
    }

    @Override
    public void close() throws IOException {
        closing.close();
    }
}
