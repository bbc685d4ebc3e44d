package strata.mover.recall;

/**
 * Where a recall stands.
 *
 * <pre>
 * WAITING --- RUNNING --- DONE
 *    |  \        |
 *    |   ON_ITS_WAY, PAUSED --- WAITING
 *    |           |
 * CANCELLED    PARKED --- WAITING (asked for again)
 * </pre>
 *
 * Anything that has not ended can be cancelled.
 */
public enum RecallState {
    /** Others go first. */
    WAITING,
    /** Bytes are coming. */
    RUNNING,
    /** All that is left was asked for at an archive that takes its time. */
    ON_ITS_WAY,
    /** Something failed; it is tried again by itself. */
    PAUSED,
    /** It failed too often; it is tried again when it is asked for again. */
    PARKED,
    /** All of it is in hot. */
    DONE,
    /** Nobody wants it any more. */
    CANCELLED;

    /** Whether nothing more will happen by itself. */
    public boolean isAtRest() {
        return switch (this) {
            case WAITING, RUNNING, ON_ITS_WAY, PAUSED -> false;
            case PARKED, DONE, CANCELLED -> true;
        };
    }
}
