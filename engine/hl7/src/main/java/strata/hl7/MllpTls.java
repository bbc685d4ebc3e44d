package strata.hl7;

import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeTimeoutException;

import strata.base.Printable;
import strata.base.tls.CertificateBinding;
import strata.base.tls.PeerCertificate;
import strata.base.tls.TlsContext;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * TLS of the door, with mutual authentication: a sender without a trusted certificate sends
 * nothing.
 *
 * @param senders certificates of which each sender shows one; empty: any that is trusted
 */
public record MllpTls(TlsContext context, Set<CertificateBinding> senders) {
    public MllpTls {
        Objects.requireNonNull(context);
        senders = Set.copyOf(senders);
    }

    /** @param tasks where the costly parts of a handshake are done */
    SslHandler handler(Executor tasks, Duration handshake) {
        SslHandler handler = new SslHandler(
                context.acceptor(TlsContext.ClientCertificates.NEEDED, List.of()), tasks);
        handler.setHandshakeTimeoutMillis(handshake.toMillis());
        return handler;
    }

    /** Whether the sender of a handshake that succeeded may send. */
    boolean admits(Optional<PeerCertificate> shown) {
        return senders.isEmpty()
                || shown.isPresent() && senders.stream().anyMatch(each -> each.fits(shown.get()));
    }

    /** Why a handshake failed, without a byte of what was sent: that may be a message. */
    static String reason(Throwable failure) {
        if (failure instanceof NotSslRecordException) {
            return "it does not speak TLS";
        }
        if (failure instanceof SslHandshakeTimeoutException) {
            return "no handshake in time";
        }
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root.getMessage() == null
                ? root.getClass().getSimpleName()
                : Printable.of(root.getMessage());
    }
}
