package strata.policy.lifecycle;

/**
 * How many of those that wait are asked in one cycle: many while it helps, few while nothing moves,
 * so that a full tier does not make every cycle look at all that would go there. For one thread.
 */
final class Attempts {
    /** Asked also when none of those before could move, since small ones may where large cannot. */
    static final int LEAST = 10;

    private static final int STEP = 4;

    private int most = Agenda.MOST_LOOKS;

    int most() {
        return most;
    }

    /** What became of those asked last. */
    void outcome(long asked, long stillWaiting) {
        if (asked > 0) {
            most = 2 * stillWaiting > asked
                    ? Math.max(LEAST, most / STEP)
                    : Math.min(Agenda.MOST_LOOKS, most * STEP);
        }
    }

    void reset() {
        most = Agenda.MOST_LOOKS;
    }
}
