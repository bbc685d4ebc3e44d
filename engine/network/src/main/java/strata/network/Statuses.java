package strata.network;

import strata.base.Fault;
import strata.base.StorageException;
import strata.base.StrataException;
import strata.network.dimse.DimseException;
import strata.network.dimse.Status;

/** The one place where exceptions of services become statuses. */
final class Statuses {
    /** A status and its comment. */
    record Answer(Status status, String comment) {}

    private Statuses() {}

    static Answer of(Exception e) {
        if (e instanceof DimseException refused) {
            return new Answer(refused.status(), refused.comment());
        }
        if (e instanceof StorageException storage) {
            return new Answer(Status.OUT_OF_RESOURCES, "storage " + storage.kind());
        }
        if (e instanceof StrataException fault && fault.fault() == Fault.PEER) {
            return new Answer(Status.CANNOT_UNDERSTAND, fault.getMessage());
        }
        return new Answer(Status.PROCESSING_FAILURE, "internal error");
    }
}
