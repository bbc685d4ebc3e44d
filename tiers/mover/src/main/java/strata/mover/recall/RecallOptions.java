package strata.mover.recall;

import java.time.Duration;

/**
 * Limits of the queue.
 *
 * @param workers packs that are read at a time, 1 to 64
 * @param mostRequests that wait, running ones included
 * @param mostTries that fail before a request is parked
 * @param firstPause after the first failure, doubled after each further one
 * @param longestPause that doubling comes to, also between looks at what is on its way
 * @param urgentPause the longest between looks while a peer waits
 */
public record RecallOptions(
        int workers,
        int mostRequests,
        int mostTries,
        Duration firstPause,
        Duration longestPause,
        Duration urgentPause) {
    public static final RecallOptions DEFAULT = new RecallOptions(
            2, 10_000, 6, Duration.ofSeconds(5), Duration.ofMinutes(10), Duration.ofSeconds(30));

    public RecallOptions {
        if (workers < 1 || workers > 64 || mostRequests < 1 || mostTries < 1) {
            throw new IllegalArgumentException("1 to 64 workers, at least one request and try");
        }
    }

    public RecallOptions withWorkers(int number) {
        return new RecallOptions(
                number, mostRequests, mostTries, firstPause, longestPause, urgentPause);
    }

    /** After so many failures or looks in a row, from 1. */
    long pauseNanos(int times) {
        long shift = Math.min(times - 1, 20);
        return Math.min(longestPause.toNanos(), firstPause.toNanos() << shift);
    }

    /** As above, between looks at a medium that is away or brings it later. */
    long lookNanos(int times, RecallCause cause) {
        return cause == RecallCause.RETRIEVE
                ? Math.min(urgentPause.toNanos(), pauseNanos(times))
                : pauseNanos(times);
    }
}
