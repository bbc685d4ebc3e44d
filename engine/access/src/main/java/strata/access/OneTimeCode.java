package strata.access;

import org.apache.commons.codec.binary.Base32;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.OptionalLong;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Time-based one-time codes, RFC 6238, as authenticator programs make them: HMAC-SHA-1, six digits,
 * steps of 30 s.
 */
public final class OneTimeCode {
    static final int STEP_SECONDS = 30;
    private static final int SECRET_BYTES = 20;
    private static final int MODULUS = 1_000_000;

    private final byte[] secret;

    private OneTimeCode(byte[] secret) {
        this.secret = secret;
    }

    static OneTimeCode random() {
        byte[] secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        return new OneTimeCode(secret);
    }

    /** @throws IllegalArgumentException when it is not base 32 of at least 16 bytes */
    static OneTimeCode parse(String base32) {
        byte[] secret = new Base32().decode(base32);
        if (!base32.matches("[A-Z2-7]{26,64}=*") || secret.length < 16) {
            throw new IllegalArgumentException("not the secret of one-time codes");
        }
        return new OneTimeCode(secret);
    }

    static long step(Instant at) {
        return Math.floorDiv(at.getEpochSecond(), (long) STEP_SECONDS);
    }

    /** The code of a step, six digits. */
    String at(long step) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(secret, "HmacSHA1"));
            byte[] hash = mac.doFinal(ByteBuffer.allocate(8).putLong(step).array());
            int offset = hash[hash.length - 1] & 0xf;
            int number = ByteBuffer.wrap(hash).getInt(offset) & 0x7fff_ffff;
            return String.format("%06d", number % MODULUS);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA-1", e);
        }
    }

    /** The step that the code is of: this one, or one to either side for clocks that differ. */
    OptionalLong stepOf(String code, Instant now) {
        long middle = step(now);
        OptionalLong found = OptionalLong.empty();
        for (long step = middle - 1; step <= middle + 1; step++) {
            if (MessageDigest.isEqual(bytes(at(step)), bytes(code))) {
                found = OptionalLong.of(step);
            }
        }
        return found;
    }

    private static byte[] bytes(String code) {
        return code.getBytes(StandardCharsets.UTF_8);
    }

    /** What an authenticator program is given, as a URI. */
    public String uri(String account) {
        return "otpauth://totp/Strata:" + account + "?secret=" + base32() + "&issuer=Strata";
    }

    String base32() {
        return new Base32().encodeToString(secret).replace("=", "");
    }
}
