package strata.base.tls;

import strata.base.OperatorException;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
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

    private final List<X509Certificate> chain;
    private final KeyManager[] mine;
    private final X509ExtendedTrustManager trust;
    private final SSLContext any;
    private final Map<CertificateBinding, SSLContext> bound = new ConcurrentHashMap<>();

    Engines(LoadCredentials.Credentials credentials) throws OperatorException {
        chain = credentials.chain();
        try {
            KeyStore own = empty();
            own.setKeyEntry(
                    "own", credentials.key(), IN_MEMORY, chain.toArray(X509Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(own, IN_MEMORY);
            mine = keys.getKeyManagers();
            trust = trust(credentials.anchors());
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
                return context(new BoundTrust(trust, key));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("a second context like the first", e);
            }
        });
    }
}
