package strata.tier;

/** What can be expected of a tier at present. It changes with the medium, in any direction. */
public enum TierHealth {
    /** Reads and writes. */
    AVAILABLE,
    /** Reads; a write would not find room. */
    FULL,
    /** Reads; writes are refused. */
    READ_ONLY,
    /** Not there: unmounted, unplugged, unreachable. Its packs may come back with it. */
    VANISHED
}
