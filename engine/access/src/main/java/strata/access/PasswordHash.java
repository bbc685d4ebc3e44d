package strata.access;

import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A password as it is kept: Argon2id (RFC 9106) with 19 MiB and two passes, in the PHC form
 * {@code $argon2id$v=19$m=KIB,t=PASSES,p=LANES$SALT$HASH}. Takes some 70 ms to make or to compare.
 */
final class PasswordHash {
    private static final int KIB = 19 * 1024;
    private static final int PASSES = 2;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final int MAX_KIB = 1 << 20;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern PHC =
            Pattern.compile("\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,2}),p=(\\d{1,2})"
                    + "\\$([A-Za-z0-9+/]{11,88})\\$([A-Za-z0-9+/]{22,88})");

    /** Of a password that nobody has: to be compared where there is no account. */
    static final PasswordHash NOBODY =
            new PasswordHash(KIB, PASSES, 1, new byte[SALT_BYTES], new byte[HASH_BYTES]);

    private final int kib;
    private final int passes;
    private final int lanes;
    private final byte[] salt;
    private final byte[] hash;

    private PasswordHash(int kib, int passes, int lanes, byte[] salt, byte[] hash) {
        this.kib = kib;
        this.passes = passes;
        this.lanes = lanes;
        this.salt = salt;
        this.hash = hash;
    }

    static PasswordHash of(char[] password) {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        byte[] hash = derive(password, KIB, PASSES, 1, salt, HASH_BYTES);
        return new PasswordHash(KIB, PASSES, 1, salt, hash);
    }

    /** @throws IllegalArgumentException when it is not in this form */
    static PasswordHash parse(String phc) {
        Matcher parts = PHC.matcher(phc);
        if (!parts.matches()) {
            throw new IllegalArgumentException("not an Argon2id hash");
        }
        int kib = Integer.parseInt(parts.group(1));
        int passes = Integer.parseInt(parts.group(2));
        int lanes = Integer.parseInt(parts.group(3));
        if (kib < 8 * lanes || kib > MAX_KIB || passes < 1 || lanes < 1) {
            throw new IllegalArgumentException("parameters of an Argon2id hash");
        }
        Base64.Decoder decoder = Base64.getDecoder();
        return new PasswordHash(
                kib, passes, lanes, decoder.decode(parts.group(4)), decoder.decode(parts.group(5)));
    }

    boolean fits(char[] password) {
        byte[] other = derive(password, kib, passes, lanes, salt, hash.length);
        return MessageDigest.isEqual(hash, other);
    }

    private static byte[] derive(
            char[] password, int kib, int passes, int lanes, byte[] salt, int bytes) {
        byte[] secret = new byte[0];
        try {
            secret = utf8(password);
            Argon2BytesGenerator generator = new Argon2BytesGenerator();
            generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                    .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                    .withMemoryAsKB(kib)
                    .withIterations(passes)
                    .withParallelism(lanes)
                    .withSalt(salt)
                    .build());
            byte[] out = new byte[bytes];
            generator.generateBytes(secret, out);
            return out;
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    private static byte[] utf8(char[] password) {
        var encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(password));
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        Arrays.fill(encoded.array(), (byte) 0);
        return bytes;
    }

    /** In the PHC form. */
    @Override
    public String toString() {
        Base64.Encoder encoder = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + kib + ",t=" + passes + ",p=" + lanes + "$"
                + encoder.encodeToString(salt) + "$" + encoder.encodeToString(hash);
    }
}
