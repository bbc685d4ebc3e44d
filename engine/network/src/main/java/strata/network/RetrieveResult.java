package strata.network;

import strata.base.Uid;
import strata.network.dimse.Status;
import strata.network.dimse.SubOperations;

import java.util.List;

/**
 * How a C-GET or C-MOVE that we asked for ended.
 *
 * @param comment the peer's Error Comment, or empty
 * @param failed the peer's Failed SOP Instance UID List, as far as it has one
 */
public record RetrieveResult(
        Status status, SubOperations counts, String comment, List<Uid> failed) {}
