package strata.network;

import strata.base.AeTitle;
import strata.network.pdu.AsyncWindow;
import strata.network.pdu.UserIdentity;
import strata.network.pdu.UserInformation;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * What was negotiated.
 *
 * @param id counts the associations of this process, for logs
 * @param peer the other side's address
 * @param window as agreed, from the requestor's view
 * @param requested the requestor's user information: implementation, related general SOP classes
 * @param accepted the acceptor's user information: accepted extended negotiation
 * @param peerMaxPduBytes largest P-DATA-TF length that we send
 */
public record AssociationInfo(
        long id,
        AeTitle calling,
        AeTitle called,
        InetSocketAddress peer,
        List<AcceptedContext> contexts,
        AsyncWindow window,
        UserInformation requested,
        UserInformation accepted,
        int peerMaxPduBytes) {
    public AssociationInfo {
        contexts = List.copyOf(contexts);
    }

    public Optional<AcceptedContext> context(int contextId) {
        // For each message: without the iterator that a for-each loop makes.
        for (int i = 0; i < contexts.size(); i++) {
            if (contexts.get(i).id() == contextId) {
                return Optional.of(contexts.get(i));
            }
        }
        return Optional.empty();
    }

    /** The user identity that the requestor stated; whoever relies on it verifies it. */
    public Optional<UserIdentity> identity() {
        return requested.identity();
    }

    @Override
    public String toString() {
        return "association " + id + " " + calling + " to " + called + " at " + peer.getHostString()
                + ":" + peer.getPort();
    }
}
