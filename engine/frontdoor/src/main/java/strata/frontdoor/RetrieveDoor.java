package strata.frontdoor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.AeTitle;
import strata.base.Audit;
import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.VersionEntry;
import strata.network.AssociationException;
import strata.network.AssociationInfo;
import strata.network.DataSource;
import strata.network.DimseClient;
import strata.network.RetrieveOutcome;
import strata.network.RetrieveRequest;
import strata.network.RetrieveResponder;
import strata.network.RetrieveService;
import strata.network.StoreCommand;
import strata.network.StoreRequest;
import strata.network.dimse.DimseException;
import strata.network.dimse.Status;
import strata.network.dimse.SubOperations;
import strata.store.Store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * C-MOVE and C-GET as SCP, PS3.4 C.4.2 and C.4.3. An instance that cannot be sent fails alone and
 * is listed; the peer hears a pending response at least every second while something is sent.
 */
public final class RetrieveDoor implements RetrieveService {
    private static final Logger LOG = LoggerFactory.getLogger(RetrieveDoor.class);
    private static final long PENDING_EVERY_NANOS = 1_000_000_000;

    /** Failed UIDs that are listed; PS3.4 sets no bound, memory does. */
    private static final int MAX_FAILED_LISTED = 10_000;

    private final Store store;
    private final AeTitle own;
    private final Map<AeTitle, Destination> destinations;
    private final DimseClient client;
    private final Consumer<Uid> accessed;
    private final Audit audit;
    private final Metrics.Counter objects;
    private final Metrics.Counter bytes;

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
        this.objects = metrics.counter(
                "strata_retrieve_objects_total",
                        "Instances sent or failed, by operation and result",
                "operation", "result");
        this.bytes =
                metrics.counter("strata_retrieve_bytes_total", "Data set bytes sent", "operation");
    }

    /** The way to the receiver: the same association for C-GET, another one for C-MOVE. */
    private interface Route {
        List<Uid> syntaxes(Uid sopClass) throws IOException;

        Status send(StoreCommand command, DataSource source) throws IOException;

        boolean isOpen();
    }

    @Override
    public RetrieveOutcome retrieve(
            AssociationInfo association, RetrieveRequest request, RetrieveResponder responder)
            throws IOException {
        Selection selection = new Selection(store.catalog(), request.identifier());
        int total = selection.count();
        if (request.kind() == RetrieveRequest.Kind.GET) {
            return run(association, request, responder, selection, total, overSame(responder));
        }
        Destination destination =
                request.moveDestination().map(destinations::get).orElse(null);
        if (destination == null) {
            return RetrieveOutcome.of(Status.MOVE_DESTINATION_UNKNOWN);
        }
        if (total == 0) {
            return RetrieveOutcome.of(Status.SUCCESS);
        }
        Set<Selection.SentAs> kinds = selection.kinds();
        try (MoveTarget target = MoveTarget.open(client, own, destination, kinds)) {
            return run(association, request, responder, selection, total, over(target));
        } catch (AssociationException e) {
            LOG.warn("C-MOVE to {}: {}", destination.aeTitle(), e.getMessage());
            throw new DimseException(
                    Status.UNABLE_TO_PERFORM_SUBOPERATIONS, "destination cannot be reached", e);
        }
    }

    private static Route overSame(RetrieveResponder responder) {
        return new Route() {
            @Override
            public List<Uid> syntaxes(Uid sopClass) {
                return responder.transferSyntaxes(sopClass);
            }

            @Override
            public Status send(StoreCommand command, DataSource source) throws IOException {
                return responder.sendInstance(command, source);
            }

            @Override
            public boolean isOpen() {
                return true;
            }
        };
    }

    private static Route over(MoveTarget target) {
        return new Route() {
            @Override
            public List<Uid> syntaxes(Uid sopClass) {
                return target.syntaxes(sopClass);
            }

            @Override
            public Status send(StoreCommand command, DataSource source) throws IOException {
                return target.send(command, source);
            }

            @Override
            public boolean isOpen() {
                return target.isOpen();
            }
        };
    }

    private RetrieveOutcome run(
            AssociationInfo association,
            RetrieveRequest request,
            RetrieveResponder responder,
            Selection selection,
            int total,
            Route route)
            throws IOException {
        Progress progress = new Progress(total);
        long[] lastPending = {System.nanoTime()};
        selection.forEach(version -> {
            if (responder.cancelled()) {
                progress.cancelled = true;
                return false;
            }
            sendOne(association, request, version, route, progress);
            if (System.nanoTime() - lastPending[0] > PENDING_EVERY_NANOS) {
                responder.pending(progress.counts());
                lastPending[0] = System.nanoTime();
            }
            return true;
        });
        progress.studies.forEach(accessed);
        audit.record(
                Audit.Action.INSTANCES_TRANSFERRED,
                progress.failed == 0 ? Audit.Outcome.SUCCESS : Audit.Outcome.FAILED,
                association.calling().value(),
                Map.of(
                        "operation", request.kind().name(),
                        "studies", progress.studies.toString(),
                        "completed", Integer.toString(progress.completed + progress.warning),
                        "failed", Integer.toString(progress.failed)));
        return progress.outcome();
    }

    private void sendOne(
            AssociationInfo association,
            RetrieveRequest request,
            VersionEntry version,
            Route route,
            Progress progress)
            throws IOException {
        String operation = request.kind().name();
        Uid instance = version.key().instance();
        try (InstanceSource source =
                InstanceSource.open(store, version, route.syntaxes(version.sopClass()))) {
            StoreCommand command =
                    StoreCommand.of(version.sopClass(), instance, source.transferSyntax());
            if (request.kind() == RetrieveRequest.Kind.MOVE) {
                command = command.onBehalfOf(new StoreRequest.MoveOriginator(
                        association.calling(), request.messageId()));
            }
            Status status = route.send(command, source);
            progress.sent(version, status);
            objects.increment(operation, status.isDone() ? "sent" : "refused");
            bytes.add(source.lengthBytes(), operation);
        } catch (AssociationException e) {
            if (request.kind() == RetrieveRequest.Kind.GET
                    || !route.isOpen() && progress.nothingSent()) {
                throw e;
            }
            progress.failed(instance);
            objects.increment(operation, "failed");
        } catch (IOException e) {
            LOG.warn("{} of instance {} failed: {}", operation, instance, e.getMessage());
            progress.failed(instance);
            objects.increment(operation, "failed");
        }
    }

    /** Counts of one retrieve. */
    private static final class Progress {
        private final int total;
        private final List<Uid> failedInstances = new ArrayList<>();
        private final Set<Uid> studies = new java.util.LinkedHashSet<>();
        private int completed;
        private int failed;
        private int warning;
        private boolean cancelled;

        Progress(int total) {
            this.total = total;
        }

        void sent(VersionEntry version, Status status) {
            if (status.isSuccess()) {
                completed++;
            } else if (status.isDone()) {
                warning++;
            } else {
                failed(version.key().instance());
                return;
            }
            if (studies.size() < MAX_FAILED_LISTED) {
                studies.add(version.key().study());
            }
        }

        void failed(Uid instance) {
            failed++;
            if (failedInstances.size() < MAX_FAILED_LISTED) {
                failedInstances.add(instance);
            }
        }

        boolean nothingSent() {
            return completed + warning == 0;
        }

        SubOperations counts() {
            int done = completed + failed + warning;
            return new SubOperations(Math.max(0, total - done), completed, failed, warning);
        }

        RetrieveOutcome outcome() {
            Status status = Status.SUCCESS;
            if (cancelled) {
                status = Status.CANCEL;
            } else if (failed > 0) {
                status = nothingSent()
                        ? Status.UNABLE_TO_PERFORM_SUBOPERATIONS
                        : Status.SUBOPERATIONS_WITH_FAILURES;
            } else if (warning > 0) {
                status = Status.SUBOPERATIONS_WITH_FAILURES;
            }
            return new RetrieveOutcome(status, counts(), failedInstances);
        }
    }
}
