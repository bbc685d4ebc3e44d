package strata.hl7;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Audit;
import strata.base.Metrics;
import strata.base.tls.PeerCertificate;

import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLException;

/**
 * One sender's connection: a message, its answer, then the next message. While one is answered
 * nothing more is read. On the event loop, but for the answering.
 */
final class MllpConnection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(MllpConnection.class);

    private final AnswerMessages answers;
    private final Executor workers;
    private final Hl7Limits limits;
    private final Optional<MllpTls> tls;
    private final Metrics.Counter broken;
    private final Audit audit;
    private final MllpFramer framer;
    private final Queue<ByteBuf> unread = new ArrayDeque<>();
    private boolean answering;
    private ScheduledFuture<?> deadline;
    private String peer = "";
    private boolean ended;

    MllpConnection(
            AnswerMessages answers,
            Executor workers,
            Hl7Limits limits,
            Optional<MllpTls> tls,
            Metrics.Counter broken,
            Audit audit) {
        this.answers = answers;
        this.workers = workers;
        this.limits = limits;
        this.tls = tls;
        this.broken = broken;
        this.audit = audit;
        this.framer = new MllpFramer(limits.messageBytes());
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        peer = ((InetSocketAddress) ctx.channel().remoteAddress()).getAddress().getHostAddress();
        if (tls.isEmpty()) {
            LOG.info("HL7 connection from {}", peer);
        }
        expect(ctx, limits.idle(), "idle");
        ctx.fireChannelActive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent done) {
            if (done.isSuccess()) {
                admit(ctx);
            } else {
                tlsFailed(ctx, done.cause());
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    private void admit(ChannelHandlerContext ctx) {
        SslHandler handler = ctx.pipeline().get(SslHandler.class);
        Optional<PeerCertificate> shown = PeerCertificate.of(handler.engine().getSession());
        String name = shown.map(PeerCertificate::toString).orElse("no certificate");
        if (tls.orElseThrow().admits(shown)) {
            LOG.info("HL7 connection from {} with {}", peer, name);
        } else {
            refuse(ctx, "certificate", name + " is trusted, but no sender's");
        }
    }

    private void tlsFailed(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof ClosedChannelException) {
            close(ctx, "connection");
        } else {
            refuse(ctx, "tls", MllpTls.reason(cause));
        }
    }

    /** Ends the connection of one who has not proved who he is; nothing of him was read. */
    private void refuse(ChannelHandlerContext ctx, String reason, String why) {
        if (!ended) {
            ended = true;
            broken.increment(reason);
            LOG.warn("HL7 connection from {} refused: {}: {}", peer, reason, why);
            audit.record(
                    Audit.Action.SECURITY_ALERT,
                    Audit.Outcome.REFUSED,
                    peer,
                    Map.of("event", "HL7 sender is not authenticated", "reason", why));
        }
        ctx.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object data) {
        if (ended) {
            ((ByteBuf) data).release();
            return;
        }
        unread.add((ByteBuf) data);
        goOn(ctx);
    }

    private void goOn(ChannelHandlerContext ctx) {
        while (!answering && !ended && !unread.isEmpty() && ctx.channel().isActive()) {
            ByteBuf next = unread.peek();
            boolean within = framer.isWithin();
            Optional<byte[]> message = Optional.empty();
            while (next.isReadable() && message.isEmpty() && framer.fault().isEmpty()) {
                message = framer.take(next.readByte());
            }
            if (framer.fault().isPresent()) {
                fault(ctx, framer.fault().get());
                return;
            }
            if (!next.isReadable()) {
                unread.remove().release();
            }
            if (message.isPresent()) {
                answer(ctx, message.get());
            } else if (!within && framer.isWithin()) {
                expect(ctx, limits.message(), "slow");
            }
        }
    }

    private void fault(ChannelHandlerContext ctx, MllpFramer.Fault fault) {
        String reason = fault.name().toLowerCase(Locale.ROOT);
        if (fault == MllpFramer.Fault.TOO_LONG) {
            end(reason);
            // What else is under way of the message is not read.
            ctx.channel().config().setAutoRead(false);
            ctx.writeAndFlush(framed(answers.tooLong())).addListener(ChannelFutureListener.CLOSE);
        } else {
            close(ctx, reason);
        }
    }

    private void answer(ChannelHandlerContext ctx, byte[] message) {
        answering = true;
        stopWaiting();
        ctx.channel().config().setAutoRead(false);
        try {
            workers.execute(() -> answerHere(ctx, message));
        } catch (RejectedExecutionException e) {
            LOG.debug("HL7 connection from {} ends with the server", peer, e);
            ctx.close();
        }
    }

    /** On a worker. */
    private void answerHere(ChannelHandlerContext ctx, byte[] message) {
        try {
            byte[] answer = answers.answer(message, peer);
            ctx.executor().execute(() -> send(ctx, answer));
        } catch (RuntimeException e) {
            // A defect of ours, whose text may hold values of the message. The sender sends it
            // again.
            LOG.error(
                    "HL7 message from {} is not answered: {} at {}",
                    peer,
                    e.getClass().getName(),
                    e.getStackTrace().length == 0 ? "" : e.getStackTrace()[0]);
            ctx.executor().execute(() -> close(ctx, "internal"));
        }
    }

    private void send(ChannelHandlerContext ctx, byte[] answer) {
        expect(ctx, limits.message(), "unread_answer");
        ctx.writeAndFlush(framed(answer)).addListener((ChannelFuture sent) -> {
            if (sent.isSuccess()) {
                answering = false;
                expect(ctx, limits.idle(), "idle");
                goOn(ctx);
                if (!answering) {
                    ctx.channel().config().setAutoRead(true);
                }
            } else {
                close(ctx, "connection");
            }
        });
    }

    private static ByteBuf framed(byte[] answer) {
        ByteBuf frame = Unpooled.buffer(answer.length + 3);
        return frame.writeByte(MllpFramer.START)
                .writeBytes(answer)
                .writeByte(MllpFramer.END)
                .writeByte('\r');
    }

    private void expect(ChannelHandlerContext ctx, Duration within, String reason) {
        stopWaiting();
        deadline = ctx.executor()
                .schedule(() -> close(ctx, reason), within.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void stopWaiting() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    private void close(ChannelHandlerContext ctx, String reason) {
        end(reason);
        ctx.close();
    }

    private void end(String reason) {
        if (ended) {
            return;
        }
        ended = true;
        if (reason.equals("idle")) {
            LOG.info("HL7 connection from {} closed: idle", peer);
        } else {
            broken.increment(reason);
            LOG.warn("HL7 connection from {} closed: {}", peer, reason);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        stopWaiting();
        unread.forEach(ByteBuf::release);
        unread.clear();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Throwable inner = cause instanceof DecoderException ? cause.getCause() : cause;
        if (inner instanceof SSLException) {
            tlsFailed(ctx, inner);
        } else {
            // Its text may hold what was sent.
            LOG.debug(
                    "HL7 connection from {} failed: {}", peer, cause.getClass().getName());
            close(ctx, "connection");
        }
    }
}
