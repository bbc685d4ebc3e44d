package strata.policy.lifecycle;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * Why something that a rule wants does not happen now.
 *
 * @param until when it ends by itself, where that is known
 */
public record Block(Cause cause, String why, Optional<Instant> until) {
    /** The kinds of reasons. */
    public enum Cause {
        /** A case or a rule holds the study. */
        HOLD,
        /** A rule keeps the copy where it is, perhaps until a time. */
        KEPT,
        /** Too few verified copies elsewhere. */
        COPIES,
        /** Another rule that matches wants the copy to stay. */
        WANTED,
        /** Rules would undo each other's work for ever. */
        UNSETTLED,
        /** The rule's window is closed. */
        WINDOW,
        /** The rule's rate is spent. */
        RATE,
        /** The tier has no room below its mark. */
        ROOM,
        /** The fill is as low as it needs to be. */
        FILL,
        /** The cycle's limit of actions is reached. */
        LIMIT,
        /** It failed and waits before it is tried again. */
        PARKED;

        /** The value of the label cause of metrics. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * When to look again, if nothing is heard before; nothing where the study itself has to change,
     * or where it waits in a line, see {@link WaitingLines}.
     */
    Optional<Instant> retry(Instant now) {
        return switch (cause) {
            case LIMIT -> Optional.of(now);
            case UNSETTLED, PARKED -> Optional.of(now.plus(Duration.ofHours(1)));
            case HOLD, KEPT, COPIES, WANTED, FILL -> until;
            case ROOM, RATE, WINDOW -> Optional.empty();
        };
    }

    static Block of(Cause cause, String why) {
        return new Block(cause, why, Optional.empty());
    }
}
