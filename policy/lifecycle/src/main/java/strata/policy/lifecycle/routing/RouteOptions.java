package strata.policy.lifecycle.routing;

import java.time.Duration;

/**
 * How studies are routed.
 *
 * @param batch most instances that are sent before the book is written
 * @param mostWaiting most studies in the queue of a peer; the rules ask for others later
 * @param mostTries failures of a study until it is parked; a peer that is away parks nothing
 * @param firstPause after the first failure of a study, or of a peer; doubles with each further one
 * @param longestPause where the doubling ends
 * @param recallLook how often it is looked whether a recall has ended
 */
public record RouteOptions(
        int batch,
        int mostWaiting,
        int mostTries,
        Duration firstPause,
        Duration longestPause,
        Duration recallLook) {
    public static final RouteOptions DEFAULT = new RouteOptions(
            250, 10_000, 5, Duration.ofSeconds(10), Duration.ofMinutes(10), Duration.ofSeconds(5));

    private static final int MAX_DOUBLINGS = 20;

    public RouteOptions {
        if (batch < 1 || mostWaiting < 1 || mostTries < 1) {
            throw new IllegalArgumentException("at least one is sent, waits and is tried");
        }
        if (firstPause.isNegative() || longestPause.compareTo(firstPause) < 0) {
            throw new IllegalArgumentException("pauses grow from the first to the longest");
        }
    }

    Duration pause(int failures) {
        Duration pause = firstPause.multipliedBy(1L << Math.min(failures - 1, MAX_DOUBLINGS));
        return pause.compareTo(longestPause) > 0 ? longestPause : pause;
    }
}
