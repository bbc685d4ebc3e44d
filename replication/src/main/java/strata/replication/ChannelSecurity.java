package strata.replication;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.tls.CertificateBinding;
import strata.base.tls.PeerCertificate;
import strata.base.tls.TlsContext;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import javax.net.ssl.SSLEngine;

/**
 * What stands between the socket and the frames. Called once for each connection, before anything
 * else is in its pipeline.
 */
public interface ChannelSecurity {
    /** Prepares a connection that this site makes. */
    void connecting(ChannelPipeline pipeline, SiteAddress site);

    /** Prepares a connection that another site made. */
    void accepting(ChannelPipeline pipeline);

    /** Plain TCP, for loopback only. */
    static ChannelSecurity none() {
        return new ChannelSecurity() {
            @Override
            public void connecting(ChannelPipeline pipeline, SiteAddress site) {}

            @Override
            public void accepting(ChannelPipeline pipeline) {}
        };
    }

    /**
     * TLS on every connection, with the certificates of both sides checked.
     *
     * @param bindings which certificate each site must show, by the site's configured name; a site
     *     without one must have a certificate for the host that is connected to. When there are
     *     any, only these certificates may connect to this site
     */
    static ChannelSecurity tls(TlsContext context, Map<String, CertificateBinding> bindings) {
        return new MutualTls(context, Map.copyOf(bindings));
    }

    /** Both sides show a certificate that the other one trusts. */
    final class MutualTls implements ChannelSecurity {
        private static final Logger LOG = LoggerFactory.getLogger(MutualTls.class);

        private final TlsContext context;
        private final Map<String, CertificateBinding> bindings;

        private MutualTls(TlsContext context, Map<String, CertificateBinding> bindings) {
            this.context = context;
            this.bindings = bindings;
        }

        @Override
        public void connecting(ChannelPipeline pipeline, SiteAddress site) {
            Optional<CertificateBinding> expected = Optional.ofNullable(bindings.get(site.name()));
            pipeline.addLast(new SslHandler(context.requestor(site.host(), site.port(), expected)));
        }

        @Override
        public void accepting(ChannelPipeline pipeline) {
            SSLEngine engine = context.acceptor(TlsContext.ClientCertificates.NEEDED, List.of());
            SslHandler handler = new SslHandler(engine);
            handler.handshakeFuture().addListener(done -> {
                if (done.isSuccess() && !isExpected(engine)) {
                    pipeline.close();
                }
            });
            pipeline.addLast(handler);
        }

        private boolean isExpected(SSLEngine engine) {
            Optional<PeerCertificate> peer = PeerCertificate.of(engine.getSession());
            boolean expected = bindings.isEmpty()
                    || peer.isPresent()
                            && bindings.values().stream().anyMatch(b -> b.fits(peer.get()));
            if (!expected) {
                LOG.warn(
                        "replication connection refused: its certificate is of no configured"
                                + " site: {}",
                        peer.map(PeerCertificate::toString).orElse("none"));
            }
            return expected;
        }
    }
}
