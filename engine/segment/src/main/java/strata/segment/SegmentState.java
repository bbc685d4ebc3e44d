package strata.segment;

/**
 * The life of a segment.
 *
 * <pre>
 *   OPEN ----> SEALED ----> DELETED
 *     |                        ^
 *     +------> RETIRED --------+
 * </pre>
 */
public enum SegmentState {
    /** Records may be appended. */
    OPEN,
    /** Complete with footer; read only. */
    SEALED,
    /** A sync failed; read only up to what was durable before, never written or synced again. */
    RETIRED,
    /** Its file is gone; readers that still hold it open may finish. */
    DELETED;

    /** @throws IllegalStateException when the diagram has no such step */
    SegmentState to(SegmentState next) {
        boolean allowed = switch (this) {
            case OPEN -> next == SEALED || next == RETIRED;
            case SEALED, RETIRED -> next == DELETED;
            case DELETED -> false;
        };
        if (!allowed) {
            throw new IllegalStateException("a segment does not go from " + this + " to " + next);
        }
        return next;
    }
}
