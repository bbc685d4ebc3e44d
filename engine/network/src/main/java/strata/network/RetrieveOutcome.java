package strata.network;

import strata.base.Uid;
import strata.network.dimse.Status;
import strata.network.dimse.SubOperations;

import java.util.List;

/**
 * How a C-GET or C-MOVE ended.
 *
 * @param failed SOP Instance UIDs for the Failed SOP Instance UID List
 * @param comment for the Error Comment, cut to its 64 characters; empty for none
 */
public record RetrieveOutcome(
        Status status, SubOperations counts, List<Uid> failed, String comment) {
    public RetrieveOutcome {
        failed = List.copyOf(failed);
    }

    /** Without a comment. */
    public RetrieveOutcome(Status status, SubOperations counts, List<Uid> failed) {
        this(status, counts, failed, "");
    }

    /** A refusal before anything was sent. */
    public static RetrieveOutcome of(Status status) {
        return new RetrieveOutcome(status, SubOperations.NONE, List.of());
    }
}
