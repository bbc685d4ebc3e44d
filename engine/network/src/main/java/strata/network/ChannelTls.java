package strata.network;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Printable;
import strata.base.tls.PeerCertificate;
import strata.base.tls.TlsContext;

import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/** TLS below one association: first in the pipeline, and the session hears when it fails. */
final class ChannelTls extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(ChannelTls.class);

    private final Session session;

    private ChannelTls(Session session) {
        this.session = session;
    }

    /** On the event loop, before {@link Session#start}. */
    static void accept(Session session, TlsContext context) {
        add(session, context.acceptor(TlsContext.ClientCertificates.NEEDED, List.of()));
    }

    /** As above, for a connection that we make. */
    static void request(Session session, TlsPeer peer, String host, int port) {
        add(session, peer.context().requestor(host, port, peer.expected()));
    }

    private static void add(Session session, SSLEngine engine) {
        // What costs time in a handshake is done by a worker, not by the loop of others.
        SslHandler handler = new SslHandler(engine, session.threads().workers());
        handler.setHandshakeTimeoutMillis(session.timeouts().handshake().toMillis());
        session.channel().pipeline().addLast(handler).addLast(new ChannelTls(session));
    }

    /** What the peer of a channel has shown; empty without TLS. */
    static Optional<PeerCertificate> peer(Channel channel) {
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        return handler == null
                ? Optional.empty()
                : PeerCertificate.of(handler.engine().getSession());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event instanceof SslHandshakeCompletionEvent done && !done.isSuccess()) {
            failed(done.cause());
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Throwable inner = cause instanceof DecoderException ? cause.getCause() : cause;
        if (inner instanceof SSLException) {
            failed(inner);
            ctx.close();
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }

    private void failed(Throwable cause) {
        LOG.debug("TLS with {} failed", session.channel().remoteAddress(), cause);
        if (cause instanceof ClosedChannelException) {
            // Told as the loss of the connection.
            return;
        }
        if (cause instanceof SslHandshakeTimeoutException) {
            session.end(AssociationEnd.HANDSHAKE_TIMEOUT, "no TLS handshake in time");
        } else {
            session.end(AssociationEnd.TLS_FAILED, reason(cause));
        }
    }

    private static String reason(Throwable cause) {
        if (cause instanceof NotSslRecordException) {
            return "the peer does not speak TLS";
        }
        Throwable root = cause;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return "TLS: " + Printable.of(root.getMessage());
    }
}
