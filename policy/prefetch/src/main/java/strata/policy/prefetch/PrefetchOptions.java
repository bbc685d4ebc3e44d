package strata.policy.prefetch;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * When priors are fetched, and what procedure codes mean.
 *
 * @param ahead so long before an examination
 * @param every how often rules are asked again
 * @param procedures by code of the procedure: what a message that only has the code means
 */
public record PrefetchOptions(Duration ahead, Duration every, Map<String, Procedure> procedures) {
    /** Two days ahead, looked at each quarter of an hour. */
    public static final PrefetchOptions DEFAULT =
            new PrefetchOptions(Duration.ofDays(2), Duration.ofMinutes(15), Map.of());

    /** What is examined, and by what. */
    public record Procedure(Optional<String> modality, List<String> bodyParts) {
        public Procedure {
            bodyParts = List.copyOf(bodyParts);
        }
    }

    public PrefetchOptions {
        procedures = Map.copyOf(procedures);
        if (ahead.isNegative() || every.toSeconds() < 1) {
            throw new IllegalArgumentException("priors are fetched before an examination");
        }
    }
}
