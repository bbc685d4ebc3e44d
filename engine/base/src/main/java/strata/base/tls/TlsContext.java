package strata.base.tls;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Metrics;
import strata.base.OperatorException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * The credentials of one door or channel in force, and the engines made with them. Thread-safe.
 *
 * <p>{@code strata_tls_certificate_left_days} tells how long each certificate lasts; a certificate
 * that has less than {@link #WARN_DAYS} left is named in the log whenever {@link #look} looks.
 */
public final class TlsContext {
    /** Days before the end of a certificate from which the log warns. */
    public static final int WARN_DAYS = 30;

    private static final Logger LOG = LoggerFactory.getLogger(TlsContext.class);
    private static final double DAY_SECONDS = Duration.ofDays(1).toSeconds();

    static {
        // RFC 9325 3.5: nobody needs a peer to renegotiate; read once, when TLS is first used.
        if (System.getProperty("jdk.tls.rejectClientInitiatedRenegotiation") == null) {
            System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
        }
    }

    /** Whether an acceptor asks for a certificate. */
    public enum ClientCertificates {
        /** Mutual authentication: no connection without a trusted one. */
        NEEDED,
        /** A peer may show a trusted one; one that is not trusted ends the connection. */
        WANTED,
        NONE
    }

    private final String name;
    private final TlsFiles files;
    private final InstantSource clock;
    private final Metrics.Counter reloads;
    private volatile Engines current;
    private Map<Path, FileTime> seen;
    private long warned = Long.MAX_VALUE;

    private TlsContext(String name, TlsFiles files, InstantSource clock, Metrics metrics)
            throws OperatorException {
        this.name = name;
        this.files = files;
        this.clock = clock;
        this.seen = times();
        this.current = new Engines(new LoadCredentials(files).load(), clock);
        reloads = metrics.counter(
                "strata_tls_reloads_total",
                "Times that certificates were read again while running",
                "door",
                "result");
        metrics.gauge(
                "strata_tls_certificate_left_days",
                "Days until our certificate, or one that it depends on, ends; negative after it",
                "door",
                name,
                this::leftDays);
        look();
    }

    /**
     * Reads the files.
     *
     * @param name of the door or channel, for logs and metrics: a word
     * @param clock by which certificates end, peers' too: see {@link strata.base.CredentialTime}
     * @throws OperatorException which file, and why it cannot be used
     */
    public static TlsContext open(String name, TlsFiles files, InstantSource clock, Metrics metrics)
            throws OperatorException {
        return new TlsContext(name, files, clock, metrics);
    }

    /**
     * An engine for a connection that a peer made to us.
     *
     * @param protocols to choose from by ALPN, preferred first; empty: ALPN is not answered
     */
    public SSLEngine acceptor(ClientCertificates clients, List<String> protocols) {
        SSLEngine engine = current.any().createSSLEngine();
        engine.setUseClientMode(false);
        TlsProfile.apply(engine, protocols);
        switch (clients) {
            case NEEDED -> engine.setNeedClientAuth(true);
            case WANTED -> engine.setWantClientAuth(true);
            case NONE -> engine.setNeedClientAuth(false);
        }
        return engine;
    }

    /**
     * An engine for a connection that we make. Without an expected certificate, the peer's must be
     * for the host that was asked for (RFC 6125); with one, it must be that one.
     */
    public SSLEngine requestor(String host, int port, Optional<CertificateBinding> expected) {
        Engines now = current;
        SSLEngine engine = expected.isPresent()
                ? now.boundTo(expected.get()).createSSLEngine(host, port)
                : now.any().createSSLEngine(host, port);
        engine.setUseClientMode(true);
        TlsProfile.apply(engine, List.of());
        if (expected.isEmpty()) {
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            engine.setSSLParameters(parameters);
        }
        return engine;
    }

    /**
     * Reads the files again; connections that are open keep what they have.
     *
     * @throws OperatorException which file, and why; what was in force stays
     */
    public synchronized void reload() throws OperatorException {
        Map<Path, FileTime> now = times();
        try {
            current = new Engines(new LoadCredentials(files).load(), clock);
            reloads.increment(name, "applied");
            LOG.info("{}: certificates read again, {} days left", name, Math.round(leftDays()));
        } catch (OperatorException e) {
            reloads.increment(name, "refused");
            LOG.error("{}: the certificates stay as they are: {}", name, e.getMessage());
            throw e;
        } finally {
            seen = now;
        }
    }

    /**
     * Reads files that have changed, and warns daily of an end that is near; to be called hourly.
     */
    public synchronized void look() {
        if (!times().equals(seen)) {
            try {
                reload();
            } catch (OperatorException e) {
                LOG.debug("said by reload", e);
            }
        }
        double left = leftDays();
        long day = (long) Math.floor(left);
        if (left >= WARN_DAYS || day == warned) {
            return;
        }
        warned = day;
        if (left < 0) {
            LOG.error("{}: the certificate has ended {} days ago", name, (long) Math.ceil(-left));
        } else {
            LOG.warn("{}: the certificate ends in {} days", name, day);
        }
    }

    /** Until the first of our own chain ends. */
    public double leftDays() {
        Instant now = clock.instant();
        return current.chain().stream()
                        .map(X509Certificate::getNotAfter)
                        .mapToDouble(
                                end -> Duration.between(now, end.toInstant()).toSeconds())
                        .min()
                        .orElseThrow()
                / DAY_SECONDS;
    }

    /** Our own certificate as a peer sees it. */
    public PeerCertificate own() {
        return PeerCertificate.of(current.chain().get(0));
    }

    private Map<Path, FileTime> times() {
        Map<Path, FileTime> times = new HashMap<>();
        for (Path file : files.all()) {
            try {
                times.put(file, Files.getLastModifiedTime(file));
            } catch (IOException e) {
                times.put(file, FileTime.fromMillis(0));
            }
        }
        return times;
    }
}
