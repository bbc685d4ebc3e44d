package strata.network.upper;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.network.pdu.Abort;
import strata.network.pdu.AbortReason;
import strata.network.pdu.AssociateAc;
import strata.network.pdu.AssociateRj;
import strata.network.pdu.AssociateRq;
import strata.network.pdu.Pdu;
import strata.network.pdu.PduEncoder;
import strata.network.pdu.PduException;
import strata.network.pdu.PduFramer;
import strata.network.pdu.PduListener;
import strata.network.pdu.RejectReason;
import strata.network.pdu.ReleaseRp;
import strata.network.pdu.ReleaseRq;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The upper layer protocol machine of PS3.8 9.2 for one transport connection. Primitives are issued
 * by the methods of that name, from any thread; P-DATA requests are written to the channel as
 * buffers that hold whole P-DATA-TF PDUs.
 */
public final class UpperLayer extends ChannelDuplexHandler implements PduListener {
    private static final Logger LOG = LoggerFactory.getLogger(UpperLayer.class);

    private final UpperLayerUser user;
    private final Optional<AssociateRq> request;
    private final Duration artimLimit;
    private final int maxLength;

    private ChannelHandlerContext ctx;
    private PduFramer framer;
    private volatile State state = State.STA_1;
    private ScheduledFuture<?> artim;
    private boolean bytesExpected;
    private volatile boolean artimExpired;
    /** Written on the event loop only. */
    private volatile long receivedBytes;

    private volatile long sentBytes;

    private UpperLayer(
            UpperLayerUser user,
            Optional<AssociateRq> request,
            Duration artimLimit,
            int maxLength) {
        this.user = user;
        this.request = request;
        this.artimLimit = artimLimit;
        this.maxLength = maxLength;
    }

    /** @param maxLength largest P-DATA-TF length to accept, in bytes */
    public static UpperLayer acceptor(UpperLayerUser user, Duration artimLimit, int maxLength) {
        return new UpperLayer(user, Optional.empty(), artimLimit, maxLength);
    }

    /** As above; sends the request once the connection is open. */
    public static UpperLayer requestor(
            UpperLayerUser user, AssociateRq request, Duration artimLimit, int maxLength) {
        return new UpperLayer(user, Optional.of(request), artimLimit, maxLength);
    }

    public State state() {
        return state;
    }

    /** Bytes received since the connection opened; readable from any thread. */
    public long receivedBytes() {
        return receivedBytes;
    }

    public long sentBytes() {
        return sentBytes;
    }

    /** Whether part of a PDU has arrived; on the event loop only. */
    public boolean insidePdu() {
        return !framer.betweenPdus();
    }

    /** Whether a wait that ARTIM guards ran out. */
    public boolean artimExpired() {
        return artimExpired;
    }

    public void associateResponse(AssociateAc accept) {
        primitive(Event.A_ASSOCIATE_RESPONSE_ACCEPT, accept);
    }

    public void associateResponse(RejectReason reason) {
        primitive(Event.A_ASSOCIATE_RESPONSE_REJECT, reason.pdu());
    }

    public void releaseRequest() {
        primitive(Event.A_RELEASE_REQUEST, new ReleaseRq());
    }

    public void releaseResponse() {
        primitive(Event.A_RELEASE_RESPONSE, new ReleaseRp());
    }

    /** A-ABORT by the local service user. */
    public void abortRequest() {
        primitive(Event.A_ABORT_REQUEST, Abort.byUser());
    }

    /**
     * A-P-ABORT by the part of the provider that sits above PDUs: what the peer sent is a PDU in
     * form, but breaks PS3.7 or what was negotiated.
     */
    public void providerAbort(AbortReason reason, String why) {
        run(() -> invalid(reason, why));
    }

    private void primitive(Event event, Pdu pdu) {
        run(() -> fire(event, pdu, null));
    }

    private void run(Runnable task) {
        if (ctx.executor().inEventLoop()) {
            task.run();
        } else {
            ctx.executor().execute(task);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        framer = new PduFramer(context.alloc(), maxLength, this);
        if (request.isPresent()) {
            fire(Event.A_ASSOCIATE_REQUEST, null, null);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (request.isPresent()) {
            fire(Event.TRANSPORT_CONNECTION_CONFIRMATION, request.get(), null);
        } else {
            fire(Event.TRANSPORT_CONNECTION_INDICATION, null, null);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            receivedBytes += in.readableBytes();
            framer.feed(in);
        } catch (PduException e) {
            invalid(e.reason(), e.getMessage());
        } finally {
            in.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        // A peer with Nagle's algorithm on holds back the rest until we acknowledge what we have;
        // the kernel forgets the option with every delayed acknowledgement.
        if (bytesExpected || !framer.betweenPdus()) {
            if (context.channel() instanceof EpollSocketChannel channel && channel.isOpen()) {
                channel.config().setOption(EpollChannelOption.TCP_QUICKACK, true);
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        framer.stop();
        fire(Event.TRANSPORT_CONNECTION_CLOSED, null, "connection closed by the peer");
        stopArtim();
        user.transportClosed();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        user.writabilityChanged();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.debug("connection {} failed: {}", context.channel().id(), cause.toString());
        } else {
            LOG.error("connection {} failed", context.channel().id(), cause);
        }
        context.close();
    }

    /** P-DATA request: the message is a buffer of whole P-DATA-TF PDUs. */
    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (StateTable.action(state, Event.P_DATA_REQUEST).isEmpty()) {
            ReferenceCountUtil.release(message);
            promise.tryFailure(new ClosedChannelException());
            return;
        }
        sentBytes += ((ByteBuf) message).readableBytes();
        context.write(message, promise);
    }

    @Override
    public void pdu(Pdu pdu) {
        bytesExpected = false;
        Event event;
        if (pdu instanceof AssociateRq) {
            event = Event.A_ASSOCIATE_RQ_PDU;
        } else if (pdu instanceof AssociateAc) {
            event = Event.A_ASSOCIATE_AC_PDU;
        } else if (pdu instanceof AssociateRj) {
            event = Event.A_ASSOCIATE_RJ_PDU;
        } else if (pdu instanceof ReleaseRq) {
            event = Event.A_RELEASE_RQ_PDU;
        } else if (pdu instanceof ReleaseRp) {
            event = Event.A_RELEASE_RP_PDU;
        } else {
            event = Event.A_ABORT_PDU;
        }
        fire(event, pdu, null);
    }

    @Override
    public void fragment(int contextId, boolean command, boolean last, ByteBuf data) {
        bytesExpected = command || !last;
        Action action = StateTable.action(state, Event.P_DATA_TF_PDU).orElse(Action.AA_6);
        if (action == Action.DT_2 || action == Action.AR_6) {
            user.dataIndication(contextId, command, last, data);
        } else {
            data.release();
            fire(Event.P_DATA_TF_PDU, null, null);
        }
    }

    private void invalid(AbortReason reason, String why) {
        fire(Event.INVALID_PDU, Abort.byProvider(reason), why);
    }

    /** Performs the action of the table for the event and enters the next state. */
    private void fire(Event event, Pdu pdu, String why) {
        Optional<Action> found = StateTable.action(state, event);
        if (found.isEmpty()) {
            LOG.debug("{} in {} has no action", event, state);
            return;
        }
        Action action = found.get();
        LOG.trace("{} {} -> {}", state, event, action);
        state = next(action, pdu);
        switch (action) {
            case AE_1, AA_6 -> LOG.trace("nothing to send");
            case AE_2, AE_7, AR_1, AR_9 -> send(pdu);
            case AE_3 -> user.associateConfirmation((AssociateAc) pdu);
            case AE_4 -> {
                user.associateRejection((AssociateRj) pdu);
                ctx.close();
            }
            case AE_5 -> startArtim();
            case AE_6 -> associateRequestArrived((AssociateRq) pdu);
            case AE_8, AR_4 -> {
                send(pdu);
                startArtim();
            }
            case DT_1, AR_7, DT_2, AR_6 -> LOG.trace("data passes without this method");
            case AR_2, AR_8 -> user.releaseIndication();
            case AR_3 -> {
                user.releaseConfirmation();
                ctx.close();
            }
            case AR_5, AA_5 -> stopArtim();
            case AR_10 -> user.releaseConfirmation();
            case AA_1 -> {
                send(Abort.byUser());
                endAfterAbort();
                if (event != Event.A_ABORT_REQUEST) {
                    user.providerAbortIndication(Abort.byUser(), reasonFor(event, why));
                }
            }
            case AA_2 -> {
                stopArtim();
                ctx.close();
            }
            case AA_3 -> {
                user.abortIndication((Abort) pdu);
                ctx.close();
            }
            // A-P-ABORT indication: the user learns it by transportClosed, which follows.
            case AA_4 -> LOG.trace("connection lost");
            case AA_7 -> send(abortFor(event, pdu));
            case AA_8 -> {
                Abort abort = abortFor(event, pdu);
                send(abort);
                endAfterAbort();
                user.providerAbortIndication(abort, reasonFor(event, why));
            }
        }
    }

    private State next(Action action, Pdu pdu) {
        return switch (action) {
            case AE_6 -> providerAccepts((AssociateRq) pdu) ? action.next() : action.otherNext();
            case AR_8 -> request.isPresent() ? action.next() : action.otherNext();
            default -> action.next();
        };
    }

    private static boolean providerAccepts(AssociateRq rq) {
        return (rq.protocolVersion() & AssociateRq.PROTOCOL_VERSION) != 0;
    }

    private void associateRequestArrived(AssociateRq rq) {
        stopArtim();
        if (providerAccepts(rq)) {
            user.associateIndication(rq);
        } else {
            send(RejectReason.PROTOCOL_VERSION_NOT_SUPPORTED.pdu());
            startArtim();
        }
    }

    private static Abort abortFor(Event event, Pdu pdu) {
        return event == Event.INVALID_PDU && pdu instanceof Abort abort
                ? abort
                : Abort.byProvider(AbortReason.UNEXPECTED_PDU);
    }

    private String reasonFor(Event event, String why) {
        return why != null ? why : event + " was not expected";
    }

    /** What still arrives after an abort is read and thrown away, so that the close is seen. */
    private void endAfterAbort() {
        framer.stop();
        startArtim();
        ctx.channel().config().setOption(ChannelOption.AUTO_READ, true);
    }

    private void send(Pdu pdu) {
        ByteBuf out = ctx.alloc().buffer(256);
        PduEncoder.encode(pdu, out);
        addSent(out.readableBytes());
        ctx.writeAndFlush(out);
    }

    private void addSent(int bytes) {
        sentBytes += bytes;
    }

    private void startArtim() {
        stopArtim();
        artim = ctx.executor()
                .schedule(this::artimHasExpired, artimLimit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void artimHasExpired() {
        artimExpired = true;
        fire(Event.ARTIM_EXPIRED, null, "ARTIM expired");
    }

    private void stopArtim() {
        if (artim != null) {
            artim.cancel(false);
            artim = null;
        }
    }
}
