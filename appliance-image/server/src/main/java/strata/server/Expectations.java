package strata.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Audit;
import strata.base.Disk;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.Uid;
import strata.base.tls.TlsContext;
import strata.frontdoor.Destination;
import strata.hl7.AnswerMessages;
import strata.hl7.Hl7Limits;
import strata.hl7.Hl7Options;
import strata.hl7.MllpServer;
import strata.hl7.MllpTls;
import strata.mover.recall.RecallCause;
import strata.mover.recall.RecallQueue;
import strata.mover.recall.RecallRequest;
import strata.mover.recall.RecallState;
import strata.mover.recall.RecallTarget;
import strata.network.DimseClient;
import strata.policy.lifecycle.CatalogFacts;
import strata.policy.lifecycle.patients.PatientBook;
import strata.policy.prefetch.ActOnMessages;
import strata.policy.prefetch.AppointmentBook;
import strata.policy.prefetch.PatientStudies;
import strata.policy.prefetch.Prefetch;
import strata.policy.prefetch.PrefetchOptions;
import strata.policy.prefetch.QueryWorklist;
import strata.policy.prefetch.Recalls;
import strata.server.configuration.Configuration;
import strata.server.configuration.Hl7Settings;
import strata.server.configuration.HostPattern;
import strata.store.Store;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** What the site hears of its patients: the HL7 door, worklists, and what follows from them. */
final class Expectations implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Expectations.class);

    /** Files of the data directory. */
    static final String PATIENTS = "patients";

    static final String APPOINTMENTS = "appointments";

    private final Closing closing = new Closing();
    private final Configuration configuration;
    private final Store store;
    private final Metrics metrics;
    private final PatientBook patients;
    private final AppointmentBook appointments;
    private final Prefetch prefetch;
    private Optional<MllpServer> hl7 = Optional.empty();

    /** What this is made with beside the configuration. */
    record Parts(
            Site site,
            PolicyParts policies,
            RecallQueue recalls,
            Optional<TlsContext> tls,
            ScheduledExecutorService timer,
            Metrics metrics,
            Audit audit) {}

    /** Nothing listens and nothing is asked before {@link #start}. */
    static Expectations open(Configuration configuration, Parts parts) throws IOException {
        return new Expectations(configuration, parts);
    }

    private Expectations(Configuration configuration, Parts parts) throws IOException {
        this.configuration = configuration;
        this.store = parts.site.store();
        this.metrics = parts.metrics;
        Path directory = parts.site.directory().path();
        Disk disk = new LocalDisk();
        boolean open = false;
        try {
            patients = closing.add(PatientBook.open(
                    disk,
                    directory.resolve(PATIENTS),
                    store.catalog().patients()::set,
                    metrics,
                    parts.audit));
            appointments = closing.add(
                    AppointmentBook.open(disk, directory.resolve(APPOINTMENTS), metrics));
            CatalogFacts facts = new CatalogFacts(
                    store.catalog(),
                    parts.site::tierFacts,
                    parts.policies.keeping().book());
            PatientStudies studies = new PatientStudies(store.catalog(), facts);
            prefetch = new Prefetch(
                    appointments,
                    each -> studies.of(each.patient()),
                    parts.policies.lifecycle()::policy,
                    parts.site::tierFacts,
                    new Queued(parts.recalls),
                    configuration.prefetch().options(),
                    parts.timer,
                    metrics);
            open = true;
        } finally {
            if (!open) {
                closing.close();
            }
        }
    }

    private Instant now() {
        return store.time().now();
    }

    void start(Parts parts) throws IOException {
        if (configuration.hl7().isPresent()) {
            hl7 = Optional.of(closing.add(listen(configuration.hl7().get(), parts)));
        }
        PrefetchOptions options = configuration.prefetch().options();
        every(parts.timer, options.every(), () -> prefetch.run(now()));
        if (!configuration.prefetch().worklists().isEmpty()) {
            askWorklists(parts);
        }
    }

    private MllpServer listen(Hl7Settings settings, Parts parts) throws IOException {
        Hl7Limits limits =
                Hl7Limits.DEFAULT.withConnections(settings.connections(), settings.idle());
        ActOnMessages receiver = new ActOnMessages(
                patients, appointments, prefetch, configuration.prefetch().options(), this::now);
        AnswerMessages answers = new AnswerMessages(
                new Hl7Options(
                        configuration.aet().value().replaceAll("[^A-Za-z0-9_.-]", "_"),
                        settings.domain(),
                        settings.zone(),
                        limits),
                receiver,
                Clock.systemUTC(),
                metrics);
        HostAddresses names = closing.add(new HostAddresses(InetAddress::getAllByName));
        names.replace(settings.senders().stream()
                .filter(HostPattern::isName)
                .map(HostPattern::host)
                .collect(Collectors.toSet()));
        return MllpServer.start(
                new InetSocketAddress(
                        settings.listen().host(), settings.listen().port()),
                answers,
                from -> isSender(settings, from, names),
                settings.tls()
                        ? parts.tls.map(context -> new MllpTls(context, settings.certificates()))
                        : Optional.empty(),
                limits,
                metrics,
                parts.audit);
    }

    private static boolean isSender(Hl7Settings settings, InetAddress from, HostAddresses names) {
        return settings.senders().isEmpty()
                ? from.isLoopbackAddress()
                : settings.senders().stream().anyMatch(each -> each.matches(from, names::of));
    }

    private void askWorklists(Parts parts) throws IOException {
        DimseClient client = closing.addAuto(DimseClient.start(metrics));
        ZoneId zone = configuration.hl7().map(Hl7Settings::zone).orElse(ZoneId.systemDefault());
        configuration.prefetch().worklists().forEach((title, to) -> {
            Destination at = DicomDoor.destination(title, to, parts.tls);
            QueryWorklist query = new QueryWorklist(
                    client,
                    () -> at.request(configuration.aet()),
                    title.value(),
                    zone,
                    appointments,
                    prefetch,
                    configuration.prefetch().options(),
                    metrics);
            every(parts.timer, configuration.prefetch().ask(), () -> query.run(this::now));
        });
    }

    private static void every(ScheduledExecutorService timer, Duration pause, Runnable work) {
        timer.scheduleWithFixedDelay(
                () -> {
                    try {
                        work.run();
                    } catch (RuntimeException e) {
                        LOG.error("who is expected is looked at again later", e);
                    }
                },
                Math.min(1000, pause.toMillis()),
                pause.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** Which patients count as one. */
    PatientBook patients() {
        return patients;
    }

    /** Where HL7 messages are taken; empty: nowhere. */
    Optional<InetSocketAddress> hl7Address() {
        return hl7.map(MllpServer::address);
    }

    @Override
    public void close() throws IOException {
        closing.close();
    }

    /** The one queue of what comes back. */
    private record Queued(RecallQueue queue) implements Recalls {
        @Override
        public boolean ask(Uid study, Instant by) throws IOException {
            RecallRequest request = new RecallRequest(
                    RecallTarget.of(study), RecallCause.PREFETCH, Optional.of(by));
            return queue.ask(request).state() != RecallState.DONE;
        }

        @Override
        public void withdraw(Uid study) throws IOException {
            queue.withdraw(RecallTarget.of(study), RecallCause.PREFETCH);
        }
    }
}
