package strata.network.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.util.ReferenceCountUtil;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;

/**
 * One stream of an HTTP/2 connection: one request and its response. Its channel is read on demand,
 * so that a body that nobody reads closes its window and no other's.
 */
final class Http2Stream extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Http2Stream.class);

    private final HttpServer server;
    private final Http2Connection connection;
    private RequestBody body;
    private WriteGate gate;
    private boolean bodyEnded;

    Http2Stream(HttpServer server, Http2Connection connection) {
        this.server = server;
        this.connection = connection;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        gate = new WriteGate(ctx.channel(), server.limits().stallTimeout());
        connection.streamOpened();
        ctx.read();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        connection.streamClosed();
        if (body != null) {
            body.fail(new HttpException(400, "the peer has reset the request"));
        }
        gate.changed();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        gate.changed();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        bodyEnded |= message instanceof LastHttpContent;
        if (message instanceof HttpRequest head && body == null) {
            received(ctx, head);
            ReferenceCountUtil.release(message);
        } else if (message instanceof HttpContent content && body != null) {
            body.offer(content.content(), content instanceof LastHttpContent);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("stream {} failed", ctx.channel(), cause);
        ctx.close();
    }

    private void received(ChannelHandlerContext ctx, HttpRequest head) {
        try {
            answer(ctx, head, Dispatch.of(server, head));
        } catch (HttpException e) {
            refuse(ctx, e, Dispatch.where(head));
        }
    }

    private void answer(ChannelHandlerContext ctx, HttpRequest head, Dispatch dispatch)
            throws HttpException {
        boolean expects = HttpUtil.is100ContinueExpected(head);
        body = new RequestBody(
                ctx.channel(), server.limits(), !bodyEnded, dispatch.maxBytes(), () -> {
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
                true,
                (whole, reusable) -> ctx.executor().execute(() -> over(ctx, whole)));
        try {
            server.workers().execute(exchange);
        } catch (RejectedExecutionException e) {
            body.close();
            throw new HttpException(503, "the server is busy or stopping", e);
        }
    }

    private void over(ChannelHandlerContext ctx, boolean whole) {
        if (!ctx.channel().isActive()) {
            return;
        }
        if (!whole) {
            end(ctx, Http2Error.INTERNAL_ERROR);
        } else if (!bodyEnded) {
            // RFC 9113 8.1: the response is whole, and the rest of the body is not wanted.
            end(ctx, Http2Error.NO_ERROR);
        }
    }

    private void end(ChannelHandlerContext ctx, Http2Error error) {
        ctx.writeAndFlush(new DefaultHttp2ResetFrame(error)).addListener(sent -> ctx.close());
    }

    private void refuse(ChannelHandlerContext ctx, HttpException why, String where) {
        server.metrics().refused(why.status());
        ResponseSender sender = new ResponseSender(ctx.channel(), gate, ResponseForm.PLAIN, true);
        try {
            sender.send(ErrorResponse.of(why, where));
        } catch (IOException e) {
            LOG.debug("a refusal could not be sent", e);
        }
        over(ctx, true);
    }
}
