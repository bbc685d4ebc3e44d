package strata.tier.crypto;

import java.util.Objects;

import javax.crypto.SecretKey;

/**
 * A key that wraps the keys of studies. It may be a handle into a token that never gives it out.
 *
 * @param id 16 hex digits
 */
public record SiteKey(String id, SecretKey key) {
    public SiteKey {
        if (!id.matches("[0-9a-f]{16}")) {
            throw new IllegalArgumentException("the id of a site key has 16 hex digits");
        }
        Objects.requireNonNull(key, "key");
    }

    long number() {
        return Long.parseUnsignedLong(id, 16);
    }

    static String idOf(long number) {
        return String.format("%016x", number);
    }

    @Override
    public String toString() {
        return "site key " + id;
    }
}
