package strata.mover;

import strata.base.OperatorException;
import strata.base.Printable;
import strata.tier.Tier;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tiers below hot, by their names. Immutable. */
public final class Tiers {
    private final Map<String, Tier> byName = new LinkedHashMap<>();

    public Tiers(List<Tier> tiers) {
        tiers.forEach(t -> byName.put(t.name(), t));
    }

    /** @throws OperatorException when no tier has that name */
    public Tier named(String name) throws OperatorException {
        Tier tier = byName.get(name);
        if (tier == null) {
            throw new OperatorException(
                    "no tier is named " + Printable.of(name) + "; there are " + byName.keySet());
        }
        return tier;
    }

    public Collection<Tier> all() {
        return byName.values();
    }
}
