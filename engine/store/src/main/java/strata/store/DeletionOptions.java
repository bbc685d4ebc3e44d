package strata.store;

import java.time.Duration;

/**
 * How deletion and rejection behave.
 *
 * @param grace how long what was deleted can be restored before it is purged
 * @param retention nothing is purged within so long after its receipt
 * @param acceptNotes whether rejection notes that are stored take effect
 * @param hideQuality whether a rejection for quality reasons hides too
 */
public record DeletionOptions(
        Duration grace, Duration retention, boolean acceptNotes, boolean hideQuality) {
    public static final DeletionOptions DEFAULT =
            new DeletionOptions(Duration.ofDays(30), Duration.ZERO, true, true);
}
