package strata.frontdoor.availability;

import java.time.Duration;

/**
 * When notifications are sent.
 *
 * @param quiet a study is notified when it has not changed for so long
 * @param longest or when it has been changing for so long
 * @param maxStudies that wait for one application entity; further ones are counted and dropped
 * @param firstPause after a failure; each further one doubles it
 * @param longestPause between two attempts
 * @param giveUpAfter a study that could not be notified for so long is dropped
 */
public record NotificationOptions(
        Duration quiet,
        Duration longest,
        int maxStudies,
        Duration firstPause,
        Duration longestPause,
        Duration giveUpAfter) {
    public static final NotificationOptions DEFAULT = new NotificationOptions(
            Duration.ofSeconds(10),
            Duration.ofMinutes(2),
            10_000,
            Duration.ofSeconds(10),
            Duration.ofMinutes(10),
            Duration.ofHours(24));

    public NotificationOptions {
        if (maxStudies < 1 || firstPause.isZero() || firstPause.isNegative()) {
            throw new IllegalArgumentException("notification options out of range");
        }
    }
}
