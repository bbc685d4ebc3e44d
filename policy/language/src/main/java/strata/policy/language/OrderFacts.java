package strata.policy.language;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The examination that a patient is expected for. Holds nothing that names the patient. Immutable.
 *
 * @param modality Modality (0008,0060) of the scheduled step, as CT
 * @param bodyParts Body Part Examined (0018,0015), where the order says
 * @param at when it is scheduled
 */
public record OrderFacts(Optional<String> modality, List<String> bodyParts, Optional<Instant> at) {
    public OrderFacts {
        Objects.requireNonNull(modality);
        bodyParts = List.copyOf(bodyParts);
        Objects.requireNonNull(at);
    }

    Map<String, Object> values() {
        Map<String, Object> map = new HashMap<>();
        modality.ifPresent(v -> map.put("modality", v));
        map.put("bodyPart", bodyParts);
        at.ifPresent(v -> map.put("at", v));
        return map;
    }
}
