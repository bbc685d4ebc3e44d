package strata.frontdoor;

import strata.base.AeTitle;
import strata.base.Uid;
import strata.dicom.SopClasses;
import strata.dicom.TransferSyntax;
import strata.network.AssociationPolicy;
import strata.network.AssociationRequest;
import strata.network.ContextPolicy;
import strata.network.pdu.RejectReason;

import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Accepts associations by the called title and the list of peers, and contexts by what they may do.
 */
public final class PeerPolicy implements AssociationPolicy {
    private static final Set<Uid> NATIVE = Set.of(
            TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN.uid(),
            TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN.uid(),
            TransferSyntax.EXPLICIT_VR_BIG_ENDIAN.uid(),
            TransferSyntax.DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN.uid());

    private final AeTitle own;
    private final Peers peers;

    public PeerPolicy(AeTitle own, Peers peers) {
        this.own = own;
        this.peers = peers;
    }

    @Override
    public Decision decide(AssociationRequest request) {
        if (!request.called().equals(own)) {
            return new Reject(RejectReason.CALLED_AE_NOT_RECOGNIZED, "unknown called AE title");
        }
        InetAddress address = request.peer().getAddress();
        if (peers instanceof Peers.Listed listed) {
            Peers.Peer peer = listed.byTitle().get(request.calling());
            if (peer == null || !peer.mayComeFrom().test(address)) {
                return new Reject(
                        RejectReason.CALLING_AE_NOT_RECOGNIZED,
                        peer == null ? "unknown calling AE title" : "AE title from another host");
            }
            return accept(peer.services());
        }
        if (!address.isLoopbackAddress()) {
            return new Reject(RejectReason.CALLING_AE_NOT_RECOGNIZED, "not from this machine");
        }
        return accept(Peers.Peer.ALL);
    }

    private static Accept accept(Set<Peers.Service> services) {
        return Accept.of(ContextPolicy.firstAcceptable(sopClass -> syntaxes(sopClass, services)))
                .withExtended(QueryNegotiation::answer);
    }

    /** Which transfer syntaxes go with a SOP class, empty when it is not served to this peer. */
    private static Optional<Predicate<Uid>> syntaxes(Uid sopClass, Set<Peers.Service> services) {
        if (sopClass.equals(Models.VERIFICATION)) {
            return Optional.of(NATIVE::contains);
        }
        Optional<Models.Model> model = Models.of(sopClass);
        if (model.isPresent()) {
            return services.contains(model.get().kind().service())
                    ? Optional.of(NATIVE::contains)
                    : Optional.empty();
        }
        boolean maySend =
                services.contains(Peers.Service.STORE) || services.contains(Peers.Service.GET);
        if (maySend && SopClasses.isStorage(sopClass)) {
            return Optional.of(syntax -> TransferSyntax.of(syntax).isStorable());
        }
        return Optional.empty();
    }
}
