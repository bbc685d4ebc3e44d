package strata.network;

import strata.base.Uid;
import strata.network.dimse.Status;
import strata.network.dimse.SubOperations;

import java.util.List;

/**
 * How a C-GET or C-MOVE ended.
 *
 * @param failed SOP Instance UIDs for the Failed SOP Instance UID List
 */
public record RetrieveOutcome(Status status, SubOperations counts, List<Uid> failed) {
    public RetrieveOutcome {
        failed = List.copyOf(failed);
    }

    /** A refusal before anything was sent. */
    public static RetrieveOutcome of(Status status) {
        return new RetrieveOutcome(status, SubOperations.NONE, List.of());
    }
}
