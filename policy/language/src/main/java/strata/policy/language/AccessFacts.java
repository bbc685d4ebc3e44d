package strata.policy.language;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** When a study was last retrieved or recalled for somebody's use, and how often. */
public record AccessFacts(Optional<Instant> last, long hits) {
    public static final AccessFacts NEVER = new AccessFacts(Optional.empty(), 0);

    public AccessFacts {
        Objects.requireNonNull(last);
        if (hits < 0) {
            throw new IllegalArgumentException("hits are counted from 0: " + hits);
        }
    }
}
