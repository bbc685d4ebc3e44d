package strata.network;

import io.netty.buffer.ByteBuf;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.AeTitle;
import strata.base.Uid;
import strata.network.dimse.CommandField;
import strata.network.dimse.CommandSet;
import strata.network.dimse.DimseException;
import strata.network.dimse.Status;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/** One object that the peer stores with us, from its request to its response. */
final class StoreTransfer implements DataReceiver, StoreCompletion {
    private static final Logger LOG = LoggerFactory.getLogger(StoreTransfer.class);

    private final Session session;
    private final AcceptedContext context;
    private final CommandSet request;
    private final long beganNanos = System.nanoTime();
    private final AtomicBoolean answered = new AtomicBoolean();
    private StoreSink sink;
    private Statuses.Answer refusal;

    private StoreTransfer(Session session, AcceptedContext context, CommandSet request) {
        this.session = session;
        this.context = context;
        this.request = request;
    }

    static StoreTransfer begin(
            Session session, AcceptedContext context, CommandSet request, StoreService service) {
        StoreTransfer transfer = new StoreTransfer(session, context, request);
        try {
            transfer.sink = service.begin(session.info(), transfer.parse());
        } catch (IOException | RuntimeException e) {
            transfer.refuse(e);
        }
        return transfer;
    }

    private StoreRequest parse() throws DimseException {
        Uid sopClass = request.uid(CommandSet.AFFECTED_SOP_CLASS)
                .orElseThrow(() ->
                        new DimseException(Status.NO_SUCH_SOP_CLASS, "SOP class is not a UID"));
        if (!sopClass.equals(context.abstractSyntax())) {
            throw new DimseException(
                    Status.DOES_NOT_MATCH_SOP_CLASS, "SOP class is not that of the context");
        }
        Uid instance = request.uid(CommandSet.AFFECTED_SOP_INSTANCE)
                .orElseThrow(() -> new DimseException(
                        Status.INVALID_SOP_INSTANCE, "SOP instance is not a UID"));
        return new StoreRequest(
                sopClass, instance, context.transferSyntax(), request.priority(), moveOriginator());
    }

    private Optional<StoreRequest.MoveOriginator> moveOriginator() {
        try {
            return request.text(CommandSet.MOVE_ORIGINATOR_AE)
                    .map(title -> new StoreRequest.MoveOriginator(
                            new AeTitle(title),
                            request.number(CommandSet.MOVE_ORIGINATOR_MESSAGE_ID)));
        } catch (IllegalArgumentException e) {
            LOG.debug("move originator ignored: {}", e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public void data(ByteBuf fragment) {
        if (sink == null) {
            return;
        }
        try {
            if (fragment.isReadable()) {
                // The view that the buffer keeps of itself: this worker alone looks at its memory
                // now.
                sink.write(fragment.internalNioBuffer(
                        fragment.readerIndex(), fragment.readableBytes()));
            }
        } catch (IOException | RuntimeException e) {
            StoreSink failed = sink;
            sink = null;
            refuse(e);
            abort(failed);
        }
    }

    private void refuse(Exception e) {
        refusal = Statuses.of(e);
        if (e instanceof IOException) {
            LOG.info("{}: object refused: {}", session.info(), e.getMessage());
        } else {
            LOG.error("{}: store service failed", session.info(), e);
        }
    }

    @Override
    public void end() {
        if (sink == null) {
            done(refusal.status(), refusal.comment());
        } else if (session.isPipelined()) {
            try {
                session.threads().operations().execute(this::complete);
            } catch (RejectedExecutionException e) {
                complete();
            }
        } else {
            complete();
        }
    }

    private void complete() {
        try {
            sink.complete(this);
        } catch (RuntimeException e) {
            LOG.error("{}: store service failed", session.info(), e);
            failed(e);
        }
    }

    @Override
    public void done(Status status, String comment) {
        if (!answered.compareAndSet(false, true)) {
            return;
        }
        CommandSet response = CommandSet.responseTo(request, status);
        if (!comment.isEmpty()) {
            response.putComment(comment);
        }
        session.writer().send(context.id(), response);
        session.metrics().performed(CommandField.name(CommandField.C_STORE_RQ), status, beganNanos);
        session.performing().endStore(request.messageId());
    }

    @Override
    public void abandon() {
        answered.set(true);
        if (sink != null) {
            abort(sink);
        }
        session.performing().endStore(request.messageId());
    }

    private void abort(StoreSink failed) {
        try {
            failed.abort();
        } catch (RuntimeException e) {
            LOG.error("{}: store service failed to abort", session.info(), e);
        }
    }
}
