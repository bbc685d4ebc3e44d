package strata.policy.language;

import java.time.Duration;
import java.util.OptionalLong;

/** How much a rule may do in any stretch of time as long as the period; at least one bound. */
public record Rate(OptionalLong studies, OptionalLong bytes, Duration period) {
    public Rate {
        boolean bounded = studies.isPresent() || bytes.isPresent();
        if (!bounded || studies.orElse(1) < 1 || bytes.orElse(1) < 1) {
            throw new IllegalArgumentException("a rate allows at least one study or byte");
        }
        if (period.isZero() || period.isNegative()) {
            throw new IllegalArgumentException("a rate has a period: " + period);
        }
    }
}
