package strata.network;

import strata.base.AeTitle;
import strata.network.pdu.ExtendedNegotiation;
import strata.network.pdu.RejectReason;

import java.util.Optional;
import java.util.function.Function;

/** Decides whether to accept an association; called on a worker, may block shortly; thread-safe. */
@FunctionalInterface
public interface AssociationPolicy {
    Decision decide(AssociationRequest request);

    /** Accept or reject. */
    sealed interface Decision permits Accept, Reject {}

    /**
     * @param associations of this calling AE title at a time, 0 for the server's own limit
     * @param extended the answer to each proposed extended negotiation; empty for none
     * @param identityResponse sent when the requestor asked for one with its identity
     */
    record Accept(
            ContextPolicy contexts,
            Function<ExtendedNegotiation, Optional<ExtendedNegotiation>> extended,
            byte[] identityResponse,
            int associations)
            implements Decision {
        /** Answers no extended negotiation. */
        public static Accept of(ContextPolicy contexts) {
            return new Accept(contexts, proposed -> Optional.empty(), new byte[0], 0);
        }

        public Accept withExtended(
                Function<ExtendedNegotiation, Optional<ExtendedNegotiation>> answer) {
            return new Accept(contexts, answer, identityResponse, associations);
        }

        public Accept withAssociations(int most) {
            return new Accept(contexts, extended, identityResponse, most);
        }
    }

    /** @param why for the audit trail */
    record Reject(RejectReason reason, String why) implements Decision {}

    /** Accepts everyone who calls us by the given title. */
    static AssociationPolicy calledAs(AeTitle own, ContextPolicy contexts) {
        return request -> request.called().equals(own)
                ? Accept.of(contexts)
                : new Reject(RejectReason.CALLED_AE_NOT_RECOGNIZED, "unknown called AE title");
    }
}
