package strata.catalog;

/**
 * What a version is to the readers of its SOP Instance UID.
 *
 * <pre>
 *            chosen / superseded
 *   CURRENT <--------------------> CONFLICT
 *      |  ^                        ^   |
 *      |  | repaired      repaired |   |
 *      v  |                        |   v        no good copy left
 *      DAMAGED --------------------+  DAMAGED
 *
 *   any of the three --> DELETED (the end; a tombstone is in the segments)
 * </pre>
 *
 * At most one version of a SOP Instance UID is CURRENT. Different bytes under a used UID are kept
 * as CONFLICT beside it.
 */
public enum VersionState {
    CURRENT,
    CONFLICT,
    DELETED,
    DAMAGED;

    /**
     * The next state; a step to the same state is fine, so that a replay does no harm.
     *
     * @throws IllegalStateException for a step that the diagram does not have
     */
    public VersionState to(VersionState next) {
        boolean allowed = switch (this) {
            case CURRENT, CONFLICT, DAMAGED -> true;
            case DELETED -> next == DELETED;
        };
        if (!allowed) {
            throw new IllegalStateException("a version cannot go from " + this + " to " + next);
        }
        return next;
    }
}
