package strata.frontdoor.commitment;

import java.time.Duration;

/**
 * What storage commitment asks of objects, and what peers may ask of it.
 *
 * @param copies independent devices or sites that must hold an object, at least 1
 * @param patience how long an object may take to get so many copies before it is reported as failed
 * @param maxReferences in one transaction; a longer one is refused with 0213H
 * @param maxPending transactions that are not reported yet; more are refused with 0213H
 * @param maxRemembered transactions that are over and whose UIDs are still known
 * @param firstPause before the second attempt to check or to report; each further one doubles it
 * @param longestPause between two attempts
 * @param giveUpAfter a requester that cannot be told for so long is not told any more
 * @param remember how long a UID is known after its transaction is over
 */
public record CommitmentOptions(
        int copies,
        Duration patience,
        int maxReferences,
        int maxPending,
        int maxRemembered,
        Duration firstPause,
        Duration longestPause,
        Duration giveUpAfter,
        Duration remember) {
    public static final CommitmentOptions DEFAULT = new CommitmentOptions(
            1,
            Duration.ofMinutes(10),
            20_000,
            1_000,
            10_000,
            Duration.ofSeconds(5),
            Duration.ofHours(1),
            Duration.ofDays(7),
            Duration.ofDays(7));

    public CommitmentOptions {
        if (copies < 1 || maxReferences < 1 || maxPending < 1 || maxRemembered < 1) {
            throw new IllegalArgumentException("a limit that lets nothing through");
        }
        if (firstPause.isNegative() || firstPause.isZero()) {
            throw new IllegalArgumentException("no pause between attempts");
        }
    }

    public CommitmentOptions withCopies(int count, Duration within) {
        return new CommitmentOptions(
                count,
                within,
                maxReferences,
                maxPending,
                maxRemembered,
                firstPause,
                longestPause,
                giveUpAfter,
                remember);
    }

    public CommitmentOptions withLimits(int references, int pending) {
        return new CommitmentOptions(
                copies,
                patience,
                references,
                pending,
                maxRemembered,
                firstPause,
                longestPause,
                giveUpAfter,
                remember);
    }

    public CommitmentOptions withPauses(Duration first, Duration longest, Duration end) {
        return new CommitmentOptions(
                copies,
                patience,
                maxReferences,
                maxPending,
                maxRemembered,
                first,
                longest,
                end,
                remember);
    }

    /** The pause after so many attempts. */
    Duration pauseAfter(int attempts) {
        Duration pause = firstPause;
        for (int i = 1; i < attempts && pause.compareTo(longestPause) < 0; i++) {
            pause = pause.multipliedBy(2);
        }
        return pause.compareTo(longestPause) < 0 ? pause : longestPause;
    }
}
