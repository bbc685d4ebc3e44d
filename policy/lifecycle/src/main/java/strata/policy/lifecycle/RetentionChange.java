package strata.policy.lifecycle;

import strata.policy.language.Facts;
import strata.policy.language.Policy;

import java.time.Instant;

/** Counts for how many studies other rules change how long they are kept. For one thread. */
final class RetentionChange {
    private final Policy now;
    private final Policy then;
    private long freed;
    private long shortened;
    private long bound;

    RetentionChange(Policy now, Policy then) {
        this.now = now;
        this.then = then;
    }

    void add(Facts facts) {
        Instant before = Retention.keptUntil(now, facts);
        Instant after = Retention.keptUntil(then, facts);
        boolean kept = before.isAfter(facts.now());
        boolean keptThen = after.isAfter(facts.now());
        boolean noSecondWord =
                Retention.needsRelease(now, facts) && !Retention.needsRelease(then, facts);
        if (kept && !keptThen || noSecondWord) {
            freed++;
        } else if (after.isBefore(before)) {
            shortened += keptThen ? 1 : 0;
        } else if (!kept && keptThen) {
            bound++;
        }
    }

    /** Studies that may go under the other rules and may not now, or not without a second word. */
    long freed() {
        return freed;
    }

    /** Studies that are kept by both, but not as long. */
    long shortened() {
        return shortened;
    }

    /** Studies that are kept by the other rules alone. */
    long bound() {
        return bound;
    }
}
