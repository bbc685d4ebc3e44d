package strata.base.tls;

import strata.base.Digest;

import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.security.auth.x500.X500Principal;

/**
 * Who the other side proved to be.
 *
 * @param fingerprint SHA-256 of the certificate as it was sent
 * @param names DNS names of its subject alternative name
 */
public record PeerCertificate(Digest fingerprint, X500Principal subject, List<String> names) {
    private static final int DNS_NAME = 2;

    public PeerCertificate {
        names = List.copyOf(names);
    }

    /** The peer of a session whose handshake is done; empty when it showed no certificate. */
    public static Optional<PeerCertificate> of(SSLSession session) {
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate first
                    ? Optional.of(of(first))
                    : Optional.empty();
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }

    public static PeerCertificate of(X509Certificate certificate) {
        try {
            return new PeerCertificate(
                    Digest.ofBytes(certificate.getEncoded()),
                    certificate.getSubjectX500Principal(),
                    dnsNames(certificate));
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("a certificate without an encoding", e);
        }
    }

    private static List<String> dnsNames(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            for (List<?> each : all == null ? List.<List<?>>of() : all) {
                if (each.get(0).equals(DNS_NAME)) {
                    names.add((String) each.get(1));
                }
            }
        } catch (CertificateParsingException e) {
            return List.of();
        }
        return names;
    }

    /** For logs and the audit trail: the beginning of the fingerprint. */
    @Override
    public String toString() {
        return "certificate " + fingerprint.toString().substring(0, 16);
    }
}
