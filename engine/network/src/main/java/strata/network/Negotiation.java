package strata.network;

import strata.base.AeTitle;
import strata.dicom.Part10;
import strata.network.pdu.AssociateAc;
import strata.network.pdu.AssociateRq;
import strata.network.pdu.AsyncWindow;
import strata.network.pdu.ContextAnswer;
import strata.network.pdu.ExtendedNegotiation;
import strata.network.pdu.PduLimits;
import strata.network.pdu.ProposedContext;
import strata.network.pdu.RoleSelection;
import strata.network.pdu.UserIdentity;
import strata.network.pdu.UserInformation;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes A-ASSOCIATE PDUs and reads what was agreed from them, PS3.7 annex D. */
final class Negotiation {
    private Negotiation() {}

    static AssociateRq request(RequestOptions options) {
        UserInformation user = new UserInformation(
                options.limits().maxPduBytes(),
                Optional.of(Part10.IMPLEMENTATION_CLASS_UID),
                Optional.of(Part10.IMPLEMENTATION_VERSION_NAME),
                options.window().equals(AsyncWindow.SYNCHRONOUS)
                        ? Optional.empty()
                        : Optional.of(options.window()),
                options.roles(),
                options.extended(),
                options.commonExtended(),
                options.identity(),
                Optional.empty());
        return new AssociateRq(
                AssociateRq.PROTOCOL_VERSION,
                options.called().value(),
                options.calling().value(),
                AssociateRq.DICOM_APPLICATION_CONTEXT,
                options.contexts(),
                user);
    }

    static AssociateAc accept(
            AssociateRq request, AssociationPolicy.Accept decision, AssociationLimits limits) {
        List<ContextAnswer> answers = new ArrayList<>();
        for (ProposedContext context : request.contexts()) {
            answers.add(decision.contexts().answer(context));
        }
        UserInformation proposed = request.user();
        List<ExtendedNegotiation> extended = new ArrayList<>();
        for (ExtendedNegotiation each : proposed.extended()) {
            decision.extended().apply(each).ifPresent(extended::add);
        }
        Optional<byte[]> identityResponse = proposed.identity()
                .filter(UserIdentity::responseRequested)
                .map(identity -> decision.identityResponse());
        UserInformation user = new UserInformation(
                limits.maxPduBytes(),
                Optional.of(Part10.IMPLEMENTATION_CLASS_UID),
                Optional.of(Part10.IMPLEMENTATION_VERSION_NAME),
                proposed.window()
                        .map(window -> new AsyncWindow(
                                AsyncWindow.smaller(window.invoked(), limits.performedWindow()),
                                window.performed())),
                proposed.roles(),
                extended,
                List.of(),
                Optional.empty(),
                identityResponse);
        return new AssociateAc(
                AssociateRq.PROTOCOL_VERSION,
                request.calledAe(),
                request.callingAe(),
                AssociateRq.DICOM_APPLICATION_CONTEXT,
                answers,
                user);
    }

    /** What both PDUs together agree on; the same on both sides but for who is the peer. */
    static AssociationInfo agreed(
            long id,
            AssociateRq request,
            AssociateAc accept,
            InetSocketAddress peer,
            UserInformation ofPeer) {
        return new AssociationInfo(
                id,
                new AeTitle(request.callingAe()),
                new AeTitle(request.calledAe()),
                peer,
                contexts(request, accept),
                accept.user().window().orElse(AsyncWindow.SYNCHRONOUS),
                request.user(),
                accept.user(),
                peerMaxLength(ofPeer));
    }

    /** 0 means that the peer sets no limit; then our own largest is taken. */
    private static int peerMaxLength(UserInformation user) {
        long length = user.maxLength();
        return (int)
                (length == 0
                        ? PduLimits.DEFAULT_MAX_LENGTH
                        : Math.min(length, PduLimits.MAX_MAX_LENGTH));
    }

    private static List<AcceptedContext> contexts(AssociateRq request, AssociateAc accept) {
        Map<Integer, ProposedContext> proposed = new HashMap<>();
        request.contexts().forEach(each -> proposed.put(each.id(), each));
        List<AcceptedContext> contexts = new ArrayList<>();
        for (ContextAnswer answer : accept.contexts()) {
            ProposedContext context = proposed.get(answer.id());
            if (context == null || answer.transferSyntax().isEmpty()) {
                continue;
            }
            // Without role selection the requestor is SCU and the acceptor SCP, PS3.7 D.3.3.4.
            RoleSelection role = accept.user()
                    .roleFor(context.abstractSyntax())
                    .filter(each ->
                            request.user().roleFor(context.abstractSyntax()).isPresent())
                    .orElse(new RoleSelection(context.abstractSyntax(), true, false));
            contexts.add(new AcceptedContext(
                    answer.id(),
                    context.abstractSyntax(),
                    answer.transferSyntax().get(),
                    role.scu(),
                    role.scp()));
        }
        return contexts;
    }
}
