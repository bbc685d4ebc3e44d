package strata.policy.language;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/** What a rule wants for each study that it matches. The planner decides when it may happen. */
public sealed interface RuleAction {
    /** A verified copy in the tier, compressed with the profile where one is named. */
    record Place(String tier, Optional<String> profile) implements RuleAction {
        @Override
        public String toString() {
            return "place in " + tier + profile.map(p -> " with profile " + p).orElse("");
        }
    }

    /** A verified copy at each of the sites. */
    record Replicate(List<String> sites) implements RuleAction {
        public Replicate {
            sites = List.copyOf(sites);
        }

        @Override
        public String toString() {
            return "replicate to " + String.join(", ", sites);
        }
    }

    /**
     * The copy in the tier makes room. Where the condition compares the tier's fill with a mark,
     * only as many go, in the order, as bring the fill to the mark less the margin.
     *
     * @param margin part of the capacity, 0 to 1; present only beside a mark
     */
    record Release(String tier, ReleaseOrder order, Requires requires, OptionalDouble margin)
            implements RuleAction {
        public Release {
            Objects.requireNonNull(order);
            Objects.requireNonNull(margin);
        }

        @Override
        public String toString() {
            return "release from " + tier + ", " + order.word() + ", after " + requires;
        }
    }

    /** The copy in the tier has had its time. */
    record Expire(String tier, Requires requires) implements RuleAction {
        @Override
        public String toString() {
            return "expire from " + tier + " after " + requires;
        }
    }
}
