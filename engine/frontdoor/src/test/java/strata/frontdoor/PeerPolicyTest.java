package strata.frontdoor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import org.junit.jupiter.api.Test;

import strata.base.AeTitle;
import strata.base.Uid;
import strata.dicom.Part10;
import strata.dicom.SopClasses;
import strata.dicom.TransferSyntax;
import strata.network.AssociationPolicy;
import strata.network.AssociationRequest;
import strata.network.pdu.AssociateRq;
import strata.network.pdu.ContextAnswer;
import strata.network.pdu.ExtendedNegotiation;
import strata.network.pdu.ProposedContext;
import strata.network.pdu.RejectReason;
import strata.network.pdu.UserInformation;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Who is let in, and to what. */
final class PeerPolicyTest {
    private static final AeTitle OWN = Requester.OWN;
    private static final AeTitle PEER = Requester.CALLING;
    private static final Uid STUDY_FIND = new Uid("1.2.840.10008.5.1.4.1.2.2.1");
    private static final Uid JPIP = new Uid("1.2.840.10008.1.2.4.94");
    private static final String HERE = "127.0.0.1";
    private static final String ELSEWHERE = "192.0.2.7";

    private static AssociationPolicy.Decision decide(PeerPolicy policy) {
        return decide(policy, OWN, PEER, ELSEWHERE);
    }

    private static AssociationPolicy.Decision decide(
            Peers peers, AeTitle called, AeTitle calling, String from) {
        return decide(new PeerPolicy(OWN, peers), called, calling, from);
    }

    private static AssociationPolicy.Decision decide(
            PeerPolicy policy, AeTitle called, AeTitle calling, String from) {
        UserInformation user = UserInformation.of(
                16384, Part10.IMPLEMENTATION_CLASS_UID, Part10.IMPLEMENTATION_VERSION_NAME);
        AssociateRq pdu = new AssociateRq(
                AssociateRq.PROTOCOL_VERSION,
                called.value(),
                calling.value(),
                AssociateRq.DICOM_APPLICATION_CONTEXT,
                List.of(),
                user);
        return policy.decide(new AssociationRequest(
                called, calling, new InetSocketAddress(from, 4000), pdu, Optional.empty()));
    }

    private static AssociationPolicy.Accept accepted(Peers.Service... services) {
        return assertInstanceOf(
                AssociationPolicy.Accept.class,
                decide(listed(Set.of(services)), OWN, PEER, ELSEWHERE));
    }

    private static Peers listed(Set<Peers.Service> services) {
        return new Peers.Listed(Map.of(
                PEER,
                new Peers.Peer(address -> address.getHostAddress().equals(ELSEWHERE), services)));
    }

    private static void assertRejected(RejectReason reason, AssociationPolicy.Decision decision) {
        assertEquals(
                reason,
                assertInstanceOf(AssociationPolicy.Reject.class, decision).reason());
    }

    private static ContextAnswer.Result answer(
            AssociationPolicy.Accept accept, Uid sopClass, Uid... syntaxes) {
        return accept.contexts()
                .answer(new ProposedContext(1, sopClass, List.of(syntaxes)))
                .result();
    }

    @Test
    void onlyOurOwnTitleIsAnswered() {
        assertRejected(
                RejectReason.CALLED_AE_NOT_RECOGNIZED,
                decide(new Peers.AnyOnLoopback(), new AeTitle("OTHER"), PEER, HERE));
    }

    @Test
    void withoutAListEverybodyOnThisMachineAndNobodyElseIsLetIn() {
        assertInstanceOf(
                AssociationPolicy.Accept.class, decide(new Peers.AnyOnLoopback(), OWN, PEER, HERE));
        assertRejected(
                RejectReason.CALLING_AE_NOT_RECOGNIZED,
                decide(new Peers.AnyOnLoopback(), OWN, PEER, ELSEWHERE));
    }

    @Test
    void withAListATitleCountsOnlyFromItsHosts() {
        Peers peers = listed(Peers.Peer.ALL);
        assertInstanceOf(AssociationPolicy.Accept.class, decide(peers, OWN, PEER, ELSEWHERE));
        assertRejected(
                RejectReason.CALLING_AE_NOT_RECOGNIZED, decide(peers, OWN, PEER, "192.0.2.8"));
        assertRejected(
                RejectReason.CALLING_AE_NOT_RECOGNIZED,
                decide(peers, OWN, new AeTitle("STRANGER"), ELSEWHERE));
    }

    @Test
    void eachServiceIsOpenOnlyToWhomItIsGranted() {
        Map<Peers.Service, Uid> classes = Map.of(
                Peers.Service.STORE, SopClasses.CT_IMAGE,
                Peers.Service.FIND, STUDY_FIND,
                Peers.Service.MOVE, Requester.STUDY_MOVE,
                Peers.Service.GET, Requester.STUDY_GET);
        for (Peers.Service granted : Peers.Service.values()) {
            AssociationPolicy.Accept accept = accepted(granted);
            classes.forEach((service, sopClass) -> {
                // What a C-GET brings comes on contexts of its storage classes.
                boolean open = service == granted
                        || service == Peers.Service.STORE && granted == Peers.Service.GET;
                assertEquals(
                        open
                                ? ContextAnswer.Result.ACCEPTANCE
                                : ContextAnswer.Result.ABSTRACT_SYNTAX_NOT_SUPPORTED,
                        answer(accept, sopClass, Requester.EXPLICIT),
                        service + " for a peer with " + granted);
            });
            assertEquals(
                    ContextAnswer.Result.ACCEPTANCE,
                    answer(accept, SopClasses.VERIFICATION, Requester.IMPLICIT));
        }
    }

    @Test
    void theFirstSyntaxThatCanBeStoredIsTaken() {
        AssociationPolicy.Accept accept = accepted(Peers.Service.STORE);
        Uid jpeg = TransferSyntax.JPEG_2000.uid();
        ContextAnswer answer = accept.contexts()
                .answer(new ProposedContext(
                        3, SopClasses.CT_IMAGE, List.of(JPIP, jpeg, Requester.EXPLICIT)));
        assertEquals(Optional.of(jpeg), answer.transferSyntax());
        assertEquals(
                ContextAnswer.Result.TRANSFER_SYNTAXES_NOT_SUPPORTED,
                answer(accept, SopClasses.CT_IMAGE, JPIP));
    }

    private static AssociationPolicy.Accept accepted(Peers.Peer peer) {
        return assertInstanceOf(
                AssociationPolicy.Accept.class,
                decide(new Peers.Listed(Map.of(PEER, peer)), OWN, PEER, ELSEWHERE));
    }

    @Test
    void aPeerIsHeldToItsClassesAndSyntaxesAndToItsAssociations() {
        AssociationPolicy.Accept accept = accepted(new Peers.Peer(
                address -> true,
                Peers.Peer.ALL,
                new Peers.Storage(
                        Optional.of(Set.of(SopClasses.CT_IMAGE)),
                        Optional.of(Set.of(Requester.IMPLICIT))),
                3,
                0,
                Set.of()));
        assertEquals(3, accept.associations());
        assertEquals(
                ContextAnswer.Result.ACCEPTANCE,
                answer(accept, SopClasses.CT_IMAGE, Requester.EXPLICIT, Requester.IMPLICIT));
        assertEquals(
                ContextAnswer.Result.TRANSFER_SYNTAXES_NOT_SUPPORTED,
                answer(accept, SopClasses.CT_IMAGE, Requester.EXPLICIT));
        assertEquals(
                ContextAnswer.Result.ABSTRACT_SYNTAX_NOT_SUPPORTED,
                answer(accept, SopClasses.MR_IMAGE, Requester.IMPLICIT));
        assertEquals(
                ContextAnswer.Result.ACCEPTANCE, answer(accept, STUDY_FIND, Requester.EXPLICIT));
    }

    @Test
    void aMinutesWorthOfAssociationsFillsAgainEvenly() {
        long[] now = {0};
        Peers.Peer peer =
                new Peers.Peer(address -> true, Peers.Peer.ALL, Peers.Storage.ANY, 0, 2, Set.of());
        PeerPolicy policy = new PeerPolicy(OWN, new Peers.Listed(Map.of(PEER, peer)), () -> now[0]);
        assertInstanceOf(AssociationPolicy.Accept.class, decide(policy));
        assertInstanceOf(AssociationPolicy.Accept.class, decide(policy));
        assertRejected(RejectReason.TEMPORARY_CONGESTION, decide(policy));
        now[0] += 29_000_000_000L;
        assertRejected(RejectReason.TEMPORARY_CONGESTION, decide(policy));
        now[0] += 2_000_000_000L;
        assertInstanceOf(AssociationPolicy.Accept.class, decide(policy));
        assertRejected(RejectReason.TEMPORARY_CONGESTION, decide(policy));
    }

    @Test
    void whatIsReplacedCountsFromTheNextAssociationOn() {
        PeerPolicy policy = new PeerPolicy(OWN, listed(Peers.Peer.ALL));
        assertInstanceOf(AssociationPolicy.Accept.class, decide(policy));
        policy.replace(new Peers.Listed(Map.of()));
        assertRejected(RejectReason.CALLING_AE_NOT_RECOGNIZED, decide(policy));
        policy.replace(listed(Peers.Peer.ALL));
        assertInstanceOf(AssociationPolicy.Accept.class, decide(policy));
    }

    @Test
    void queriesComeInNativeSyntaxesOnly() {
        AssociationPolicy.Accept accept = accepted(Peers.Service.FIND);
        assertEquals(
                ContextAnswer.Result.TRANSFER_SYNTAXES_NOT_SUPPORTED,
                answer(accept, STUDY_FIND, TransferSyntax.JPEG_2000.uid()));
    }

    @Test
    void whatQueriesCanDoIsAgreedTo() {
        AssociationPolicy.Accept accept = accepted(Peers.Service.FIND);
        ExtendedNegotiation answer = accept.extended()
                .apply(new ExtendedNegotiation(STUDY_FIND, new byte[] {1, 0, 1}))
                .orElseThrow();
        assertArrayEquals(new byte[] {1, 0, 1}, answer.information());
        ExtendedNegotiation all = accept.extended()
                .apply(new ExtendedNegotiation(STUDY_FIND, new byte[] {1, 1, 2, 1, 1, 1, 1, 1}))
                .orElseThrow();
        assertArrayEquals(new byte[] {1, 1, 1, 1, 0, 1, 1}, all.information());
        ExtendedNegotiation retrieve = accept.extended()
                .apply(new ExtendedNegotiation(Requester.STUDY_GET, new byte[] {1, 1, 1}))
                .orElseThrow();
        assertArrayEquals(new byte[] {1, 0}, retrieve.information());
        assertEquals(
                Optional.empty(),
                accept.extended()
                        .apply(new ExtendedNegotiation(SopClasses.CT_IMAGE, new byte[] {1})));
        assertEquals(
                Optional.empty(),
                accept.extended().apply(new ExtendedNegotiation(STUDY_FIND, new byte[0])));
    }
}
