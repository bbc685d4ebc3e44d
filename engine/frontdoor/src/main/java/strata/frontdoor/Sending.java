package strata.frontdoor;

import strata.base.AeTitle;
import strata.network.RetrieveRequest;
import strata.network.StoreRequest;

import java.util.Optional;

/**
 * What instances are sent for.
 *
 * @param operation the value of the label of metrics
 * @param originator goes with each instance of a C-MOVE
 * @param isBack over the association of who asked: when it ends there is nobody left to tell
 */
record Sending(String operation, Optional<StoreRequest.MoveOriginator> originator, boolean isBack) {
    /** By a rule of this site. */
    static final Sending ROUTE = new Sending("ROUTE", Optional.empty(), false);

    static Sending of(AeTitle calling, RetrieveRequest request) {
        boolean moves = request.kind() == RetrieveRequest.Kind.MOVE;
        return new Sending(
                request.kind().name(),
                moves
                        ? Optional.of(new StoreRequest.MoveOriginator(calling, request.messageId()))
                        : Optional.empty(),
                !moves);
    }
}
