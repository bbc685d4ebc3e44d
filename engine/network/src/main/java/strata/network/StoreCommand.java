package strata.network;

import strata.base.Uid;
import strata.network.dimse.Priority;

import java.util.Optional;

/**
 * A C-STORE request to be sent.
 *
 * @param transferSyntax of the data set as the source gives it; a context with it is used
 */
public record StoreCommand(
        Uid sopClass,
        Uid sopInstance,
        Uid transferSyntax,
        Priority priority,
        Optional<StoreRequest.MoveOriginator> moveOriginator) {
    public static StoreCommand of(Uid sopClass, Uid sopInstance, Uid transferSyntax) {
        return new StoreCommand(
                sopClass, sopInstance, transferSyntax, Priority.MEDIUM, Optional.empty());
    }

    public StoreCommand onBehalfOf(StoreRequest.MoveOriginator originator) {
        return new StoreCommand(
                sopClass, sopInstance, transferSyntax, priority, Optional.of(originator));
    }
}
