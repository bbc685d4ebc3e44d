package strata.base.tls;

import java.util.List;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * What is negotiated: the BCP 195 RFC 8996, 9325 TLS Secure Transport Connection Profile (PS3.15
 * B.12), with the suites of RFC 9325 4.2 and without static or finite-field key exchange.
 */
public final class TlsProfile {
    /** Preferred first. */
    public static final List<String> VERSIONS = List.of("TLSv1.3", "TLSv1.2");

    /** Preferred first; all have forward secrecy and authenticated encryption. */
    public static final List<String> SUITES = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");

    /** Shorter keys are refused, RFC 9325 4.5. */
    static final int RSA_BITS = 2048;

    static final int EC_BITS = 256;

    private TlsProfile() {}

    /** @param protocols offered or chosen from by ALPN (RFC 7301), preferred first */
    static void apply(SSLEngine engine, List<String> protocols) {
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(VERSIONS.toArray(String[]::new));
        parameters.setCipherSuites(SUITES.toArray(String[]::new));
        parameters.setUseCipherSuitesOrder(true);
        parameters.setApplicationProtocols(protocols.toArray(String[]::new));
        engine.setSSLParameters(parameters);
    }
}
