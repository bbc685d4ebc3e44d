package strata.base.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/** Tells by a signature whether a private and a public key are a pair. */
final class KeyPairs {
    private static final byte[] PROBE = {1, 2, 3, 4, 5, 6, 7, 8};

    private KeyPairs() {}

    static boolean belong(PrivateKey mine, PublicKey other) {
        if (!family(mine.getAlgorithm()).equals(family(other.getAlgorithm()))) {
            return false;
        }
        try {
            Signature sign = Signature.getInstance(family(mine.getAlgorithm()));
            sign.initSign(mine);
            sign.update(PROBE);
            byte[] signed = sign.sign();
            sign.initVerify(other);
            sign.update(PROBE);
            return sign.verify(signed);
        } catch (GeneralSecurityException notOfAPair) {
            return false;
        }
    }

    /** The signature that keys of the algorithm make. */
    private static String family(String algorithm) {
        return switch (algorithm) {
            case "RSA", "RSASSA-PSS" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "EdDSA";
        };
    }
}
