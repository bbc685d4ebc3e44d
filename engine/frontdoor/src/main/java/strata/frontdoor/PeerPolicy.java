package strata.frontdoor;

import strata.base.AeTitle;
import strata.base.Uid;
import strata.dicom.SopClasses;
import strata.dicom.TransferSyntax;
import strata.frontdoor.identity.PatientIdentity;
import strata.network.AssociationPolicy;
import strata.network.AssociationRequest;
import strata.network.ContextPolicy;
import strata.network.pdu.RejectReason;

import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Accepts associations by the called title and the list of peers, and contexts by what they may do.
 * Thread-safe.
 */
public final class PeerPolicy implements AssociationPolicy {
    private static final Set<Uid> NATIVE = Set.of(
            TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN.uid(),
            TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN.uid(),
            TransferSyntax.EXPLICIT_VR_BIG_ENDIAN.uid(),
            TransferSyntax.DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN.uid());

    private final AeTitle own;
    private final AssociationRate rate;
    private volatile Peers peers;

    public PeerPolicy(AeTitle own, Peers peers) {
        this(own, peers, System::nanoTime);
    }

    PeerPolicy(AeTitle own, Peers peers, LongSupplier nanoTime) {
        this.own = own;
        this.peers = peers;
        this.rate = new AssociationRate(nanoTime);
    }

    /** From now on; associations that are open go on as they were accepted. */
    public void replace(Peers next) {
        peers = next;
        rate.clear();
    }

    /** Under which identity it gets instances of merged patients by C-GET. */
    public PatientIdentity identityFor(AeTitle calling) {
        return peers instanceof Peers.Listed listed && listed.byTitle().containsKey(calling)
                ? listed.byTitle().get(calling).identity()
                : PatientIdentity.RECEIVED;
    }

    @Override
    public Decision decide(AssociationRequest request) {
        if (!request.called().equals(own)) {
            return new Reject(RejectReason.CALLED_AE_NOT_RECOGNIZED, "unknown called AE title");
        }
        InetAddress address = request.peer().getAddress();
        if (peers instanceof Peers.Listed listed) {
            return decide(request, listed.byTitle().get(request.calling()), address);
        }
        if (!address.isLoopbackAddress()) {
            return new Reject(RejectReason.CALLING_AE_NOT_RECOGNIZED, "not from this machine");
        }
        return accept(new Peers.Peer(any -> true, Peers.Peer.ALL));
    }

    private Decision decide(AssociationRequest request, Peers.Peer peer, InetAddress address) {
        if (peer == null || !peer.mayComeFrom().test(address)) {
            return new Reject(
                    RejectReason.CALLING_AE_NOT_RECOGNIZED,
                    peer == null ? "unknown calling AE title" : "AE title from another host");
        }
        if (!peer.isProvenBy(request.certificate())) {
            // The same answer as to a stranger, who learns no titles by asking.
            return new Reject(
                    RejectReason.CALLING_AE_NOT_RECOGNIZED,
                    "not the certificate of this AE title: "
                            + request.certificate().map(Object::toString).orElse("none shown"));
        }
        int perMinute = peer.associationsPerMinute();
        if (perMinute > 0 && !rate.take(request.calling(), perMinute)) {
            return new Reject(
                    RejectReason.TEMPORARY_CONGESTION,
                    "more than " + perMinute + " associations in a minute");
        }
        return accept(peer);
    }

    private static Accept accept(Peers.Peer peer) {
        return Accept.of(ContextPolicy.firstAcceptable(sopClass -> syntaxes(sopClass, peer)))
                .withExtended(QueryNegotiation::answer)
                .withAssociations(peer.associations());
    }

    /** How one that nobody registered encodes its data is not known: only where it is listed. */
    private static boolean isStorable(Uid syntax, Peers.Storage storage) {
        return TransferSyntax.known(syntax)
                .map(TransferSyntax::isStorable)
                .orElse(storage.syntaxes().isPresent());
    }

    /** Which transfer syntaxes go with a SOP class, empty when it is not served to this peer. */
    private static Optional<Predicate<Uid>> syntaxes(Uid sopClass, Peers.Peer peer) {
        Set<Peers.Service> services = peer.services();
        if (sopClass.equals(Models.VERIFICATION)) {
            return Optional.of(NATIVE::contains);
        }
        Optional<Peers.Service> service = sopClass.equals(ServedClasses.STORAGE_COMMITMENT)
                ? Optional.of(Peers.Service.COMMIT)
                : Models.of(sopClass).map(model -> model.kind().service());
        if (service.isPresent()) {
            return services.contains(service.get())
                    ? Optional.of(NATIVE::contains)
                    : Optional.empty();
        }
        boolean maySend =
                services.contains(Peers.Service.STORE) || services.contains(Peers.Service.GET);
        Peers.Storage storage = peer.storage();
        if (maySend && SopClasses.isStorage(sopClass) && storage.takesClass(sopClass)) {
            return Optional.of(
                    syntax -> isStorable(syntax, storage) && storage.takesSyntax(syntax));
        }
        return Optional.empty();
    }
}
