package strata.frontdoor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.AeTitle;
import strata.base.Audit;
import strata.base.Metrics;
import strata.catalog.QueryLevel;
import strata.catalog.SeriesKey;
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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * C-MOVE and C-GET as SCP, PS3.4 C.4.2 and C.4.3. An instance that cannot be sent fails alone and
 * is listed; the peer hears a pending response at least every second while something is sent or
 * read. Thread-safe.
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
    private final Consumer<Set<SeriesKey>> accessed;
    private final Audit audit;
    private final RetrieveMeters meters;
    private final ScheduledExecutorService pendings = KeepAlive.timer();
    private final ReadAhead.Readers readers =
            ReadAhead.Readers.start("read-ahead", READERS, READ_AHEAD_BYTES);

    /** @param accessed told the series of which a retrieve sent something */
    public RetrieveDoor(
            Store store,
            AeTitle own,
            Destinations destinations,
            DimseClient client,
            Consumer<Set<SeriesKey>> accessed,
            Metrics metrics,
            Audit audit) {
        this.store = store;
        this.own = own;
        this.destinations = destinations;
        this.client = client;
        this.accessed = accessed;
        this.audit = audit;
        this.meters = new RetrieveMeters(metrics);
        metrics.gauge(
                "strata_retrieve_read_ahead_bytes",
                "Memory of instances that are read ahead, over all retrieves",
                readers::bytes);
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
        Job job = new Job(association, request, responder, model, selection, extent);
        RetrieveProgress progress = new RetrieveProgress(extent.count());
        KeepAlive alive = KeepAlive.start(pendings, responder, progress::counts, PENDING_EVERY);
        try {
            return request.kind() == RetrieveRequest.Kind.GET
                    ? run(job, progress, Route.back(responder), Optional.empty())
                    : move(job, progress);
        } finally {
            alive.close();
        }
    }

    /** What one retrieve asks for. */
    private record Job(
            AssociationInfo association,
            RetrieveRequest request,
            RetrieveResponder responder,
            Models.Model model,
            Selection selection,
            Selection.Extent extent) {}

    private RetrieveOutcome move(Job job, RetrieveProgress progress) throws IOException {
        Optional<Destination> destination =
                job.request().moveDestination().flatMap(destinations::of);
        if (destination.isEmpty()) {
            LOG.info("{}: C-MOVE to an AE title that is no destination", job.association());
            return RetrieveOutcome.of(Status.MOVE_DESTINATION_UNKNOWN);
        }
        if (job.extent().count() == 0) {
            return RetrieveOutcome.of(Status.SUCCESS);
        }
        Destination to = destination.get();
        try (MoveTargets targets = MoveTargets.open(client, own, to, job.extent())) {
            return run(job, progress, targets.first(), Optional.of(targets));
        } catch (AssociationException e) {
            LOG.warn("C-MOVE to {}: {}", to.aeTitle(), e.getMessage());
            throw new DimseException(
                    Status.UNABLE_TO_PERFORM_SUBOPERATIONS, "destination cannot be reached", e);
        }
    }

    private RetrieveOutcome run(
            Job job,
            RetrieveProgress progress,
            Route route,
            Optional<ParallelLanes.Further> further)
            throws IOException {
        AeTitle calling = job.association().calling();
        Sending sending = Sending.of(calling, job.request());
        Function<Route, Lane> laneOver = over -> new Lane(sending, over, progress, meters);
        ReadAhead.Opening opening = job.model().scope() == Models.Scope.WITHOUT_BULK_DATA
                ? WithoutBulkData::open
                : InstanceSource::open;
        Lane first = laneOver.apply(route);
        try (ReadAhead ahead = new ReadAhead(store, readers, opening)) {
            RunRetrieve retrieve = new RunRetrieve(job.responder()::cancelled, route, progress);
            if (further.isEmpty() || further.get().most() < 1) {
                retrieve.run(job.selection()::forEach, ahead, first);
            } else {
                try (ParallelLanes lanes = new ParallelLanes(first, further.get(), laneOver)) {
                    retrieve.run(job.selection()::forEach, ahead, lanes);
                }
            }
        }
        if (!progress.nothingSent()) {
            accessed.accept(progress.series());
        }
        audit.record(
                Audit.Action.INSTANCES_TRANSFERRED,
                progress.failures() == 0 ? Audit.Outcome.SUCCESS : Audit.Outcome.FAILED,
                calling.value(),
                Map.of(
                        "operation", job.request().kind().name(),
                        "studies", progress.studies().toString(),
                        "completed", Integer.toString(progress.sent()),
                        "failed", Integer.toString(progress.failures())));
        return progress.outcome();
    }
}
