package strata.policy.language;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

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

    /**
     * So many verified copies in all, made in these places in their order until there are enough.
     */
    record Copies(int count, List<CopyPlace> in) implements RuleAction {
        public Copies {
            in = List.copyOf(in);
            if (count < 1 || count > in.size()) {
                throw new IllegalArgumentException(count + " copies in " + in.size() + " places");
            }
        }

        @Override
        public String toString() {
            return "keep " + count + " verified copies in "
                    + in.stream().map(CopyPlace::name).collect(Collectors.joining(", "));
        }
    }

    /** The copy in the tier stays, until the time where there is one; it is not made. */
    record Keep(String tier, Optional<Moment> until) implements RuleAction {
        @Override
        public String toString() {
            return "keep in " + tier + until.map(t -> " until " + t).orElse("");
        }
    }

    /**
     * Nothing of the study may be purged before the time; while it cannot be told, not at all.
     *
     * @param released what was deleted is purged only after a second word of an operator, also
     *     after that time
     */
    record Retain(Moment until, boolean released) implements RuleAction {
        @Override
        public String toString() {
            return "retain until " + until + (released ? ", then until released" : "");
        }
    }

    /** While the condition holds, no copy goes and nothing is purged. */
    record Hold(String caseName) implements RuleAction {
        @Override
        public String toString() {
            return "hold for " + caseName;
        }
    }

    /**
     * Every instance is sent once to each of the application entities, other than those that it
     * sent here itself.
     */
    record Route(List<String> to) implements RuleAction {
        public Route {
            to = List.copyOf(to);
        }

        @Override
        public String toString() {
            return "route to " + String.join(", ", to);
        }
    }

    /**
     * Of the earlier studies that match, the latest come back to the tier before the examination.
     *
     * @param most how many
     */
    record Prefetch(String tier, int most) implements RuleAction {
        @Override
        public String toString() {
            return "prefetch to " + tier + " at most " + most;
        }
    }
}
