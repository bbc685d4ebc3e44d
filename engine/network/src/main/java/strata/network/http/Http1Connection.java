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
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Fault;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

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
    private State state = State.AWAITS_HEAD;
    private RequestBody body;
    private WriteGate gate;
    private Future<?> timer;
    private long lingeredBytes;

    Http1Connection(HttpServer server) {
        this.server = server;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        gate = new WriteGate(ctx.channel(), server.limits().stallTimeout());
        if (!server.opened(ctx.channel())) {
            refuse(ctx, new HttpException(503, "too many connections"), "");
            return;
        }
        awaitHead(ctx, server.limits().headTimeout());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        server.closed(ctx.channel());
        cancelTimer();
        if (body != null) {
            body.fail(new IOException("the peer has closed the connection"));
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
        String where = "";
        try {
            server.headCheck().check(head);
            boolean aboutServer =
                    head.method().name().equals("OPTIONS") && head.uri().equals("*");
            RequestTarget target = RequestTarget.parse(aboutServer ? "/" : head.uri());
            where = head.method().name() + " " + target.path();
            Map<Method, Router.Match> matches =
                    aboutServer ? Map.of() : server.router().matches(target.segments());
            Router.Match match = matches.get(method(head.method().name()).orElse(null));
            if (match == null) {
                Response fixed = withoutRoute(head.method().name(), matches, aboutServer, where);
                match = new Router.Match(Route.fixed(fixed), Map.of());
            }
            answer(ctx, head, target, match.route(), match.parameters());
        } catch (HttpException e) {
            refuse(ctx, e, where);
        }
    }

    private static Response withoutRoute(
            String method, Map<Method, Router.Match> matches, boolean aboutServer, String where) {
        if (matches.isEmpty() && !aboutServer) {
            return ErrorResponse.of(404, "no such resource", Fault.PEER, where);
        }
        String allowed = aboutServer
                ? "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
                : matches.keySet().stream().map(Method::name).collect(Collectors.joining(", "))
                        + (matches.containsKey(Method.GET) ? ", HEAD, OPTIONS" : ", OPTIONS");
        Response response = method.equals("OPTIONS")
                ? Response.empty(204)
                : ErrorResponse.of(405, "this resource allows " + allowed, Fault.PEER, where);
        return response.withHeader("allow", allowed);
    }

    private void answer(
            ChannelHandlerContext ctx,
            HttpRequest head,
            RequestTarget target,
            Route route,
            Map<String, String> parameters)
            throws HttpException {
        long maxBytes = route.bodyBytes() == Route.DEFAULT_BODY
                ? server.limits().bodyBytes()
                : route.bodyBytes();
        if (HttpUtil.getContentLength(head, 0L) > maxBytes) {
            throw RequestBody.tooLong(maxBytes);
        }
        boolean expected =
                HttpUtil.getContentLength(head, 0L) > 0 || HttpUtil.isTransferEncodingChunked(head);
        boolean expects = HttpUtil.is100ContinueExpected(head);
        body = new RequestBody(ctx.channel(), server.limits(), expected, maxBytes, () -> {
            if (expects) {
                ctx.writeAndFlush(new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
            }
        });
        boolean isHead = head.method().name().equals("HEAD");
        Request request = new Request(
                method(head.method().name()).orElse(Method.GET),
                target,
                parameters,
                head,
                body,
                (InetSocketAddress) ctx.channel().remoteAddress());
        ResponseSender sender = new ResponseSender(
                ctx.channel(),
                gate,
                isHead,
                head.protocolVersion().equals(HttpVersion.HTTP_1_0),
                HttpUtil.isKeepAlive(head) && !server.isStopping());
        Exchange exchange = new Exchange(
                route,
                request,
                body,
                sender,
                server.metrics(),
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

    private static Optional<Method> method(String name) {
        for (Method method : Method.values()) {
            if (method.name().equals(name) || method == Method.GET && name.equals("HEAD")) {
                return Optional.of(method);
            }
        }
        return Optional.empty();
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
        ResponseSender sender = new ResponseSender(ctx.channel(), gate, false, false, false);
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
            duplex.shutdownOutput();
            closeAfter(ctx, LINGER);
        }
    }

    /** Starts the connection's one timer; it does not outlive the connection. */
    private void closeAfter(ChannelHandlerContext ctx, Duration limit) {
        cancelTimer();
        timer = ctx.executor().schedule(() -> ctx.close(), limit.toNanos(), TimeUnit.NANOSECONDS);
    }
}
