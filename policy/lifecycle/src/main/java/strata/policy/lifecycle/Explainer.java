package strata.policy.lifecycle;

import strata.policy.language.CopyPlace;
import strata.policy.language.Facts;
import strata.policy.language.Outcome;
import strata.policy.language.Policy;
import strata.policy.language.Rule;
import strata.policy.language.RuleAction;
import strata.policy.language.StudyFacts;
import strata.policy.language.TierFacts;
import strata.policy.language.TierFill;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Explains one study with the same decisions that the {@link Planner} takes. Pure. */
public final class Explainer {
    private final Policy policy;
    private final TierFacts tiers;
    private final Facts facts;
    private final StudyPlanner planner;
    private final List<Wish> wishes;
    private final List<Wish> releasesByMark;

    private Explainer(Policy policy, StudyFacts study, TierFacts tiers, Instant now) {
        this.policy = policy;
        this.tiers = tiers;
        this.planner = new StudyPlanner(policy, tiers, now);
        this.facts = planner.facts(study);
        this.wishes = planner.wishes(facts);
        this.releasesByMark = policy.rules().stream()
                .flatMap(r -> Wish.of(r).stream())
                .filter(w -> w.marked().isPresent())
                .toList();
    }

    public static Explanation explain(
            Policy policy, StudyFacts study, TierFacts tiers, Instant now) {
        return new Explainer(policy, study, tiers, now).explain();
    }

    private Explanation explain() {
        List<Explanation.OfRule> rules = policy.rules().stream().map(this::rule).toList();
        return new Explanation(
                facts.study().uid(), facts.now(), facts.study().copies(), rules, Optional.empty());
    }

    private Explanation.OfRule rule(Rule rule) {
        Rule.Verdict verdict = rule.explain(facts);
        Optional<Instant> trueFrom = rule.when().trueFrom(facts);
        List<Explanation.OfAction> actions = new ArrayList<>();
        for (Wish wish : Wish.of(rule)) {
            actions.add(action(wish, verdict.outcome() == Outcome.TRUE));
        }
        return new Explanation.OfRule(verdict, trueFrom, actions);
    }

    private Explanation.OfAction action(Wish wish, boolean wanted) {
        if (wish.isFulfilled(facts.study())) {
            return of(wish, Explanation.Status.DONE, wish.removes() ? "no copy there" : "done");
        }
        if (!wanted) {
            return of(wish, Explanation.Status.NOT_WANTED, "not wanted");
        }
        Optional<Block> block = planner.block(wish, wishes, facts.study());
        if (block.isEmpty() && !hasRoom(wish)) {
            block = Optional.of(
                    Block.of(Block.Cause.ROOM, "the tier has no room for it below its mark"));
        }
        if (block.isPresent()) {
            return of(
                    wish, Explanation.Status.BLOCKED, "blocked: " + block.get().why());
        }
        return of(
                wish,
                Explanation.Status.NEXT,
                wish.marked()
                        .map(r -> turn(wish, r))
                        .orElse("in the next cycle, within its limits"));
    }

    private String turn(Wish wish, RuleAction.Release release) {
        TierFill fill = tiers.tier(wish.place().name());
        double mark = wish.rule().when().mark(wish.place().name(), facts).orElse(0);
        double target = Math.max(0, mark - release.margin().orElse(0));
        long needed = fill.usedBytes() - (long) (target * fill.capacityBytes().orElse(0));
        return String.format(
                Locale.ROOT,
                "when its turn comes, %s: %d bytes have to go until %s is %.1f %% full",
                release.order().word(),
                Math.max(0, needed),
                wish.place().name(),
                target * 100);
    }

    private boolean hasRoom(Wish wish) {
        if (wish.kind() != ActionKind.PLACE) {
            return true;
        }
        CopyPlace place = wish.place();
        TierFill after = tiers.tier(place.name()).plus(wish.bytes(facts.study()));
        return after.fill().orElse(0) <= Planner.ceiling(place, releasesByMark, facts);
    }

    private Explanation.OfAction of(Wish wish, Explanation.Status status, String text) {
        String action = switch (wish.kind()) {
            case PLACE -> "place in " + wish.place().name();
            case REPLICATE -> "replicate to " + wish.place().name();
            case RELEASE -> "release from " + wish.place().name();
            case EXPIRE -> "expire from " + wish.place().name();
        };
        return new Explanation.OfAction(action, wish.place(), status, text);
    }
}
