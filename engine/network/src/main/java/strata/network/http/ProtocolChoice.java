package strata.network.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Tells by a connection's first bytes which version of HTTP it speaks, and makes its pipeline: the
 * preface of RFC 9113 3.4 begins HTTP/2 (by prior knowledge, or as ALPN agreed), anything else is
 * HTTP/1.
 */
final class ProtocolChoice extends ByteToMessageDecoder {
    private static final Logger LOG = LoggerFactory.getLogger(ProtocolChoice.class);

    private final HttpServer server;
    private final ByteBuf preface = Http2CodecUtil.connectionPrefaceBuf();
    private Future<?> timer;

    ProtocolChoice(HttpServer server) {
        this.server = server;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.channel().closeFuture().addListener(closed -> server.closed(ctx.channel()));
        if (!server.opened(ctx.channel())) {
            http1(ctx, false);
            return;
        }
        long nanos = server.limits().headTimeout().toNanos();
        timer = ctx.executor().schedule(() -> ctx.close(), nanos, TimeUnit.NANOSECONDS);
        ctx.read();
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        int count = Math.min(in.readableBytes(), preface.readableBytes());
        for (int i = 0; i < count; i++) {
            if (in.getByte(in.readerIndex() + i) != preface.getByte(i)) {
                notHttp2(ctx);
                return;
            }
        }
        if (isNegotiated(ctx, ApplicationProtocolNames.HTTP_1_1)) {
            // RFC 9113 3.2: over TLS only what was agreed is spoken.
            ctx.close();
            return;
        }
        if (count == preface.readableBytes()) {
            Http2Connection.addTo(ctx, server);
            ctx.pipeline().remove(this);
        }
    }

    private void notHttp2(ChannelHandlerContext ctx) {
        if (isNegotiated(ctx, ApplicationProtocolNames.HTTP_2)) {
            ctx.close();
        } else {
            http1(ctx, true);
        }
    }

    /** Whether ALPN agreed on the protocol; never without TLS. */
    private static boolean isNegotiated(ChannelHandlerContext ctx, String protocol) {
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        return tls != null && protocol.equals(tls.applicationProtocol());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event instanceof SslHandshakeCompletionEvent done && !done.isSuccess()) {
            server.metrics().handshakeFailed();
            LOG.debug("TLS with {} failed", ctx.channel().remoteAddress(), done.cause());
        }
        ctx.fireUserEventTriggered(event);
    }

    private void http1(ChannelHandlerContext ctx, boolean admitted) {
        ctx.pipeline()
                .addLast(new StrictRequestDecoder(server.limits()))
                .addLast(new HttpResponseEncoder())
                .addLast(new FlowControlHandler())
                .addLast(new Http1Connection(server, admitted));
        ctx.fireChannelActive();
        ctx.pipeline().remove(this);
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) {
        preface.release();
        if (timer != null) {
            timer.cancel(false);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("connection {} failed", ctx.channel(), cause);
        ctx.close();
    }
}
