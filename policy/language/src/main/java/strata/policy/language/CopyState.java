package strata.policy.language;

/** What is known of one copy of a whole study. Only {@link #VERIFIED} counts as a copy. */
public enum CopyState {
    /** Some objects of the study are not there. */
    PARTIAL,
    /** At least one object there did not match its digest. */
    DAMAGED,
    /** All objects are there, not all have been read again. */
    UNVERIFIED,
    /** Every object was read again there and matched the digest of its receipt. */
    VERIFIED
}
