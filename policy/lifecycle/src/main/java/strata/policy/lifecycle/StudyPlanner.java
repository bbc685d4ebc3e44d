package strata.policy.lifecycle;

import strata.policy.language.CopyFacts;
import strata.policy.language.CopyPlace;
import strata.policy.language.CopyState;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What the rules want for one study, and what stands against it in that study itself. Pure; the
 * limits that all studies share are the {@link Planner}'s. For one plan by one thread.
 */
final class StudyPlanner {
    /** More steps than any set of rules takes that comes to rest. */
    private static final int MAX_STEPS = 12;

    private final Policy policy;
    private final TierFacts tiers;
    private final Instant now;
    private final Set<CopyPlace> contested;
    private final Guards guards;
    private final Map<String, List<Wish>> wishesOf = new HashMap<>();

    /** Conditions on tiers and time alone, which are asked once per plan. */
    private final Map<String, Boolean> sameForAll = new HashMap<>();

    StudyPlanner(Policy policy, TierFacts tiers, Instant now) {
        this.policy = policy;
        this.tiers = tiers;
        this.now = now;
        this.contested = contested(policy);
        this.guards = new Guards(policy);
        policy.rules().forEach(r -> wishesOf.put(r.name(), Wish.of(r)));
    }

    /** Places that some rule fills and some rule empties: only there can rules undo each other. */
    private static Set<CopyPlace> contested(Policy policy) {
        List<Wish> all =
                policy.rules().stream().flatMap(r -> Wish.of(r).stream()).toList();
        Set<CopyPlace> filled =
                all.stream().filter(w -> !w.removes()).map(Wish::place).collect(Collectors.toSet());
        Set<CopyPlace> emptied =
                all.stream().filter(Wish::removes).map(Wish::place).collect(Collectors.toSet());
        filled.retainAll(emptied);
        return filled;
    }

    Facts facts(StudyFacts study) {
        return new Facts(study, tiers, now);
    }

    /** The wishes of every rule that matches, in the order of the policy. */
    List<Wish> wishes(Facts facts) {
        List<Wish> wishes = new ArrayList<>();
        for (Rule rule : policy.rules()) {
            List<Wish> of = wishesOf.get(rule.name());
            if (!of.isEmpty() && matches(rule, facts)) {
                wishes.addAll(of);
            }
        }
        return wishes;
    }

    private boolean matches(Rule rule, Facts facts) {
        Boolean known = sameForAll.get(rule.name());
        if (known == null) {
            known = rule.matches(facts) == Outcome.TRUE;
            if (rule.when().isSameForAllStudies()) {
                sameForAll.put(rule.name(), known);
            }
        }
        return known;
    }

    /** Such rules are asked when an examination is near, and by nobody else. */
    static boolean prefetches(Rule rule) {
        return rule.actions().stream().allMatch(a -> a instanceof RuleAction.Prefetch);
    }

    /** When time alone may next change what the rules want of the study, or keep. */
    Optional<Instant> nextChange(Facts facts) {
        Optional<Instant> next = guards.nextChange(facts);
        for (Rule rule : policy.rules()) {
            Optional<Instant> one =
                    prefetches(rule) ? Optional.empty() : rule.when().nextChange(facts);
            boolean sooner = one.isPresent() && (next.isEmpty() || one.get().isBefore(next.get()));
            next = sooner ? one : next;
        }
        return next;
    }

    /** What stands against a wish that is not fulfilled, if anything. */
    Optional<Block> block(Wish wish, List<Wish> all, StudyFacts study) {
        Optional<Block> block = blockOfRemoval(wish, all, study);
        if (block.isEmpty()) {
            block = window(wish.rule());
        }
        return block.isEmpty() && contested.contains(wish.place()) && !settles(wish, study)
                ? Optional.of(Block.of(
                        Block.Cause.UNSETTLED,
                        "other rules would undo it, and it them, without end"))
                : block;
    }

    /** What holds or keeps the copy that the wish would take away. */
    Optional<Block> guard(Wish wish, Facts facts) {
        return wish.removes() ? guards.block(facts, wish.place()) : Optional.empty();
    }

    Optional<Block> blockOfRemoval(Wish wish, List<Wish> all, StudyFacts study) {
        if (!wish.removes()) {
            return Optional.empty();
        }
        Optional<Block> guarded = guards.block(facts(study), wish.place());
        if (guarded.isPresent()) {
            return guarded;
        }
        Optional<Wish> keeper =
                all.stream().filter(w -> w.keeps(wish.place(), study)).findFirst();
        if (keeper.isPresent()) {
            return Optional.of(Block.of(
                    Block.Cause.WANTED, "rule " + keeper.get().rule().name() + " wants it there"));
        }
        if (wish.requires().orElseThrow().isMetBy(study, wish.place())) {
            return Optional.empty();
        }
        return Optional.of(Block.of(
                Block.Cause.COPIES,
                "needs " + wish.requires().orElseThrow() + ", has " + others(wish, study)));
    }

    private static String others(Wish wish, StudyFacts study) {
        String verified = study.copies().stream()
                .filter(c -> c.isVerified() && !c.place().equals(wish.place()))
                .map(c -> c.place().toString())
                .sorted()
                .collect(Collectors.joining(", "));
        return verified.isEmpty() ? "none" : verified;
    }

    private Optional<Block> window(Rule rule) {
        if (rule.window().isEmpty() || rule.window().get().isOpen(now)) {
            return Optional.empty();
        }
        Instant opens = rule.window().get().nextOpening(now);
        return Optional.of(
                new Block(Block.Cause.WINDOW, "its window opens at " + opens, Optional.of(opens)));
    }

    /** The study as it is when the wish is fulfilled. */
    StudyFacts apply(Wish wish, StudyFacts study) {
        if (wish.kind() == ActionKind.ROUTE) {
            return study.routedTo(wish.place().name());
        }
        return wish.removes()
                ? study.without(wish.place())
                : study.with(new CopyFacts(
                        wish.place(), CopyState.VERIFIED, study.bytes(), Optional.of(now)));
    }

    /**
     * Follows the rules from the wish on. A removal settles when its copy does not come back. A
     * copy settles when the rules come to rest, even if it then has gone, since it may pass through
     * a tier; or when what they go round in leaves it alone.
     */
    private boolean settles(Wish wish, StudyFacts study) {
        StudyFacts state = apply(wish, study);
        if (wish.removes() && returnsWithFill(wish, state)) {
            return false;
        }
        Set<Set<CopyPlace>> seen = new HashSet<>();
        boolean reversed = false;
        for (int step = 0; step < MAX_STEPS && seen.add(verified(state)); step++) {
            StudyFacts next = step(state);
            boolean there = next.hasVerified(wish.place());
            reversed |= there == wish.removes();
            if (verified(next).equals(verified(state))) {
                return !wish.removes() || !reversed;
            }
            state = next;
        }
        return !reversed;
    }

    /**
     * Whether a rule would bring the copy back once tiers are fuller or emptier. The actions of
     * many studies together change the fill: what a rule takes away at one fill and another brings
     * back at a lower one would come and go for ever.
     */
    private boolean returnsWithFill(Wish wish, StudyFacts without) {
        List<Rule> back = policy.rules().stream()
                .filter(r -> r.when().facts().stream().anyMatch(f -> f.startsWith("tier.")))
                .filter(r -> Wish.of(r).stream()
                        .anyMatch(w -> !w.removes() && w.place().equals(wish.place())))
                .toList();
        if (back.isEmpty()) {
            return false;
        }
        for (double others : new double[] {0, 1}) {
            TierFacts changed = tiers;
            for (String tier : tiers.tiers().keySet()) {
                changed = withFill(changed, tier, others);
            }
            changed = withFill(changed, wish.place().name(), lowestFill(wish, without));
            Facts then = new Facts(without, changed, now);
            if (back.stream().anyMatch(r -> r.matches(then) == Outcome.TRUE)) {
                return true;
            }
        }
        return false;
    }

    /** How far the wish and those like it can bring the fill of its tier down. */
    private double lowestFill(Wish wish, StudyFacts study) {
        return wish.marked()
                .map(r -> wish.rule().when().mark(r.tier(), facts(study)).orElse(0)
                        - r.margin().orElse(0))
                .map(fill -> Math.max(0, fill))
                .orElse(0.0);
    }

    private static TierFacts withFill(TierFacts tiers, String tier, double fill) {
        TierFill now = tiers.tier(tier);
        long bytes = (long) (fill * now.capacityBytes().orElse(0));
        return tiers.plus(tier, bytes - now.usedBytes());
    }

    private StudyFacts step(StudyFacts before) {
        List<Wish> all = wishes(facts(before));
        StudyFacts after = before;
        for (Wish wish : all) {
            if (wish.marked().isEmpty()
                    && !wish.isFulfilled(after)
                    && blockOfRemoval(wish, all, after).isEmpty()) {
                after = apply(wish, after);
            }
        }
        return after;
    }

    private static Set<CopyPlace> verified(StudyFacts study) {
        Set<CopyPlace> places = new TreeSet<>(java.util.Comparator.comparing(CopyPlace::toString));
        study.copies().stream().filter(CopyFacts::isVerified).forEach(c -> places.add(c.place()));
        return places;
    }
}
