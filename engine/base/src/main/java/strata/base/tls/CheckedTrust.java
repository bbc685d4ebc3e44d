package strata.base.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Trusts those whom another trusts and who stand up to one more check. */
final class CheckedTrust extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager trusted;
    private final Check more;

    /** What else is asked of a chain, the peer's own certificate first. */
    interface Check {
        /** @throws CertificateException why the peer is not trusted after all */
        void check(X509Certificate[] chain) throws CertificateException;
    }

    CheckedTrust(X509ExtendedTrustManager trusted, Check more) {
        this.trusted = trusted;
        this.more = more;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        trusted.checkServerTrusted(chain, type, engine);
        more.check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        trusted.checkClientTrusted(chain, type, engine);
        more.check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        trusted.checkServerTrusted(chain, type, socket);
        more.check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        trusted.checkClientTrusted(chain, type, socket);
        more.check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        trusted.checkServerTrusted(chain, type);
        more.check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        trusted.checkClientTrusted(chain, type);
        more.check(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return trusted.getAcceptedIssuers();
    }
}
