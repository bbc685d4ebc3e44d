package strata.policy.language;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What rules can know of one series of a study. Immutable.
 *
 * @param modality Modality (0008,0060)
 * @param bodyPart Body Part Examined (0018,0015)
 * @param description Series Description (0008,103E); never told
 * @param instances how many there are here
 */
public record SeriesFacts(
        Optional<String> modality,
        Optional<String> bodyPart,
        Optional<String> description,
        long instances) {
    /** A study with more has no facts of series: a condition looks at so many at most. */
    public static final int MOST = PolicyFile.MAX_ITERATIONS;

    public SeriesFacts {
        Objects.requireNonNull(modality);
        Objects.requireNonNull(bodyPart);
        Objects.requireNonNull(description);
        if (instances < 0) {
            throw new IllegalArgumentException("a series has no negative count: " + instances);
        }
    }

    Map<String, Object> values() {
        Map<String, Object> map = new HashMap<>();
        modality.ifPresent(v -> map.put("modality", v));
        bodyPart.ifPresent(v -> map.put("bodyPart", v));
        description.ifPresent(v -> map.put("description", v));
        map.put("instances", instances);
        return map;
    }
}
