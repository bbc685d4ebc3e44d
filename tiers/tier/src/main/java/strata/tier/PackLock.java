package strata.tier;

import java.time.Instant;

/**
 * What a medium is to hold against the deletion of a pack.
 *
 * @param until nobody deletes it before that; in the past, or MIN, for no such time
 * @param held nobody deletes it until this is taken back
 */
public record PackLock(Instant until, boolean held) {
    /** Nothing. */
    public static final PackLock NONE = new PackLock(Instant.MIN, false);

    /** @param until when something is kept: MIN for not at all, MAX for without an end */
    public static PackLock of(Instant until) {
        return until.equals(Instant.MAX)
                ? new PackLock(Instant.MIN, true)
                : new PackLock(until, false);
    }

    /** What suits both. */
    public PackLock and(PackLock other) {
        return new PackLock(until.isAfter(other.until) ? until : other.until, held || other.held);
    }

    /** Whether it forbids a deletion now. */
    public boolean forbids(Instant now) {
        return held || until.isAfter(now);
    }
}
