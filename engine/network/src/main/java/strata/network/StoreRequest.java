package strata.network;

import strata.base.AeTitle;
import strata.base.Uid;
import strata.network.dimse.Priority;

import java.util.Optional;

/**
 * A C-STORE request, PS3.7 9.1.1.1.
 *
 * @param transferSyntax of the data set that follows: that of the presentation context
 * @param moveOriginator who asked for the C-MOVE that this belongs to
 */
public record StoreRequest(
        Uid sopClass,
        Uid sopInstance,
        Uid transferSyntax,
        Priority priority,
        Optional<MoveOriginator> moveOriginator) {
    /** The C-MOVE on whose behalf an object is sent. */
    public record MoveOriginator(AeTitle aeTitle, int messageId) {}
}
