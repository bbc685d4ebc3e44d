package strata.tier;

import strata.tier.crypto.KeyLedger;

import java.util.Optional;

/**
 * How a local tier behaves.
 *
 * @param name of the tier, 1 to 64 characters of a-z, 0-9 and minus
 * @param reserveBytes what is left free on the medium: below it the tier is full
 * @param expected true when the catalog knows packs in it: a directory without the tier's marker is
 *     then a medium that is not mounted, not a new tier
 * @param keys open packs that are sealed; the tier keeps a copy of them
 * @param sealed whether packs are sealed when they are written; then there are keys
 */
public record LocalTierOptions(
        String name,
        long reserveBytes,
        boolean expected,
        Optional<KeyLedger> keys,
        boolean sealed) {
    public static final long DEFAULT_RESERVE_BYTES = 64L << 20;

    public LocalTierOptions {
        if (!name.matches("[a-z0-9-]{1,64}")) {
            throw new IllegalArgumentException("tier name: " + strata.base.Printable.of(name));
        }
        if (reserveBytes < 0) {
            throw new IllegalArgumentException("reserve: " + reserveBytes);
        }
        if (sealed && keys.isEmpty()) {
            throw new IllegalArgumentException("nothing is sealed without keys");
        }
    }

    /** Defaults for a tier that may be new. */
    public static LocalTierOptions of(String name) {
        return new LocalTierOptions(name, DEFAULT_RESERVE_BYTES, false, Optional.empty(), false);
    }

    public LocalTierOptions withExpected(boolean value) {
        return new LocalTierOptions(name, reserveBytes, value, keys, sealed);
    }

    public LocalTierOptions withReserveBytes(long value) {
        return new LocalTierOptions(name, value, expected, keys, sealed);
    }

    /** @param seal whether new packs are sealed; what is sealed already is read in any case */
    public LocalTierOptions withKeys(KeyLedger ledger, boolean seal) {
        return new LocalTierOptions(name, reserveBytes, expected, Optional.of(ledger), seal);
    }
}
