package strata.network;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.AeTitle;
import strata.base.Audit;
import strata.base.Printable;
import strata.network.pdu.AssociateAc;
import strata.network.pdu.AssociateRj;
import strata.network.pdu.AssociateRq;
import strata.network.pdu.ContextAnswer;
import strata.network.pdu.PduLimits;
import strata.network.pdu.RejectReason;
import strata.network.pdu.UserIdentity;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** The acceptor's side: checks a request, asks the policy, keeps the counts and the audit trail. */
final class AcceptorRole implements SessionRole {
    private static final Logger LOG = LoggerFactory.getLogger(AcceptorRole.class);

    /** Refused contexts that one line of the log names. */
    private static final int MAX_EXPLAINED = 8;

    /** What all associations of a server share. */
    record Shared(
            AssociationPolicy policy,
            DimseServices services,
            AssociationCounts counts,
            AtomicLong ids,
            Audit audit,
            Consumer<Session> gone) {}

    private final Session session;
    private final Shared shared;
    private String peerName = "(unknown)";
    private AeTitle counted;
    private boolean over;

    AcceptorRole(Session session, Shared shared) {
        this.session = session;
        this.shared = shared;
    }

    @Override
    public void associateIndication(AssociateRq request) {
        peerName = Printable.of(request.callingAe());
        Optional<AssociationPolicy.Reject> refusal = refusalByForm(request);
        if (refusal.isPresent()) {
            reject(request, refusal.get());
            return;
        }
        AssociationRequest asked = new AssociationRequest(
                new AeTitle(request.calledAe()),
                new AeTitle(request.callingAe()),
                (InetSocketAddress) session.channel().remoteAddress(),
                request,
                ChannelTls.peer(session.channel()));
        AssociationPolicy.Decision decision;
        try {
            decision = shared.policy().decide(asked);
        } catch (RuntimeException e) {
            LOG.error("association policy failed", e);
            decision = new AssociationPolicy.Reject(
                    RejectReason.TEMPORARY_CONGESTION, "policy failed");
        }
        if (decision instanceof AssociationPolicy.Reject reject) {
            reject(request, reject);
        } else if (decision instanceof AssociationPolicy.Accept accept) {
            accept(asked, accept);
        }
    }

    /** What no policy may accept. */
    private static Optional<AssociationPolicy.Reject> refusalByForm(AssociateRq request) {
        if (!AssociateRq.DICOM_APPLICATION_CONTEXT.equals(request.applicationContext())) {
            return refusal(RejectReason.APPLICATION_CONTEXT_NOT_SUPPORTED, "application context");
        }
        if (!isAeTitle(request.callingAe())) {
            return refusal(RejectReason.CALLING_AE_NOT_RECOGNIZED, "not an AE title");
        }
        if (!isAeTitle(request.calledAe())) {
            return refusal(RejectReason.CALLED_AE_NOT_RECOGNIZED, "not an AE title");
        }
        long peerMax = request.user().maxLength();
        if (peerMax != 0 && peerMax < PduLimits.MIN_PEER_MAX_LENGTH) {
            return refusal(RejectReason.ACSE_NO_REASON_GIVEN, "maximum length of " + peerMax);
        }
        int identityBytes =
                request.user().identity().map(UserIdentity::lengthBytes).orElse(0);
        if (identityBytes > PduLimits.MAX_USER_IDENTITY_BYTES) {
            return refusal(
                    RejectReason.ACSE_NO_REASON_GIVEN,
                    "user identity of " + identityBytes + " bytes");
        }
        return Optional.empty();
    }

    private static Optional<AssociationPolicy.Reject> refusal(RejectReason reason, String why) {
        return Optional.of(new AssociationPolicy.Reject(reason, why));
    }

    private static boolean isAeTitle(String text) {
        try {
            return !new AeTitle(text).value().isEmpty();
        } catch (IllegalArgumentException expected) {
            return false;
        }
    }

    private void accept(AssociationRequest asked, AssociationPolicy.Accept decision) {
        Optional<RejectReason> full = enter(asked.calling(), decision.associations());
        if (full.isPresent()) {
            reject(asked.pdu(), new AssociationPolicy.Reject(full.get(), "too many associations"));
            return;
        }
        AssociateAc answer = Negotiation.accept(asked.pdu(), decision, session.limits());
        AssociationInfo info = Negotiation.agreed(
                shared.ids().incrementAndGet(),
                asked.pdu(),
                answer,
                asked.peer(),
                asked.pdu().user());
        session.associated(info, info.window().performed(), info.window().invoked());
        LOG.debug("{} accepted", info);
        explainRefusals(info, asked.pdu(), answer);
        session.upper().associateResponse(answer);
    }

    /** One line that says which contexts were refused and why; the peer is told only a number. */
    private static void explainRefusals(
            AssociationInfo info, AssociateRq request, AssociateAc answer) {
        StringJoiner refused = new StringJoiner(", ");
        int count = 0;
        for (ContextAnswer each : answer.contexts()) {
            if (each.accepted()) {
                continue;
            }
            if (count++ < MAX_EXPLAINED) {
                refused.add(abstractSyntax(request, each.id()) + " " + each.result());
            }
        }
        if (count > 0) {
            LOG.info("{}: {} contexts refused: {}", info, count, refused);
        }
    }

    private static String abstractSyntax(AssociateRq request, int contextId) {
        return request.contexts().stream()
                .filter(each -> each.id() == contextId)
                .map(each -> each.abstractSyntax().value())
                .findFirst()
                .orElse("?");
    }

    private synchronized Optional<RejectReason> enter(AeTitle calling, int most) {
        if (over) {
            return Optional.empty();
        }
        Optional<RejectReason> full = shared.counts().enter(calling, most);
        if (full.isEmpty()) {
            counted = calling;
        }
        return full;
    }

    private synchronized void leave() {
        over = true;
        if (counted != null) {
            shared.counts().leave(counted);
            counted = null;
        }
    }

    private void reject(AssociateRq request, AssociationPolicy.Reject decision) {
        String why = decision.reason() + ": " + decision.why();
        LOG.info("{} from {} rejected: {}", request, session.channel().remoteAddress(), why);
        session.metrics().rejected(decision.reason());
        shared.audit()
                .record(
                        Audit.Action.ASSOCIATION_REJECTED,
                        Audit.Outcome.REFUSED,
                        peerName,
                        Map.of(
                                "called", Printable.of(request.calledAe()),
                                "peer", String.valueOf(session.channel().remoteAddress()),
                                "reason", decision.reason().name(),
                                "why", decision.why()));
        session.end(AssociationEnd.REJECTED, why);
        session.upper().associateResponse(decision.reason());
    }

    @Override
    public void associateConfirmation(AssociateAc accept) {
        throw new IllegalStateException("an acceptor requests nothing");
    }

    @Override
    public void associateRejection(AssociateRj reject) {
        throw new IllegalStateException("an acceptor requests nothing");
    }

    @Override
    public DimseServices services() {
        return shared.services();
    }

    @Override
    public boolean endsWhenIdle() {
        return true;
    }

    @Override
    public void ended(AssociationEnd end, String why) {
        leave();
        Object who = session.info() != null ? session.info() : session.channel().remoteAddress();
        switch (end) {
            case RELEASED -> LOG.debug("{} released", who);
            case REJECTED -> LOG.debug("{} rejected", who);
            case ABORTED_BY_PEER, CONNECTION_LOST, SHUTDOWN, IDLE_TIMEOUT ->
                LOG.info("{} ended: {}, {}", who, end, why);
            case ABORTED_BY_PEER_PROVIDER,
                    PROTOCOL_ERROR,
                    HANDSHAKE_TIMEOUT,
                    TLS_FAILED,
                    TOO_SLOW,
                    DIMSE_TIMEOUT,
                    WRITE_STALL,
                    RELEASE_TIMEOUT,
                    ABORTED_LOCALLY -> {
                LOG.warn("{} ended: {}, {}", who, end, why);
                shared.audit()
                        .record(
                                Audit.Action.ASSOCIATION_ABORTED,
                                Audit.Outcome.FAILED,
                                peerName,
                                Map.of(
                                        "peer",
                                        String.valueOf(session.channel().remoteAddress()),
                                        "reason",
                                        end.name(),
                                        "why",
                                        Printable.of(why)));
            }
        }
    }

    @Override
    public void closed(AssociationEnd end) {
        if (session.info() != null) {
            shared.services().store().ifPresent(store -> store.ended(session.info()));
        }
        shared.gone().accept(session);
    }
}
