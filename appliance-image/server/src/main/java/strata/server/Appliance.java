package strata.server;

import strata.base.AeTitle;
import strata.base.Audit;
import strata.base.CredentialTime;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.ObjectId;
import strata.base.tls.TlsContext;
import strata.catalog.AccessLedger;
import strata.catalog.Location;
import strata.catalog.SeriesKey;
import strata.catalog.VersionEntry;
import strata.frontdoor.ForwardInstances;
import strata.mover.Repair;
import strata.mover.RepairQueue;
import strata.mover.Scrub;
import strata.mover.recall.RecallQueue;
import strata.policy.lifecycle.Lifecycle;
import strata.policy.lifecycle.routing.RouteQueue;
import strata.policy.lifecycle.routing.SendStudy;
import strata.replication.SiteSender;
import strata.server.configuration.Configuration;
import strata.store.DataDirectory;
import strata.store.Store;
import strata.telemetry.AuditOptions;
import strata.telemetry.AuditTrail;
import strata.telemetry.PrometheusMetrics;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A running Strata: every part made here, given to those that need it by constructor, and closed in
 * the opposite order.
 */
public final class Appliance implements Closeable {
    /** More than there are tasks of the timer beside worklists. */
    private static final int TIMED = 16;

    private static final String AUDIT = "audit";

    private final Closing closing = new Closing();
    private final Configuration configuration;
    private final PrometheusMetrics metrics = new PrometheusMetrics();
    private final AuditTrail audit;
    private final Site site;
    private final RepairQueue repairs;
    private final Scrub scrub;
    private final MoverParts movers;
    private final PolicyParts policies;
    private final Lifecycle lifecycle;
    private final OtherSites others;
    private final Sharing sharing;
    private final Expectations expectations;
    private final AccessLedger ledger;
    private final CredentialTime credentialTime = new CredentialTime(Clock.systemUTC());
    private final Optional<TlsContext> tls;
    private final DicomDoor dicom;
    private final Reloading reloading;
    private final HttpDoor http;

    /**
     * Starts everything; on return the doors accept.
     *
     * @throws strata.base.OperatorException when a port is taken, the directory is in use or not
     *     writable, or the policy has a mistake
     */
    public static Appliance start(Configuration configuration) throws IOException {
        return start(configuration, () -> configuration);
    }

    /** @param source where the configuration is read again, see {@link #reload} */
    static Appliance start(Configuration configuration, Reloading.Source source)
            throws IOException {
        return new Appliance(configuration, source);
    }

    private Appliance(Configuration configuration, Reloading.Source source) throws IOException {
        this.configuration = configuration;
        boolean running = false;
        try {
            // First of all: nothing of a directory in use by another process may be touched.
            DataDirectory directory = closing.add(Site.hold(configuration, new LocalDisk()));
            audit = openAudit();
            tls = openTls();
            site = closing.add(Site.open(directory, configuration, metrics, audit));
            Store store = site.store();
            credentialTime.follow(store.time()::now, store.time()::isDoubted);
            ledger = closing.add(
                    AccessLedger.open(store.catalog(), Site.catalogOptions(configuration)));
            scrub = new Scrub(store, site.tiers(), metrics);
            movers = closing.add(MoverParts.start(configuration, site, this::accessed, metrics));
            policies = PolicyParts.open(configuration, site, movers, outward(), metrics, audit);
            closing.add(policies.routed());
            others = closing.add(
                    OtherSites.start(configuration, store, tls, policies.replication(), metrics));
            repairs = startRepairs(store);
            ScheduledExecutorService timer = timer();
            lifecycle = closing.add(policies.lifecycle());
            Expectations.Parts parts = new Expectations.Parts(
                    site, policies, movers.recalls(), tls, timer, metrics, audit);
            expectations = closing.add(Expectations.open(configuration, parts));
            sharing = Sharing.start(
                    configuration,
                    store,
                    policies,
                    expectations.patients(),
                    others,
                    metrics,
                    audit);
            sharing.look(timer);
            upkeep().start(timer);
            dicom = closing.add(DicomDoor.start(
                    configuration, site, tls, movers.cold(), this::accessed, metrics, audit));
            closing.add(policies.routes());
            lifecycle.start(timer);
            expectations.start(parts);
            reloading = new Reloading(
                    source,
                    configuration,
                    dicom::reload,
                    next -> policies.rules().reload("operator", policies.names(next)),
                    tls,
                    metrics);
            showHealth();
            http = closing.add(HttpDoor.start(configuration, httpParts()));
            startScrubs(timer);
            started();
            running = true;
        } finally {
            if (!running) {
                closing.close();
            }
        }
    }

    private HttpDoor.Parts httpParts() {
        return new HttpDoor.Parts(
                site,
                policies,
                movers,
                scrub,
                repairs,
                others,
                sharing,
                expectations.patients(),
                dicom,
                tls,
                credentialTime,
                this::accessed,
                this::health,
                this::reload,
                metrics,
                audit);
    }

    private PolicyParts.Outward outward() {
        return new PolicyParts.Outward(this::offer, this::forward);
    }

    private void offer(String to, List<ObjectId> objects) throws IOException {
        others.offer(to, objects);
    }

    private SendStudy.Sent forward(String peer, List<VersionEntry> versions, BooleanSupplier stop)
            throws IOException {
        ForwardInstances.Outcome outcome = dicom.forward(new AeTitle(peer), versions, stop);
        return new SendStudy.Sent(
                outcome.taken(), outcome.later(), outcome.reached(), outcome.trouble());
    }

    private Upkeep upkeep() {
        PackUpkeep packs = PackUpkeep.of(site, movers, policies.keeping().retention(), metrics);
        policies.keeping().book().onChange(packs.lock()::ask);
        return new Upkeep(
                site.store(),
                policies.keeping(),
                ledger,
                packs,
                policies.routes(),
                sharing.purging()::isHere);
    }

    private RepairQueue startRepairs(Store store) throws IOException {
        Repair repair = new Repair(store, site.tiers(), metrics, audit);
        RepairQueue queue = closing.add(new RepairQueue(store, repair, metrics));
        queue.start();
        return queue;
    }

    private AuditTrail openAudit() throws IOException {
        return closing.add(AuditTrail.open(
                new LocalDisk(),
                configuration.audit().path(),
                new AuditOptions(
                        configuration.audit().rotateBytes(), AuditOptions.DEFAULT.queueLines()),
                Clock.systemUTC(),
                metrics));
    }

    private Optional<TlsContext> openTls() throws IOException {
        return configuration.tls().isPresent()
                ? Optional.of(
                        TlsContext.open("site", configuration.tls().get(), credentialTime, metrics))
                : Optional.empty();
    }

    private ScheduledExecutorService timer() {
        // A thread for each that may run at a time: a scrub takes days, a merge of packs hours, and
        // neither may keep a worklist from being asked or a certificate from being renewed.
        int most = TIMED + configuration.prefetch().worklists().size();
        ScheduledExecutorService timer = Executors.newScheduledThreadPool(most, work -> {
            Thread thread = new Thread(work, "strata-timer");
            thread.setDaemon(true);
            return thread;
        });
        closing.add(timer::shutdown);
        tls.ifPresent(each -> timer.scheduleWithFixedDelay(each::look, 1, 1, TimeUnit.HOURS));
        return timer;
    }

    private void accessed(Set<SeriesKey> series) {
        ledger.touch(series, Instant.now());
    }

    private void started() {
        policies.rules().started();
        audit.record(
                Audit.Action.APPLICATION_ACTIVITY,
                Audit.Outcome.SUCCESS,
                "server",
                Map.of("event", "start", "site", site.store().site().toString()));
    }

    private void startScrubs(ScheduledExecutorService timer) throws IOException {
        new ScrubSchedule(
                        site.store(),
                        scrub,
                        this::scrubbed,
                        configuration.scrubEvery(),
                        holders(),
                        metrics)
                .start(timer);
    }

    /** Of the copies that are verified here. */
    private List<String> holders() {
        List<String> out = new ArrayList<>(List.of(Location.HOT));
        site.tiers().all().forEach(tier -> out.add(Location.tier(tier.name())));
        return out;
    }

    private void scrubbed(long copies, long damaged) throws IOException {
        http.scrubbed(copies, damaged);
        audit.record(
                Audit.Action.APPLICATION_ACTIVITY,
                Audit.Outcome.SUCCESS,
                "scrub",
                Map.of(
                        "event",
                        AuditPeriod.SCRUB,
                        "copies",
                        Long.toString(copies),
                        "damaged",
                        Long.toString(damaged)));
    }

    private Map<String, String> health() {
        Map<String, String> out = site.health();
        out.put(AUDIT, audit.isFailing() ? "FAILED" : Site.AVAILABLE);
        return out;
    }

    private void showHealth() {
        for (String medium : health().keySet()) {
            metrics.gauge(
                    "strata_medium_available_state",
                    "1 while the medium serves, else 0.",
                    "medium",
                    medium,
                    () -> Site.AVAILABLE.equals(health().get(medium)) ? 1 : 0);
        }
    }

    /**
     * Reads the configuration again; DICOM peers and destinations apply at once.
     *
     * @return the keys whose change needs a restart
     * @throws strata.base.OperatorException when it has a mistake; nothing has changed then
     */
    public List<String> reload() throws IOException {
        return reloading.run();
    }

    public Configuration configuration() {
        return configuration;
    }

    public Site site() {
        return site;
    }

    public Lifecycle lifecycle() {
        return lifecycle;
    }

    public Scrub scrub() {
        return scrub;
    }

    /** What rules send to DICOM peers. */
    public RouteQueue routing() {
        return policies.routes();
    }

    /** What comes back to hot. */
    public RecallQueue recalls() {
        return movers.recalls();
    }

    public RepairQueue repairs() {
        return repairs;
    }

    Sharing sharing() {
        return sharing;
    }

    public List<SiteSender> senders() {
        return others.senders();
    }

    /** Metrics of this process's parts. */
    public Metrics metrics() {
        return metrics;
    }

    public int dicomPort() {
        return dicom.port();
    }

    /** Every route, as {@code METHOD template}. */
    List<String> routes() {
        return http.routes();
    }

    /** The port of DICOM over TLS, where it is configured. */
    public OptionalInt dicomTlsPort() {
        return dicom.tlsPort();
    }

    public InetSocketAddress httpAddress() {
        return http.address();
    }

    /** Where HL7 messages are taken, where they are. */
    public Optional<InetSocketAddress> hl7Address() {
        return expectations.hl7Address();
    }

    /** Where other sites connect to, when they may. */
    public Optional<InetSocketAddress> replicationAddress() {
        return others.address();
    }

    /** The line that says that the doors accept. */
    public String readyLine() {
        return "ready aet=" + configuration.aet()
                + " dicom=" + configuration.dicom().listen().host() + ":" + dicomPort()
                + (dicom.tlsPort().isPresent() ? " dicomTls=" + dicom.tlsPort().getAsInt() : "")
                + (configuration.http().tls().isPresent() ? " http=https://" : " http=http://")
                + configuration.http().listen().host() + ":"
                + httpAddress().getPort();
    }

    /** Stops the doors, then the work, then the site; what was acknowledged is durable already. */
    @Override
    public void close() throws IOException {
        closing.close();
    }
}
