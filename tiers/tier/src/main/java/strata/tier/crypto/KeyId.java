package strata.tier.crypto;

import org.apache.commons.codec.binary.Hex;

import java.nio.ByteBuffer;
import java.security.SecureRandom;

/** Names the data key of one study for ever: 16 random bytes, printed as 32 hex digits. */
public record KeyId(long high, long low) {
    static final int LENGTH_BYTES = 16;

    static KeyId random(SecureRandom random) {
        return new KeyId(random.nextLong(), random.nextLong());
    }

    static KeyId read(ByteBuffer from) {
        return new KeyId(from.getLong(), from.getLong());
    }

    void write(ByteBuffer to) {
        to.putLong(high).putLong(low);
    }

    @Override
    public String toString() {
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH_BYTES);
        write(bytes);
        return Hex.encodeHexString(bytes.array());
    }
}
