package strata.catalog;

/** What is known about one copy. */
public enum PlacementState {
    /** Read again from its medium and found equal to the digest of the receipt. */
    VERIFIED,
    /** Written, not yet read again. */
    UNVERIFIED,
    /** Read and found wrong, or missing; waits for repair. */
    DAMAGED
}
