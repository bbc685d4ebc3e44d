package strata.policy.lifecycle;

import strata.policy.language.CopyPlace;
import strata.policy.language.Facts;
import strata.policy.language.Moment;
import strata.policy.language.Outcome;
import strata.policy.language.Policy;
import strata.policy.language.Rule;
import strata.policy.language.RuleAction;
import strata.policy.language.StudyFacts;
import strata.policy.language.TierFacts;
import strata.policy.language.TierFill;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
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
        List<String> holds = facts.study().holds();
        Optional<String> kept = holds.isEmpty()
                ? Retention.forbids(policy, facts)
                : Optional.of("held for " + String.join(", ", holds));
        return new Explanation(
                facts.study().uid(),
                facts.now(),
                facts.study().copies(),
                rules,
                Optional.empty(),
                holds,
                kept,
                next(rules));
    }

    /** What is done next, or when time alone next changes something. */
    private String next(List<Explanation.OfRule> rules) {
        for (Explanation.OfRule rule : rules) {
            for (Explanation.OfAction action : rule.actions()) {
                if (action.status() == Explanation.Status.NEXT) {
                    return action.action() + ", " + action.text();
                }
            }
        }
        Optional<Explanation.OfRule> first = rules.stream()
                .filter(r ->
                        r.verdict().outcome() != Outcome.TRUE && r.trueFrom().isPresent())
                .min(Comparator.comparing(r -> r.trueFrom().get()));
        return first.map(r -> "rule " + r.verdict().rule() + " becomes true at "
                        + r.trueFrom().get().truncatedTo(ChronoUnit.SECONDS))
                .or(() -> planner.nextChange(facts)
                        .map(t -> "looked at again at " + t.truncatedTo(ChronoUnit.SECONDS)))
                .orElse("nothing by time alone; it is looked at again when it changes");
    }

    private Explanation.OfRule rule(Rule rule) {
        Rule.Verdict verdict = rule.explain(facts);
        Optional<Instant> trueFrom = rule.when().trueFrom(facts);
        List<Explanation.OfAction> actions = new ArrayList<>();
        for (Wish wish : Wish.of(rule)) {
            actions.add(action(wish, verdict.outcome() == Outcome.TRUE));
        }
        rule.actions().forEach(a -> keeping(a, verdict.outcome()).ifPresent(actions::add));
        return new Explanation.OfRule(verdict, trueFrom, actions);
    }

    /** What an action keeps, when it is one that keeps. */
    private Optional<Explanation.OfAction> keeping(RuleAction action, Outcome outcome) {
        boolean kept = action instanceof RuleAction.Hold
                || action instanceof RuleAction.Retain
                || action instanceof RuleAction.Keep;
        if (!kept && !(action instanceof RuleAction.Prefetch)) {
            return Optional.empty();
        }
        boolean unknownKeeps = kept && !(action instanceof RuleAction.Keep);
        boolean wanted = outcome == Outcome.TRUE || unknownKeeps && outcome == Outcome.UNKNOWN;
        String text = wanted ? "in force" : "not wanted";
        if (action instanceof RuleAction.Prefetch) {
            text = "when an examination of the patient is expected";
        } else if (wanted && action instanceof RuleAction.Retain retain) {
            text = told(Optional.of(retain.until()));
        } else if (wanted
                && action instanceof RuleAction.Keep keep
                && keep.until().isPresent()) {
            text = told(keep.until());
        }
        String place = action instanceof RuleAction.Keep keep ? "tier " + keep.tier() : "";
        return Optional.of(new Explanation.OfAction(
                action.toString(),
                place,
                wanted ? Explanation.Status.DONE : Explanation.Status.NOT_WANTED,
                text));
    }

    private String told(Optional<Moment> until) {
        Optional<Instant> time = until.flatMap(u -> u.of(facts));
        if (time.isEmpty()) {
            return "in force, since when it ends cannot be told";
        }
        String told = until.get().told(time.get());
        return (time.get().isAfter(facts.now()) ? "in force until " : "ended ") + told;
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
            case ROUTE -> "route to " + wish.place().name();
            case RELEASE -> "release from " + wish.place().name();
            case EXPIRE -> "expire from " + wish.place().name();
        };
        return new Explanation.OfAction(action, wish.place().toString(), status, text);
    }
}
