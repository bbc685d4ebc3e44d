package strata.frontdoor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Audit;
import strata.network.AssociationInfo;
import strata.network.StoreCompletion;
import strata.network.StoreRequest;
import strata.network.StoreService;
import strata.network.StoreSink;
import strata.network.dimse.DimseException;
import strata.network.dimse.Status;
import strata.store.Ingest;
import strata.store.IngestRequest;
import strata.store.IngestResult;
import strata.store.RefusedObjectException;
import strata.store.Store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;

/**
 * C-STORE as SCP, PS3.4 B. Bytes go to the store as they come; 0000H is said after the durable
 * write. Other bytes under a known SOP Instance UID are kept beside the first; the configured
 * {@link strata.store.ConflictPolicy} decides what is answered.
 */
public final class StoreDoor implements StoreService {
    private static final Logger LOG = LoggerFactory.getLogger(StoreDoor.class);

    private final Store store;
    private final Audit audit;
    private final StoredSummary summary;

    public StoreDoor(Store store, Audit audit) {
        this.store = store;
        this.audit = audit;
        this.summary = new StoredSummary(audit);
    }

    @Override
    public StoreSink begin(AssociationInfo association, StoreRequest request) throws IOException {
        Ingest ingest = store.begin(new IngestRequest(
                request.sopClass(),
                request.sopInstance(),
                request.transferSyntax(),
                Optional.of(association.calling())));
        summary.begun(association);
        return new Sink(association, request, ingest);
    }

    @Override
    public void ended(AssociationInfo association) {
        summary.ended(association);
    }

    private final class Sink implements StoreSink {
        private final AssociationInfo association;
        private final StoreRequest request;
        private final Ingest ingest;

        Sink(AssociationInfo association, StoreRequest request, Ingest ingest) {
            this.association = association;
            this.request = request;
            this.ingest = ingest;
        }

        @Override
        public void write(ByteBuffer data) throws IOException {
            try {
                ingest.write(data);
            } catch (RefusedObjectException e) {
                throw refused(e);
            }
        }

        @Override
        public void complete(StoreCompletion completion) {
            try (Ingest closing = ingest) {
                IngestResult result = closing.commit();
                summary.stored(association, result.key().study());
                if (result.outcome() == IngestResult.Outcome.CONFLICT) {
                    conflict(completion);
                } else {
                    completion.done(Status.SUCCESS);
                }
            } catch (RefusedObjectException e) {
                note(e);
                completion.failed(refused(e));
            } catch (IOException e) {
                note(e);
                completion.failed(e);
            } catch (RuntimeException e) {
                LOG.error("{}: instance {} failed", association, request.sopInstance(), e);
                completion.failed(e);
            } finally {
                summary.answered(association);
            }
        }

        /** Both versions are durable whatever is said. */
        private void conflict(StoreCompletion completion) {
            switch (store.options().conflicts()) {
                case REFUSE ->
                    completion.done(
                            Status.DUPLICATE_SOP_INSTANCE,
                            "refused: instance is known with other bytes");
                case KEEP_ASIDE ->
                    completion.done(
                            Status.COERCION_OF_ELEMENTS,
                            "kept aside: instance is known with other bytes");
                case NEW_VERSION -> completion.done(Status.SUCCESS);
            }
        }

        private void note(IOException cause) {
            LOG.warn(
                    "{}: instance {} refused: {}",
                    association,
                    request.sopInstance(),
                    cause.getMessage());
            audit.record(
                    Audit.Action.INSTANCES_REFUSED,
                    Audit.Outcome.REFUSED,
                    association.calling().value(),
                    Map.of("instance", request.sopInstance().value()));
        }

        @Override
        public void abort() {
            try {
                ingest.close();
            } catch (IOException e) {
                LOG.warn(
                        "{}: an object that was given up did not close: {}",
                        association,
                        e.getMessage());
            } finally {
                summary.answered(association);
            }
        }
    }

    private static DimseException refused(RefusedObjectException e) {
        Status status = switch (e.reason()) {
            case MISMATCH, NO_IDENTITY, WRONG_DIGEST -> Status.DOES_NOT_MATCH_SOP_CLASS;
            case TOO_LARGE -> Status.OUT_OF_RESOURCES;
            case REJECTED -> Status.NOT_AUTHORIZED;
        };
        return new DimseException(status, e.getMessage(), e);
    }
}
