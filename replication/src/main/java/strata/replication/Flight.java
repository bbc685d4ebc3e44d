package strata.replication;

/** One object between its offer and the final answer. */
final class Flight {
    final LogRecord record;
    private ReplicaState state = ReplicaState.OFFERED;

    /** Whether its bytes count as sent and not yet verified. */
    boolean onTheWay;

    /** From which byte the other site wants it. */
    long wantedFrom;

    Flight(LogRecord record) {
        this.record = record;
    }

    ReplicaState state() {
        return state;
    }

    /** @throws ReplicationException when the other site answers out of turn */
    void to(ReplicaState next) throws ReplicationException {
        try {
            state = state.to(next);
        } catch (IllegalStateException e) {
            throw new ReplicationException(
                    ReplicationException.Kind.UNEXPECTED,
                    "answer for " + record.id() + " out of turn: " + e.getMessage(),
                    e);
        }
    }
}
