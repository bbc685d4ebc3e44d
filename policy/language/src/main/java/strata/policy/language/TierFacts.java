package strata.policy.language;

import java.util.HashMap;
import java.util.Map;

/** The tiers of this site by name, at one moment. Immutable. */
public record TierFacts(Map<String, TierFill> tiers) {
    public TierFacts {
        tiers = Map.copyOf(tiers);
    }

    public TierFill tier(String name) {
        return tiers.getOrDefault(name, TierFill.unlimited(0));
    }

    /** The same tiers with so many bytes more in one of them, or fewer when negative. */
    public TierFacts plus(String tier, long bytes) {
        Map<String, TierFill> changed = new HashMap<>(tiers);
        changed.put(tier, tier(tier).plus(bytes));
        return new TierFacts(changed);
    }
}
