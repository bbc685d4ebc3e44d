package strata.network.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * One HTTP/1.1 connection on its event loop. Reading is on demand, one message at a time, so that a
 * peer that sends ahead fills its own buffers and not ours; requests on one connection are answered
 * one after the other.
 */
final class Http1Connection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Http1Connection.class);
    private static final Duration LINGER = Duration.ofSeconds(1);
    private static final int LINGER_BYTES = 4 << 20;

    /** Where the connection stands: awaits a header, answers a request, or ends. */
    private enum State {
        AWAITS_HEAD,
        ANSWERS,
        ENDS
    }

    private final HttpServer server;
    private final boolean admitted;
    private State state = State.AWAITS_HEAD;
    private RequestBody body;
    private WriteGate gate;
    private Future<?> timer;
    private long lingeredBytes;

    /** @param admitted false when the server has too many connections already */
    Http1Connection(HttpServer server, boolean admitted) {
        this.server = server;
        this.admitted = admitted;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        gate = new WriteGate(ctx.channel(), server.limits().stallTimeout());
        if (!admitted) {
            refuse(ctx, new HttpException(503, "too many connections"), "");
            return;
        }
        awaitHead(ctx, server.limits().headTimeout());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        cancelTimer();
        if (body != null) {
            body.fail(new HttpException(400, "the peer has closed the connection"));
        }
        gate.changed();
        state = State.ENDS;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        gate.changed();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        switch (state) {
            case AWAITS_HEAD -> {
                if (message instanceof HttpRequest head) {
                    received(ctx, head);
                } else {
                    // The empty end of a request without a body.
                    ctx.read();
                }
                ReferenceCountUtil.release(message);
            }
            case ANSWERS -> receivedContent(message);
            case ENDS -> {
                lingeredBytes += message instanceof HttpContent c ? c.content().readableBytes() : 0;
                ReferenceCountUtil.release(message);
                if (lingeredBytes > LINGER_BYTES) {
                    ctx.close();
                }
            }
        }
    }

    /** A read may end without a message: with half a header, or at the end of what was at hand. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        boolean wanting = switch (state) {
            case AWAITS_HEAD -> true;
            case ANSWERS -> body.isAsked();
            case ENDS -> false;
        };
        if (wanting) {
            ctx.read();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("connection {} failed", ctx.channel(), cause);
        ctx.close();
    }

    private void receivedContent(Object message) {
        if (!(message instanceof HttpContent content)) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (content.decoderResult().isFailure()) {
            content.release();
            body.fail(new HttpException(
                    400, "the body's chunks are broken", content.decoderResult().cause()));
            return;
        }
        body.offer(content.content(), content instanceof LastHttpContent);
    }

    private void awaitHead(ChannelHandlerContext ctx, Duration limit) {
        state = State.AWAITS_HEAD;
        body = null;
        closeAfter(ctx, limit);
        ctx.read();
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void received(ChannelHandlerContext ctx, HttpRequest head) {
        cancelTimer();
        try {
            answer(ctx, head, Dispatch.of(server, head));
        } catch (HttpException e) {
            refuse(ctx, e, Dispatch.where(head));
        }
    }

    private void answer(ChannelHandlerContext ctx, HttpRequest head, Dispatch dispatch)
            throws HttpException {
        boolean expected =
                HttpUtil.getContentLength(head, 0L) > 0 || HttpUtil.isTransferEncodingChunked(head);
        boolean expects = HttpUtil.is100ContinueExpected(head);
        body = new RequestBody(
                ctx.channel(), server.limits(), expected, dispatch.maxBytes(), () -> {
                    if (expects) {
                        ctx.writeAndFlush(new DefaultFullHttpResponse(
                                HttpVersion.HTTP_1_1,
                                HttpResponseStatus.CONTINUE,
                                Unpooled.EMPTY_BUFFER));
                    }
                });
        Exchange exchange = dispatch.exchange(
                ctx.channel(),
                gate,
                body,
                HttpUtil.isKeepAlive(head) && !server.isStopping(),
                (whole, reusable) -> ctx.executor().execute(() -> over(ctx, whole, reusable)));
        state = State.ANSWERS;
        if (!expects) {
            body.ask();
        }
        try {
            server.workers().execute(exchange);
        } catch (RejectedExecutionException e) {
            body.close();
            throw new HttpException(503, "the server is busy or stopping", e);
        }
    }

    private void over(ChannelHandlerContext ctx, boolean whole, boolean reusable) {
        if (!ctx.channel().isActive()) {
            return;
        }
        if (!whole) {
            // A reset, so that no peer takes what it has for all of it.
            ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
            ctx.close();
        } else if (reusable && !server.isStopping()) {
            awaitHead(ctx, server.limits().keepAliveTimeout());
        } else {
            end(ctx);
        }
    }

    /** Answers without a worker; then the connection ends, since its framing is not trusted. */
    private void refuse(ChannelHandlerContext ctx, HttpException why, String where) {
        server.metrics().refused(why.status());
        Response response = ErrorResponse.of(why, where);
        ResponseSender sender = new ResponseSender(ctx.channel(), gate, ResponseForm.PLAIN, false);
        try {
            sender.send(response);
        } catch (IOException e) {
            LOG.debug("a refusal could not be sent", e);
        }
        end(ctx);
    }

    /**
     * Ends the connection so that the peer can still read the response: closing while it is sending
     * would reset it. What comes is thrown away, for a bounded time and amount.
     */
    private void end(ChannelHandlerContext ctx) {
        state = State.ENDS;
        closeAfter(ctx, server.limits().stallTimeout());
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> linger(ctx));
        ctx.channel().config().setAutoRead(true);
    }

    private void linger(ChannelHandlerContext ctx) {
        if (ctx.channel().isActive() && ctx.channel() instanceof DuplexChannel duplex) {
            SslHandler tls = ctx.pipeline().get(SslHandler.class);
            if (tls == null) {
                duplex.shutdownOutput();
            } else {
                // A close_notify first: without it the end could be an attacker's.
                tls.closeOutbound().addListener(told -> duplex.shutdownOutput());
            }
            closeAfter(ctx, LINGER);
        }
    }

    /** Starts the connection's one timer; it does not outlive the connection. */
    private void closeAfter(ChannelHandlerContext ctx, Duration limit) {
        cancelTimer();
        timer = ctx.executor().schedule(() -> ctx.close(), limit.toNanos(), TimeUnit.NANOSECONDS);
    }
}
