package strata.frontdoor;

import java.time.Duration;

/**
 * How long a retrieve waits for what has to be brought back first.
 *
 * @param most over the whole retrieve; zero: what cannot be read fails, and is asked for all the
 *     same
 */
public record RecallWait(ColdInstances cold, Duration most) {
    /** Nothing is brought back, and nothing is waited for. */
    public static final RecallWait NONE = new RecallWait(ColdInstances.NONE, Duration.ZERO);

    public RecallWait {
        if (most.isNegative()) {
            throw new IllegalArgumentException("a wait is not negative: " + most);
        }
    }
}
