package strata.mover.recall;

import java.time.Instant;
import java.util.Optional;

/**
 * A wish to have something in hot.
 *
 * @param deadline when it should be there; among requests of one cause the earlier goes first. What
 *     only a prefetch wants is given up a day after it.
 */
public record RecallRequest(RecallTarget target, RecallCause cause, Optional<Instant> deadline) {
    public static RecallRequest of(RecallTarget target, RecallCause cause) {
        return new RecallRequest(target, cause, Optional.empty());
    }
}
