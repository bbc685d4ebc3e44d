package strata.network;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.network.dimse.CommandField;
import strata.network.dimse.CommandSet;
import strata.network.dimse.DimseException;
import strata.network.dimse.Status;
import strata.network.pdu.Abort;
import strata.network.pdu.AssociateAc;
import strata.network.pdu.AssociateRj;
import strata.network.pdu.AssociateRq;
import strata.network.pdu.PduException;
import strata.network.upper.UpperLayer;
import strata.network.upper.UpperLayerUser;

import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * One association, or the attempt at one, on either side. The event loop puts what arrives into a
 * queue; a worker empties the queue, one at a time, and is given back when there is nothing to do.
 * That worker is where messages are joined and services are called; queries and retrieves run on
 * threads of their own.
 */
final class Session implements UpperLayerUser {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    /** After so many fragments a worker goes to the back of the queue of work. */
    private static final int FAIR_SHARE = 256;

    /** A notice in the inbound queue. */
    private enum Notice {
        RELEASE
    }

    /** The first reason to end, which is the one that counts. */
    private record Ending(AssociationEnd end, String why) {}

    private final Channel channel;
    private final NetworkThreads threads;
    private final AssociationLimits limits;
    private final AssociationTimeouts timeouts;
    private final NetworkMetrics metrics;
    private final SessionRole role;
    private final InboundQueue inbound;
    private final MessageReader reader;
    private final MessageWriter writer;
    private final Invocations invocations = new Invocations();
    private final PeerOperations performing = new PeerOperations(this::signal);
    private final AtomicInteger signals = new AtomicInteger();
    private final AtomicReference<Ending> ending = new AtomicReference<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile UpperLayer upper;
    private volatile AssociationInfo info;
    private boolean releaseAsked;
    private volatile boolean pipelined;
    private Watchdog watchdog;

    Session(
            Channel channel,
            NetworkThreads threads,
            AssociationLimits limits,
            AssociationTimeouts timeouts,
            NetworkMetrics metrics,
            Function<Session, SessionRole> role) {
        this.channel = channel;
        this.threads = threads;
        this.limits = limits;
        this.timeouts = timeouts;
        this.metrics = metrics;
        this.role = role.apply(this);
        inbound = new InboundQueue(limits.inboundBytes());
        reader = new MessageReader(new Requests(this));
        writer = new MessageWriter(channel, this::over);
    }

    /** Puts the protocol machine on the channel; on the event loop, before it is active. */
    void start(UpperLayer machine) {
        upper = machine;
        channel.pipeline().addLast(machine);
        metrics.connectionOpened();
        watchdog = new Watchdog(this, channel, machine, limits, timeouts, metrics);
        watchdog.start(channel.eventLoop());
    }

    Channel channel() {
        return channel;
    }

    NetworkThreads threads() {
        return threads;
    }

    AssociationLimits limits() {
        return limits;
    }

    AssociationTimeouts timeouts() {
        return timeouts;
    }

    NetworkMetrics metrics() {
        return metrics;
    }

    SessionRole role() {
        return role;
    }

    UpperLayer upper() {
        return upper;
    }

    MessageReader reader() {
        return reader;
    }

    MessageWriter writer() {
        return writer;
    }

    Invocations invocations() {
        return invocations;
    }

    /** What we perform for the peer now. */
    PeerOperations performing() {
        return performing;
    }

    /** Whether the peer may send the next object before the last one is answered. */
    boolean isPipelined() {
        return pipelined;
    }

    InboundQueue inbound() {
        return inbound;
    }

    /** What was negotiated; null before. */
    AssociationInfo info() {
        return info;
    }

    /**
     * The association is established; on the worker, before anything is read from it.
     *
     * @param invokedWindow operations that we may have outstanding, 0 for no limit
     * @param peerWindow operations that the peer may have outstanding, 0 for no limit
     */
    void associated(AssociationInfo negotiated, int invokedWindow, int peerWindow) {
        info = negotiated;
        pipelined = peerWindow != 1;
        reader.associated(negotiated);
        writer.associated(negotiated.peerMaxPduBytes());
        invocations.associated(invokedWindow);
        metrics.associated();
    }

    // ---- the end

    /** Why nothing goes on here; null as long as it does. */
    AssociationException over() {
        Ending now = ending.get();
        return now == null ? null : AssociationException.of(now.end(), now.why());
    }

    boolean isOver() {
        return ending.get() != null;
    }

    /** Notes the end and tells everyone who waits; only the first reason counts. */
    boolean end(AssociationEnd end, String why) {
        if (!ending.compareAndSet(null, new Ending(end, why))) {
            return false;
        }
        if (!end.isByPeer()) {
            invocations.over(over());
        }
        performing.cancelAll();
        writer.wake();
        role.ended(end, why);
        signal();
        return true;
    }

    /** Ends the association by A-ABORT, as its user. */
    void abort(AssociationEnd end, String why) {
        if (end(end, why)) {
            upper.abortRequest();
        }
    }

    /** As {@link #abort} for a peer that no longer reads: closes the connection at once. */
    void cut(AssociationEnd end, String why) {
        abort(end, why);
        channel.close();
    }

    // ---- from the event loop

    @Override
    public void associateIndication(AssociateRq request) {
        inbound.addNotice(request);
        signal();
    }

    @Override
    public void associateConfirmation(AssociateAc accept) {
        inbound.addNotice(accept);
        signal();
    }

    @Override
    public void associateRejection(AssociateRj reject) {
        role.associateRejection(reject);
    }

    @Override
    public void dataIndication(int contextId, boolean command, boolean last, ByteBuf data) {
        boolean answer = command && last && MessageReader.isStoreResponse(data);
        if (inbound.add(contextId, command, last, data)) {
            channel.config().setOption(ChannelOption.AUTO_READ, false);
        }
        if (answer && signals.compareAndSet(0, 1)) {
            workOnAnswer();
        } else {
            signal();
        }
    }

    /**
     * An answer to an object that we sent only wakes its sender, which does not block: when there
     * is nothing else to do, a worker would cost the next object more time than it takes.
     */
    private void workOnAnswer() {
        if (inbound.isSingle() && !reader.insideMessage() && !isOver()) {
            work();
        } else {
            dispatch();
        }
    }

    @Override
    public void releaseIndication() {
        inbound.addNotice(Notice.RELEASE);
        signal();
    }

    @Override
    public void releaseConfirmation() {
        end(AssociationEnd.RELEASED, "released");
    }

    @Override
    public void abortIndication(Abort abort) {
        end(
                abort.isByUser()
                        ? AssociationEnd.ABORTED_BY_PEER
                        : AssociationEnd.ABORTED_BY_PEER_PROVIDER,
                "peer sent " + abort);
    }

    @Override
    public void providerAbortIndication(Abort sent, String why) {
        end(AssociationEnd.PROTOCOL_ERROR, why + "; sent " + sent);
    }

    @Override
    public void transportClosed() {
        end(
                upper.artimExpired()
                        ? AssociationEnd.HANDSHAKE_TIMEOUT
                        : AssociationEnd.CONNECTION_LOST,
                "connection closed");
        watchdog.stop();
        closed.set(true);
        metrics.connectionClosed(ending.get().end());
        signal();
        role.closed(ending.get().end());
    }

    @Override
    public void writabilityChanged() {
        writer.wake();
        signal();
    }

    // ---- on the worker

    /** There may be something to do. */
    void signal() {
        if (signals.getAndIncrement() == 0) {
            dispatch();
        }
    }

    private void dispatch() {
        try {
            threads.workers().execute(this::work);
        } catch (RejectedExecutionException e) {
            // Shut down: what is queued is released here, nothing else touches it any more.
            ending.compareAndSet(null, new Ending(AssociationEnd.SHUTDOWN, "closed"));
            inbound.clear();
            invocations.over(over());
        }
    }

    private void work() {
        int seen = signals.get();
        while (true) {
            if (drain()) {
                dispatch();
                return;
            }
            seen = signals.addAndGet(-seen);
            if (seen == 0) {
                return;
            }
        }
    }

    /** Takes what there is; true when it stopped only to let others have the thread. */
    private boolean drain() {
        for (int i = 0; i < FAIR_SHARE; i++) {
            if (isOver()) {
                afterTheEnd();
                return false;
            }
            if (mustPause()) {
                return false;
            }
            Object entry = inbound.poll();
            if (entry == null) {
                answerRelease();
                return false;
            }
            take(entry);
            if (inbound.takeDrained()) {
                channel.eventLoop().execute(this::readAgain);
            }
        }
        return true;
    }

    /**
     * Releases what is left. A peer that ended the association may have sent responses before;
     * those still find their waiters.
     */
    private void afterTheEnd() {
        boolean wanted = ending.get().end().isByPeer() && !invocations.isEmpty() && info != null;
        while (wanted && inbound.poll() instanceof ByteBuf data) {
            take(data);
        }
        inbound.clear();
        reader.abandon();
        invocations.over(over());
    }

    /** The peer is held back until objects in flight are done, or it reads our responses. */
    private boolean mustPause() {
        if (reader.insideMessage()) {
            return false;
        }
        return performing.stores() >= limits.storesInFlight()
                || !channel.isWritable() && performing.operations() == 0 && invocations.isEmpty();
    }

    private void readAgain() {
        if (!inbound.isFull()) {
            channel.config().setOption(ChannelOption.AUTO_READ, true);
        }
    }

    private void take(Object entry) {
        if (entry instanceof ByteBuf data) {
            try {
                reader.fragment(inbound.contextId(), inbound.isCommand(), inbound.isLast(), data);
            } catch (PduException e) {
                end(AssociationEnd.PROTOCOL_ERROR, e.getMessage());
                upper.providerAbort(e.reason(), e.getMessage());
            } catch (RuntimeException e) {
                LOG.error("association {} failed", info, e);
                abort(AssociationEnd.ABORTED_LOCALLY, "internal error");
            } finally {
                data.release();
            }
        } else if (entry instanceof AssociateRq request) {
            role.associateIndication(request);
        } else if (entry instanceof AssociateAc accept) {
            role.associateConfirmation(accept);
        } else {
            releaseAsked = true;
        }
    }

    /** A release is answered when what the peer asked before it has been answered. */
    private void answerRelease() {
        if (releaseAsked && performing.isEmpty()) {
            releaseAsked = false;
            end(AssociationEnd.RELEASED, "released by the peer");
            upper.releaseResponse();
        }
    }

    /** Whether something is begun, here or at the peer, that a shutdown should let finish. */
    boolean isBusy() {
        return !performing.isEmpty()
                || !invocations.isEmpty()
                || reader.insideMessage()
                || !inbound.isEmpty();
    }

    // ---- what we ask of the peer

    /** Sends a request with a data set and gives its invocation. */
    Invocation invoke(
            AcceptedContext context,
            CommandSet command,
            DataSource source,
            Invocation.Pending pending)
            throws IOException {
        Invocation invocation = invocations.begin(pending);
        command.putShort(CommandSet.MESSAGE_ID, invocation.messageId());
        try {
            writer.send(context.id(), command.withDataSet(), source);
            invocation.touch();
            return invocation;
        } catch (MessageWriter.HalfSentException e) {
            invocations.end(invocation);
            // There is no way to take back the half of a message.
            abort(AssociationEnd.ABORTED_LOCALLY, "the data to be sent could not be read");
            throw e;
        } catch (IOException | RuntimeException e) {
            invocations.end(invocation);
            throw e;
        }
    }

    /**
     * Sends an object on a context of its class and syntax, in a role that allows it.
     *
     * @throws DimseException 0122H when there is no such context; nothing was sent
     */
    Invocation store(StoreCommand command, DataSource source, boolean asRequestor)
            throws IOException {
        AcceptedContext context = contextFor(command, asRequestor);
        CommandSet request = CommandSet.of(CommandField.C_STORE_RQ)
                .putUid(CommandSet.AFFECTED_SOP_CLASS, command.sopClass())
                .putUid(CommandSet.AFFECTED_SOP_INSTANCE, command.sopInstance())
                .putShort(CommandSet.PRIORITY, command.priority().ordinal());
        command.moveOriginator()
                .ifPresent(originator -> request.putText(
                                CommandSet.MOVE_ORIGINATOR_AE,
                                originator.aeTitle().value())
                        .putShort(CommandSet.MOVE_ORIGINATOR_MESSAGE_ID, originator.messageId()));
        return invoke(context, request, source, (on, response, dataSet) -> {});
    }

    /** Looked for among up to 128 for every object, hence without a stream. */
    private AcceptedContext contextFor(StoreCommand command, boolean asRequestor)
            throws DimseException {
        for (AcceptedContext each : info.contexts()) {
            if (each.abstractSyntax().equals(command.sopClass())
                    && each.transferSyntax().equals(command.transferSyntax())
                    && (asRequestor ? each.requestorIsScu() : each.requestorIsScp())) {
                return each;
            }
        }
        throw new DimseException(
                Status.SOP_CLASS_NOT_SUPPORTED,
                "no accepted context for " + command.sopClass() + " in "
                        + command.transferSyntax());
    }
}
