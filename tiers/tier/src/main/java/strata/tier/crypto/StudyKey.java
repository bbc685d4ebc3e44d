package strata.tier.crypto;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** The data key of one study, in the clear. Each file is sealed with a key derived from it. */
public final class StudyKey {
    static final int LENGTH_BYTES = 32;
    private static final byte[] PURPOSE = "strata sealed 1".getBytes(StandardCharsets.US_ASCII);

    private final KeyId id;
    private final byte[] secret;

    StudyKey(KeyId id, byte[] secret) {
        if (secret.length != LENGTH_BYTES) {
            throw new IllegalArgumentException("a data key of " + secret.length + " bytes");
        }
        this.id = id;
        this.secret = secret.clone();
    }

    KeyId id() {
        return id;
    }

    /**
     * HMAC-SHA-256 of purpose and file: no two files share a key, so frame numbers may be nonces.
     */
    SecretKey of(ByteBuffer saltAndName) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            mac.update(PURPOSE);
            mac.update(saltAndName);
            return new SecretKeySpec(mac.doFinal(), "AES");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    @Override
    public String toString() {
        return "study key " + id;
    }
}
