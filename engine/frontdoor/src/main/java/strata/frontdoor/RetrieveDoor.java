package strata.frontdoor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.AeTitle;
import strata.base.Audit;
import strata.base.Metrics;
import strata.catalog.QueryLevel;
import strata.catalog.SeriesKey;
import strata.catalog.VersionEntry;
import strata.frontdoor.identity.Coercion;
import strata.frontdoor.identity.PatientIdentity;
import strata.network.AssociationException;
import strata.network.AssociationInfo;
import strata.network.DimseClient;
import strata.network.RetrieveOutcome;
import strata.network.RetrieveRequest;
import strata.network.RetrieveResponder;
import strata.network.RetrieveService;
import strata.network.dimse.DimseException;
import strata.network.dimse.Status;
import strata.store.Store;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * C-MOVE and C-GET as SCP, PS3.4 C.4.2 and C.4.3. An instance that cannot be sent fails alone and
 * is listed; the peer hears a pending response at least every second while something is sent, read
 * or waited for. What has to be brought back first is asked for and, up to a limit, waited for
 * ({@link RecallWait}): what can be read goes out before it. Thread-safe.
 */
public final class RetrieveDoor implements RetrieveService {
    private static final Logger LOG = LoggerFactory.getLogger(RetrieveDoor.class);

    /** How often the requester hears that its retrieve goes on. */
    private static final Duration PENDING_EVERY = Duration.ofSeconds(1);

    /** Instances that are read ahead at a time, over all retrieves; they wait for the disk. */
    private static final int READERS = 8;

    /** Pooled memory of what is read ahead, over all retrieves. */
    private static final long READ_AHEAD_BYTES = 48L << 20;

    private final Store store;
    private final AeTitle own;
    private final Destinations destinations;
    private final DimseClient client;
    private final RecallWait wait;
    private final Consumer<Set<SeriesKey>> accessed;
    private final Audit audit;
    private final RetrieveMeters meters;
    private final Coercion coercion;
    private final Function<AeTitle, PatientIdentity> identityOfPeer;
    private final ScheduledExecutorService pendings = KeepAlive.timer();
    private final ReadAhead.Readers readers =
            ReadAhead.Readers.start("read-ahead", READERS, READ_AHEAD_BYTES);

    /**
     * @param wait for what has to be brought back first
     * @param identityOfPeer under which who asks by C-GET gets instances of merged patients
     * @param accessed told the series of which a retrieve sent something
     */
    public RetrieveDoor(
            Store store,
            AeTitle own,
            Destinations destinations,
            DimseClient client,
            RecallWait wait,
            Function<AeTitle, PatientIdentity> identityOfPeer,
            Consumer<Set<SeriesKey>> accessed,
            Metrics metrics,
            Audit audit) {
        this.store = store;
        this.own = own;
        this.destinations = destinations;
        this.client = client;
        this.wait = wait;
        this.accessed = accessed;
        this.audit = audit;
        this.identityOfPeer = identityOfPeer;
        this.meters = new RetrieveMeters(metrics);
        this.coercion = new Coercion(store.catalog().patients()::get, own, metrics);
        metrics.gauge(
                "strata_retrieve_read_ahead_bytes",
                "Memory of instances that are read ahead, over all retrieves",
                readers::bytes);
        metrics.gauge(
                "strata_retrieve_waiting_requests",
                "C-MOVE and C-GET that wait for a recall",
                meters::waiting);
    }

    @Override
    public RetrieveOutcome retrieve(
            AssociationInfo association, RetrieveRequest request, RetrieveResponder responder)
            throws IOException {
        Models.Model model = Models.of(request.sopClass())
                .orElseThrow(() -> new DimseException(
                        Status.SOP_CLASS_NOT_SUPPORTED, "not a retrieve SOP class"));
        if (model.scope() != Models.Scope.MODEL
                && Identifiers.level(request.identifier()) != QueryLevel.IMAGE) {
            throw new DimseException(
                    Status.DOES_NOT_MATCH_SOP_CLASS, "this class retrieves at level IMAGE");
        }
        Selection selection = new Selection(store.catalog(), request.identifier());
        Selection.Extent extent = selection.measure();
        Sending sending = Sending.of(association.calling(), request);
        RetrieveProgress progress = new RetrieveProgress(extent.count());
        AwaitRecall recall = new AwaitRecall(wait, responder::cancelled, sending, meters);
        Job job = new Job(responder, model, sending, extent, progress, recall);
        KeepAlive alive = KeepAlive.start(pendings, responder, progress::counts, PENDING_EVERY);
        try {
            if (request.kind() == RetrieveRequest.Kind.GET) {
                Route back = Route.back(responder);
                PatientIdentity of = identityOfPeer.apply(association.calling());
                run(job, selection::forEach, walk -> send(job, walk, of, back, Optional.empty()));
            } else {
                Optional<Destination> to = request.moveDestination().flatMap(destinations::of);
                if (to.isEmpty()) {
                    LOG.info("{}: C-MOVE to an AE title that is no destination", association);
                    return RetrieveOutcome.of(Status.MOVE_DESTINATION_UNKNOWN);
                }
                if (extent.count() == 0) {
                    return RetrieveOutcome.of(Status.SUCCESS);
                }
                run(job, selection::forEach, walk -> move(job, walk, to.get()));
            }
            return ended(association, request, progress);
        } finally {
            alive.close();
        }
    }

    /** What one retrieve asks for, and how far it is. */
    private record Job(
            RetrieveResponder responder,
            Models.Model model,
            Sending sending,
            Selection.Extent extent,
            RetrieveProgress progress,
            AwaitRecall recall) {}

    /** Sends instances over a way of its own. */
    private interface Round {
        /** @throws DimseException when the destination cannot be reached; nothing was sent */
        void send(RunRetrieve.Walk walk) throws IOException;
    }

    /** Sends what can be read, then what was brought back meanwhile, as long as that is awaited. */
    private void run(Job job, RunRetrieve.Walk all, Round round) throws IOException {
        round.send(all);
        List<AwaitRecall.Aside> back = job.recall.next();
        while (!back.isEmpty()) {
            List<AwaitRecall.Aside> these = back;
            try {
                round.send(visitor -> visit(job, these, visitor));
            } catch (DimseException e) {
                // The destination took what came before, and cannot be reached any more.
                if (job.progress.nothingSent()) {
                    throw e;
                }
                these.forEach(each -> failed(job, each));
            }
            back = job.recall.next();
        }
        if (job.responder.cancelled()) {
            job.progress.cancelled();
        } else {
            job.recall.rest().forEach(each -> failed(job, each));
            job.progress.comment(job.recall.comment());
        }
    }

    private void failed(Job job, AwaitRecall.Aside instance) {
        job.progress.failed(instance.instance());
        meters.failed(job.sending.operation());
    }

    /** Instances as they are now: their copies have moved. */
    private void visit(Job job, List<AwaitRecall.Aside> instances, Selection.Visitor visitor)
            throws IOException {
        for (AwaitRecall.Aside each : instances) {
            Optional<VersionEntry> version =
                    store.catalog().version(each.id()).filter(v -> !v.state().isHidden());
            if (version.isEmpty()) {
                failed(job, each);
            } else if (!visitor.visit(version.get())) {
                return;
            }
        }
    }

    private void move(Job job, RunRetrieve.Walk walk, Destination to) throws IOException {
        // Opened for each round: no destination waits hours on an association without a word.
        try (MoveTargets targets = MoveTargets.open(client, own, to, job.extent)) {
            send(job, walk, to.identity(), targets.first(), Optional.of(targets));
        } catch (AssociationException e) {
            LOG.warn("C-MOVE to {}: {}", to.aeTitle(), e.getMessage());
            throw new DimseException(
                    Status.UNABLE_TO_PERFORM_SUBOPERATIONS, "destination cannot be reached", e);
        }
    }

    private void send(
            Job job,
            RunRetrieve.Walk walk,
            PatientIdentity identity,
            Route route,
            Optional<ParallelLanes.Further> further)
            throws IOException {
        Function<Route, Lane> laneOver =
                over -> new Lane(job.sending, over, job.progress, meters, job.recall::takes);
        Coercion applied = identity == PatientIdentity.CURRENT ? coercion : Coercion.NONE;
        ReadAhead.Opening opening = job.model.scope() == Models.Scope.WITHOUT_BULK_DATA
                ? (from, version, accepted) ->
                        WithoutBulkData.open(from, version, accepted, applied)
                : (from, version, accepted) ->
                        InstanceSource.open(from, version, accepted, applied);
        try (ReadAhead ahead = new ReadAhead(store, readers, opening)) {
            new RunRetrieve(job.responder::cancelled, route, job.progress)
                    .run(walk, ahead, laneOver, further);
        }
    }

    private RetrieveOutcome ended(
            AssociationInfo association, RetrieveRequest request, RetrieveProgress progress) {
        if (!progress.nothingSent()) {
            accessed.accept(progress.series());
        }
        audit.record(
                Audit.Action.INSTANCES_TRANSFERRED,
                progress.failures() == 0 ? Audit.Outcome.SUCCESS : Audit.Outcome.FAILED,
                association.calling().value(),
                Map.of(
                        "operation", request.kind().name(),
                        "studies", progress.studies().toString(),
                        "completed", Integer.toString(progress.sent()),
                        "failed", Integer.toString(progress.failures())));
        return progress.outcome();
    }
}
