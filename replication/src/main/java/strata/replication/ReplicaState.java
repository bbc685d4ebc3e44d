package strata.replication;

/**
 * How far one object is on its way to the other site.
 *
 * <pre>
 * OFFERED -> WANTED -> SENT -> RECEIVED -> DURABLE -> VERIFIED
 *    |          |        |        |           |
 *    +- HAVE: VERIFIED   +--------+-----------+---> FAILED (from each of them)
 * </pre>
 */
enum ReplicaState {
    OFFERED,
    WANTED,
    SENT,
    RECEIVED,
    DURABLE,
    VERIFIED,
    FAILED;

    /** @throws IllegalStateException when the other site answered out of turn */
    ReplicaState to(ReplicaState next) {
        boolean allowed = switch (next) {
            case OFFERED -> false;
            case WANTED -> this == OFFERED;
            case SENT -> this == WANTED;
            case RECEIVED -> this == SENT;
            case DURABLE -> this == RECEIVED;
            case VERIFIED -> this == OFFERED || this == DURABLE;
            case FAILED -> this != VERIFIED && this != FAILED;
        };
        if (!allowed) {
            throw new IllegalStateException("from " + this + " to " + next);
        }
        return next;
    }
}
