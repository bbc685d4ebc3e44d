package strata.policy.lifecycle;

import java.time.Duration;

/**
 * How often and how much.
 *
 * @param interval from the end of one cycle to the start of the next; more when planning takes long
 * @param actionsPerKind most actions of a kind in one cycle
 * @param firstPause how long a study waits after its first failure; doubles with each further one
 * @param longestPause where the doubling ends
 * @param passEvery how often everything is looked at, in case something was missed
 */
public record LifecycleOptions(
        Duration interval,
        int actionsPerKind,
        Duration firstPause,
        Duration longestPause,
        Duration passEvery) {
    public static final LifecycleOptions DEFAULT = new LifecycleOptions(
            Duration.ofSeconds(30),
            1_000,
            Duration.ofMinutes(1),
            Duration.ofHours(6),
            Duration.ofDays(1));

    public LifecycleOptions {
        if (interval.isNegative() || interval.isZero() || actionsPerKind < 1) {
            throw new IllegalArgumentException("a cycle has an interval and room for an action");
        }
        if (passEvery.compareTo(interval) < 0) {
            throw new IllegalArgumentException("a pass takes at least a cycle");
        }
        if (firstPause.isNegative() || longestPause.compareTo(firstPause) < 0) {
            throw new IllegalArgumentException("pauses grow from the first to the longest");
        }
    }
}
