package strata.base.tls;

import strata.base.Digest;

import java.util.Locale;

import javax.security.auth.x500.X500Principal;

/**
 * Which certificate a peer must show, beyond being trusted. Written {@code sha256:HEX} (colons
 * between the bytes are fine), {@code subject:CN=modality,O=Hospital} (RFC 2253) or
 * {@code dns:NAME}.
 */
public sealed interface CertificateBinding {
    boolean fits(PeerCertificate peer);

    /** One certificate and no other; renewing it means to change the configuration too. */
    record Fingerprint(Digest sha256) implements CertificateBinding {
        @Override
        public boolean fits(PeerCertificate peer) {
            return sha256.equals(peer.fingerprint());
        }

        @Override
        public String toString() {
            return "sha256:" + sha256;
        }
    }

    /** Any trusted certificate of this subject. */
    record Subject(X500Principal name) implements CertificateBinding {
        @Override
        public boolean fits(PeerCertificate peer) {
            return name.equals(peer.subject());
        }

        @Override
        public String toString() {
            return "subject:" + name.getName();
        }
    }

    /** Any trusted certificate with this DNS name among its alternative names. */
    record DnsName(String name) implements CertificateBinding {
        @Override
        public boolean fits(PeerCertificate peer) {
            return peer.names().stream().anyMatch(name::equalsIgnoreCase);
        }

        @Override
        public String toString() {
            return "dns:" + name;
        }
    }

    /** @throws IllegalArgumentException when it is none of the forms */
    static CertificateBinding parse(String text) {
        int colon = text.indexOf(':');
        String value = text.substring(colon + 1).strip();
        return switch (colon < 0 ? "" : text.substring(0, colon).toLowerCase(Locale.ROOT)) {
            case "sha256" -> new Fingerprint(fingerprint(value));
            case "subject" -> new Subject(new X500Principal(value));
            case "dns" -> {
                if (!value.matches("[A-Za-z0-9._-]{1,253}")) {
                    throw new IllegalArgumentException("not a DNS name");
                }
                yield new DnsName(value);
            }
            default ->
                throw new IllegalArgumentException(
                        "expected sha256:HEX, subject:NAME or dns:NAME of a certificate");
        };
    }

    private static Digest fingerprint(String hex) {
        String plain = hex.replace(":", "");
        if (!plain.matches("[0-9a-fA-F]{64}")) {
            throw new IllegalArgumentException("a SHA-256 fingerprint has 64 hex digits");
        }
        return Digest.parse(plain);
    }
}
