package strata.base.tls;

import strata.base.OperatorException;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * What engines are made from, for one reading of the files. A context for each expected
 * certificate, so that no session is resumed for a peer that another one was expected to be.
 */
final class Engines {
    private static final char[] IN_MEMORY = {};

    /** Whoever resumes a session shows no certificate again: not for the JDK's whole day. */
    private static final int RESUMED_SECONDS = 300;

    private final List<X509Certificate> chain;
    private final KeyManager[] mine;
    private final X509ExtendedTrustManager trust;
    private final SSLContext any;
    private final Map<CertificateBinding, SSLContext> bound = new ConcurrentHashMap<>();

    /** @param time by which peers' certificates end, beside the clock that the JDK asks */
    Engines(LoadCredentials.Credentials credentials, InstantSource time) throws OperatorException {
        chain = credentials.chain();
        try {
            KeyStore own = empty();
            own.setKeyEntry(
                    "own", credentials.key(), IN_MEMORY, chain.toArray(X509Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(own, IN_MEMORY);
            mine = keys.getKeyManagers();
            trust = new CheckedTrust(trust(credentials.anchors()), each -> current(each, time));
            any = context(trust);
        } catch (IOException | GeneralSecurityException e) {
            throw new OperatorException("the certificates cannot be used: " + e.getMessage(), e);
        }
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static X509ExtendedTrustManager trust(List<X509Certificate> anchors)
            throws IOException, GeneralSecurityException {
        if (anchors.isEmpty()) {
            return new NoTrust();
        }
        KeyStore trusted = empty();
        for (int i = 0; i < anchors.size(); i++) {
            trusted.setCertificateEntry("anchor" + i, anchors.get(i));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(trusted);
        return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    }

    private SSLContext context(TrustManager trusted) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(mine, new TrustManager[] {trusted}, null);
        context.getServerSessionContext().setSessionTimeout(RESUMED_SECONDS);
        context.getClientSessionContext().setSessionTimeout(RESUMED_SECONDS);
        return context;
    }

    List<X509Certificate> chain() {
        return chain;
    }

    /** Trusts every peer that an anchor vouches for. */
    SSLContext any() {
        return any;
    }

    /** As above, and the peer's certificate must fit. */
    SSLContext boundTo(CertificateBinding expected) {
        return bound.computeIfAbsent(expected, key -> {
            try {
                return context(new CheckedTrust(trust, each -> expected(each, key)));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("a second context like the first", e);
            }
        });
    }

    private static void expected(X509Certificate[] chain, CertificateBinding binding)
            throws CertificateException {
        if (!binding.fits(PeerCertificate.of(chain[0]))) {
            throw new CertificateException("the certificate is not that of the expected peer");
        }
    }

    /** The JDK has compared with the clock, which may have been set back. */
    private static void current(X509Certificate[] chain, InstantSource time)
            throws CertificateException {
        Instant now = time.instant();
        for (X509Certificate each : chain) {
            Instant end = each.getNotAfter().toInstant();
            if (now.isAfter(end)) {
                throw new CertificateExpiredException("the certificate ended at " + end
                        + ", and it is " + now + " by this site's reckoning, whatever the clock"
                        + " says");
            }
        }
    }
}
