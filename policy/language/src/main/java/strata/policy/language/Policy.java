package strata.policy.language;

import strata.base.Digest;

import java.util.List;
import java.util.Optional;

/**
 * The rules of one file, in its order; names are unique. Immutable and thread-safe.
 *
 * @param digest SHA-256 of the file's bytes
 */
public record Policy(String file, Digest digest, List<Rule> rules) {
    public Policy {
        rules = List.copyOf(rules);
    }

    public Optional<Rule> rule(String name) {
        return rules.stream().filter(r -> r.name().equals(name)).findFirst();
    }
}
