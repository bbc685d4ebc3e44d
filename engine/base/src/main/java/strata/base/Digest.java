package strata.base;

import org.apache.commons.codec.DecoderException;
import org.apache.commons.codec.binary.Hex;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** A SHA-256 value, held as four big-endian longs so that it compares and hashes by value. */
public record Digest(long a, long b, long c, long d) {
    public static final int LENGTH_BYTES = 32;

    /** Takes a digest from the first 32 remaining bytes of the buffer and moves its position. */
    public static Digest read(ByteBuffer from) {
        return new Digest(from.getLong(), from.getLong(), from.getLong(), from.getLong());
    }

    public static Digest of(byte[] sha256) {
        if (sha256.length != LENGTH_BYTES) {
            throw new IllegalArgumentException("SHA-256 has 32 bytes, not " + sha256.length);
        }
        return read(ByteBuffer.wrap(sha256));
    }

    /** Finishes the given SHA-256 and takes its value. */
    public static Digest finish(MessageDigest sha256) {
        return of(sha256.digest());
    }

    public static Digest ofBytes(byte[] content) {
        return of(newSha256().digest(content));
    }

    public static Digest parse(String hex) {
        try {
            return of(Hex.decodeHex(hex));
        } catch (DecoderException e) {
            throw new IllegalArgumentException("not a SHA-256 in hex: " + Printable.of(hex), e);
        }
    }

    public static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** Writes the 32 bytes at the buffer's position. */
    public void write(ByteBuffer to) {
        to.putLong(a).putLong(b).putLong(c).putLong(d);
    }

    public byte[] bytes() {
        ByteBuffer out = ByteBuffer.allocate(LENGTH_BYTES);
        write(out);
        return out.array();
    }

    @Override
    public String toString() {
        return Hex.encodeHexString(bytes());
    }
}
