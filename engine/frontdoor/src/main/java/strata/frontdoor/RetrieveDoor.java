package strata.frontdoor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.AeTitle;
import strata.base.Audit;
import strata.base.Metrics;
import strata.base.Uid;
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
import java.util.Map;
import java.util.function.Consumer;

/**
 * C-MOVE and C-GET as SCP, PS3.4 C.4.2 and C.4.3. An instance that cannot be sent fails alone and
 * is listed; the peer hears a pending response at least every second while something is sent or
 * read. Thread-safe.
 */
public final class RetrieveDoor implements RetrieveService {
    private static final Logger LOG = LoggerFactory.getLogger(RetrieveDoor.class);

    /** Instances that are read ahead at a time, over all retrieves; they wait for the disk. */
    private static final int READERS = 8;

    /** Pooled memory of what is read ahead, over all retrieves. */
    private static final long READ_AHEAD_BYTES = 48L << 20;

    private final Store store;
    private final AeTitle own;
    private final Map<AeTitle, Destination> destinations;
    private final DimseClient client;
    private final Consumer<Uid> accessed;
    private final Audit audit;
    private final RetrieveMeters meters;
    private final ReadAhead.Readers readers =
            ReadAhead.Readers.start("read-ahead", READERS, READ_AHEAD_BYTES);

    /** @param accessed told the study of each retrieve that sent something */
    public RetrieveDoor(
            Store store,
            AeTitle own,
            Map<AeTitle, Destination> destinations,
            DimseClient client,
            Consumer<Uid> accessed,
            Metrics metrics,
            Audit audit) {
        this.store = store;
        this.own = own;
        this.destinations = Map.copyOf(destinations);
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
        Selection selection = new Selection(store.catalog(), request.identifier());
        Selection.Extent extent = selection.measure();
        if (request.kind() == RetrieveRequest.Kind.GET) {
            Route back = Route.back(responder);
            return run(association, request, responder, selection, extent.count(), back);
        }
        Destination destination =
                request.moveDestination().map(destinations::get).orElse(null);
        if (destination == null) {
            return RetrieveOutcome.of(Status.MOVE_DESTINATION_UNKNOWN);
        }
        if (extent.count() == 0) {
            return RetrieveOutcome.of(Status.SUCCESS);
        }
        try (MoveTarget target = MoveTarget.open(client, own, destination, extent.kinds())) {
            return run(association, request, responder, selection, extent.count(), target);
        } catch (AssociationException e) {
            LOG.warn("C-MOVE to {}: {}", destination.aeTitle(), e.getMessage());
            throw new DimseException(
                    Status.UNABLE_TO_PERFORM_SUBOPERATIONS, "destination cannot be reached", e);
        }
    }

    private RetrieveOutcome run(
            AssociationInfo association,
            RetrieveRequest request,
            RetrieveResponder responder,
            Selection selection,
            int total,
            Route route)
            throws IOException {
        RetrieveProgress progress = new RetrieveProgress(total);
        try (ReadAhead ahead = new ReadAhead(store, readers)) {
            new RunRetrieve(association.calling(), request, responder, route, progress, meters)
                    .run(selection, ahead);
        }
        progress.studies().forEach(accessed);
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
