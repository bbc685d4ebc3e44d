package strata.frontdoor.commitment;

/**
 * The life of a transaction.
 *
 * <pre>
 *   OPEN ----> CHECKED ----> REPORTED
 *     |           |
 *     +-----------+-----> GIVEN_UP
 * </pre>
 */
public enum TransactionState {
    /** Taken, and its objects not judged yet. */
    OPEN,
    /** Judged, and the requester not told yet. */
    CHECKED,
    /** The requester answered the report. */
    REPORTED,
    /** The requester could not be told for too long. */
    GIVEN_UP;

    /** @throws IllegalStateException for a step that the diagram does not have */
    TransactionState to(TransactionState next) {
        boolean allowed = switch (this) {
            case OPEN -> next == CHECKED || next == GIVEN_UP;
            case CHECKED -> next == REPORTED || next == GIVEN_UP;
            case REPORTED, GIVEN_UP -> false;
        };
        if (!allowed) {
            throw new IllegalStateException("a transaction cannot go from " + this + " to " + next);
        }
        return next;
    }

    /** Whether something is still to be done. */
    public boolean isPending() {
        return this == OPEN || this == CHECKED;
    }

    /** The code in the file. */
    int code() {
        return ordinal() + 1;
    }
}
