package strata.tier;

import org.apache.commons.codec.DecoderException;
import org.apache.commons.codec.binary.Hex;

import strata.base.Digest;
import strata.base.Printable;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;

/**
 * Names a pack by what is in it: the first 16 bytes of the SHA-256 over the object id and digest of
 * each entry, in order. So a write that is repeated after a crash finds the pack of the first try.
 * Printed as 32 hex digits, which is the pack's name in every tier.
 */
public record PackId(long high, long low) {
    public static final int LENGTH_BYTES = 16;

    /** The id of a pack with these objects in this order. */
    public static PackId of(List<PackObject> objects) {
        MessageDigest sha256 = Digest.newSha256();
        ByteBuffer bytes = ByteBuffer.allocate(16 + Digest.LENGTH_BYTES);
        for (PackObject object : objects) {
            object.id().write(bytes.clear());
            object.digest().write(bytes);
            sha256.update(bytes.flip());
        }
        return read(ByteBuffer.wrap(sha256.digest()));
    }

    static PackId read(ByteBuffer from) {
        return new PackId(from.getLong(), from.getLong());
    }

    void write(ByteBuffer to) {
        to.putLong(high).putLong(low);
    }

    /**
     * @throws IllegalArgumentException when the text is no name of a pack, so that none ever
     *     becomes a path of its own choice
     */
    public static PackId parse(String name) {
        try {
            byte[] bytes = Hex.decodeHex(name);
            if (bytes.length == LENGTH_BYTES && name.equals(Hex.encodeHexString(bytes))) {
                return read(ByteBuffer.wrap(bytes));
            }
        } catch (DecoderException e) {
            throw new IllegalArgumentException("not a pack name: " + Printable.of(name), e);
        }
        throw new IllegalArgumentException("not a pack name: " + Printable.of(name));
    }

    @Override
    public String toString() {
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH_BYTES);
        write(bytes);
        return Hex.encodeHexString(bytes.array());
    }
}
