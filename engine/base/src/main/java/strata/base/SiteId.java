package strata.base;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * One Strata installation, drawn at random when its data directory is created; printed as 16 hex
 * digits.
 */
public record SiteId(long value) implements Comparable<SiteId> {
    public static SiteId draw() {
        return new SiteId(new SecureRandom().nextLong());
    }

    public static SiteId parse(String hex) {
        if (hex.length() != 16) {
            throw new IllegalArgumentException("site id has 16 hex digits: " + Printable.of(hex));
        }
        return new SiteId(Long.parseUnsignedLong(hex, 16));
    }

    @Override
    public int compareTo(SiteId other) {
        return Long.compareUnsigned(value, other.value);
    }

    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(value);
    }
}
