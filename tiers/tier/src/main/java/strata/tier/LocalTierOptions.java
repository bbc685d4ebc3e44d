package strata.tier;

import strata.codec.EncodingProfile;

/**
 * How a local tier behaves.
 *
 * @param name of the tier, 1 to 64 characters of a-z, 0-9 and minus
 * @param profile of the codec
 * @param reserveBytes what is left free on the medium: below it the tier is full
 * @param expected true when the catalog knows packs in it: a directory without the tier's marker is
 *     then a medium that is not mounted, not a new tier
 */
public record LocalTierOptions(
        String name, EncodingProfile profile, long reserveBytes, boolean expected) {
    public static final long DEFAULT_RESERVE_BYTES = 64L << 20;

    public LocalTierOptions {
        if (!name.matches("[a-z0-9-]{1,64}")) {
            throw new IllegalArgumentException("tier name: " + strata.base.Printable.of(name));
        }
        if (reserveBytes < 0) {
            throw new IllegalArgumentException("reserve: " + reserveBytes);
        }
    }

    /** Defaults for a tier that may be new. */
    public static LocalTierOptions of(String name) {
        return new LocalTierOptions(name, EncodingProfile.FAST, DEFAULT_RESERVE_BYTES, false);
    }

    public LocalTierOptions withExpected(boolean value) {
        return new LocalTierOptions(name, profile, reserveBytes, value);
    }

    public LocalTierOptions withReserveBytes(long value) {
        return new LocalTierOptions(name, profile, value, expected);
    }

    public LocalTierOptions withProfile(EncodingProfile value) {
        return new LocalTierOptions(name, value, reserveBytes, expected);
    }
}
