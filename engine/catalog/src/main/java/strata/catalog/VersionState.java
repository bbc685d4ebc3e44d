package strata.catalog;

/**
 * What a version is to the readers of its SOP Instance UID.
 *
 * <pre>
 *            chosen / superseded
 *   CURRENT <--------------------> CONFLICT, SUPERSEDED
 *      |  ^                        ^   |
 *      |  | repaired      repaired |   |
 *      v  |                        |   v        no good copy left
 *      DAMAGED --------------------+  DAMAGED
 *
 *   any of these <--> DELETED (hidden, its bytes are kept) --> PURGED (the end)
 * </pre>
 *
 * At most one version of a SOP Instance UID is CURRENT. Different bytes under a used UID are kept
 * as CONFLICT beside it, until somebody decides; then those not chosen are SUPERSEDED.
 */
public enum VersionState {
    CURRENT,
    CONFLICT,
    /** Hidden by a deletion or a rejection; every copy is kept as if it were not, until purged. */
    DELETED,
    DAMAGED,
    /** Kept, and decided against: another version of the instance was chosen. */
    SUPERSEDED,
    /** Its copies are released or about to be; a record in the segments keeps it from returning. */
    PURGED;

    /**
     * The next state; a step to the same state is fine, so that a replay does no harm.
     *
     * @throws IllegalStateException for a step that the diagram does not have
     */
    public VersionState to(VersionState next) {
        boolean allowed = switch (this) {
            case CURRENT, CONFLICT, DAMAGED, SUPERSEDED -> next != PURGED;
            case DELETED -> true;
            case PURGED -> next == PURGED;
        };
        if (!allowed) {
            throw new IllegalStateException("a version cannot go from " + this + " to " + next);
        }
        return next;
    }

    /** Whether its bytes are to be kept, moved, scrubbed and repaired. */
    public boolean isKept() {
        return this != PURGED;
    }

    /** Whether it was taken out of sight on purpose. */
    public boolean isHidden() {
        return this == DELETED || this == PURGED;
    }
}
