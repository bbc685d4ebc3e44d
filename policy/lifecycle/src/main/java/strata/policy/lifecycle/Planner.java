package strata.policy.lifecycle;

import strata.base.Uid;
import strata.policy.language.CopyPlace;
import strata.policy.language.Facts;
import strata.policy.language.Policy;
import strata.policy.language.RuleAction;
import strata.policy.language.StudyFacts;
import strata.policy.language.TierFacts;
import strata.policy.language.TierFill;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes plans from facts. Pure: the same policy, facts, limits and time give the same plan, and
 * nothing else is read. What a plan never does, whatever the rules say:
 *
 * <ul>
 *   <li>take away a copy without the verified copies elsewhere that its rule asks for, at least
 *       one; copies that the same plan takes away or only begins to make do not count;
 *   <li>take away a copy that a matching rule wants where it is, or that rules would bring back;
 *   <li>fill a tier above the lowest mark at which a rule releases from it;
 *   <li>hold more actions than its limits.
 * </ul>
 *
 * Carried out and planned again at the same time, plans come to rest. Memory: the actions of the
 * plan, and for each rule with a mark as many candidates as the limit of a kind. For one plan by
 * one thread.
 */
public final class Planner {
    /** When what was planned is looked at again, should nobody hear what became of it. */
    private static final Duration ACTED = Duration.ofMinutes(10);

    /** Hears which studies were looked at, and when each is to be looked at again. */
    interface Looked {
        /**
         * @param again empty when time alone makes no difference
         * @param waits what it waits for together with other studies
         */
        void at(StudyFacts study, Optional<Instant> again, Set<Wait> waits);
    }

    /**
     * What many studies may wait for.
     *
     * @param cause ROOM, RATE or WINDOW
     * @param name of the tier that has no room, or of the rule
     */
    record Wait(Block.Cause cause, String name) {}

    private final StudyPlanner studies;
    private final TierFacts tiers;
    private final Instant now;
    private final PlanLimits limits;
    private final Map<String, RateBudget> budgets = new HashMap<>();
    private final Map<String, Long> change = new HashMap<>();
    private final Map<ActionKind, List<Action>> actions = new EnumMap<>(ActionKind.class);
    private final Map<Block.Cause, Long> deferred = new EnumMap<>(Block.Cause.class);
    private final Map<Uid, Reduced> reduced = new HashMap<>();
    private final Map<WishKey, Candidates> candidates = new LinkedHashMap<>();
    private final List<Wish> releasesByMark;

    /** A wish of the policy, independent of studies. */
    private record WishKey(String rule, RuleAction action) {}

    /** The first studies, in the order of the rule, that a mark may release. */
    private record Candidates(Wish wish, TreeSet<StudyFacts> first) {}

    /** A study without the copies that the plan takes away, and the wishes that do so. */
    private record Reduced(StudyFacts left, List<Wish> removals) {
        Reduced and(Wish wish) {
            List<Wish> more = new ArrayList<>(removals);
            more.add(wish);
            return new Reduced(left.without(wish.place()), more);
        }

        /** Whether what is left is enough for every removal. */
        boolean isEnough() {
            return removals.stream()
                    .allMatch(w -> w.requires().orElseThrow().isMetBy(left, w.place()));
        }
    }

    private Planner(Policy policy, TierFacts tiers, Instant now, PlanLimits limits) {
        this.studies = new StudyPlanner(policy, tiers, now);
        this.tiers = tiers;
        this.now = now;
        this.limits = limits;
        policy.rules().forEach(r -> {
            RateBudget given = limits.budgets().get(r.name());
            Optional<RateBudget> full = r.rate().map(RateBudget::full);
            full.ifPresent(f -> budgets.put(r.name(), given == null ? f : given));
        });
        for (ActionKind kind : ActionKind.values()) {
            actions.put(kind, new ArrayList<>());
        }
        this.releasesByMark = policy.rules().stream()
                .flatMap(r -> Wish.of(r).stream())
                .filter(w -> w.marked().isPresent())
                .toList();
    }

    /** Plans with the {@link PlanLimits#DEFAULT}. */
    public static Plan plan(
            Policy policy, Iterator<StudyFacts> studies, TierFacts tiers, Instant now) {
        return plan(policy, studies, tiers, now, PlanLimits.DEFAULT);
    }

    /**
     * Looks at each study once.
     *
     * @param studies each study at most once
     * @param tiers fill of the tiers when the facts were taken
     */
    public static Plan plan(
            Policy policy,
            Iterator<StudyFacts> studies,
            TierFacts tiers,
            Instant now,
            PlanLimits limits) {
        return plan(policy, studies, tiers, now, limits, (study, again, waits) -> {});
    }

    /** @param looked told of each study that was looked at, in turn */
    static Plan plan(
            Policy policy,
            Iterator<StudyFacts> studies,
            TierFacts tiers,
            Instant now,
            PlanLimits limits,
            Looked looked) {
        Planner planner = new Planner(policy, tiers, now, limits);
        long count = 0;
        while (studies.hasNext()) {
            StudyFacts study = studies.next();
            planner.look(study, looked);
            count++;
        }
        planner.candidates.values().forEach(planner::release);
        List<Action> ordered = new ArrayList<>();
        planner.actions.values().forEach(ordered::addAll);
        return new Plan(now, ordered, count, planner.deferred);
    }

    private void look(StudyFacts study, Looked looked) {
        Facts facts = studies.facts(study);
        List<Wish> wishes = studies.wishes(facts);
        Optional<Instant> again = studies.nextChange(facts);
        Set<CopyPlace> done = new HashSet<>();
        Set<Wait> waits = new HashSet<>();
        for (Wish wish : wishes) {
            if (wish.isFulfilled(study) || done.contains(wish.place())) {
                continue;
            }
            // Of the study as it is, too: what the plan takes away must not end what keeps others.
            Optional<Block> block = studies.guard(wish, facts);
            if (block.isEmpty()) {
                block = studies.block(wish, wishes, reduced(study).left());
            }
            if (block.isEmpty() && wish.removes() && !reduced(study).and(wish).isEnough()) {
                block = Optional.of(Block.of(Block.Cause.COPIES, ""));
            }
            if (block.isEmpty() && wish.marked().isPresent()) {
                offer(wish, study);
                continue;
            }
            if (block.isEmpty()) {
                block = admit(wish, facts);
                if (block.isEmpty()) {
                    done.add(wish.place());
                    again = sooner(again, Optional.of(now.plus(ACTED)));
                    continue;
                }
            }
            defer(block.get());
            again = sooner(again, block.get().retry(now));
            wait(block.get(), wish).ifPresent(waits::add);
        }
        looked.at(study, again, waits);
    }

    private static Optional<Wait> wait(Block block, Wish wish) {
        return switch (block.cause()) {
            case ROOM -> Optional.of(new Wait(block.cause(), wish.place().name()));
            case RATE, WINDOW -> Optional.of(new Wait(block.cause(), wish.rule().name()));
            case HOLD, KEPT, COPIES, WANTED, UNSETTLED, FILL, LIMIT, PARKED -> Optional.empty();
        };
    }

    private static Optional<Instant> sooner(Optional<Instant> a, Optional<Instant> b) {
        return b.isEmpty() || a.isPresent() && a.get().isBefore(b.get()) ? a : b;
    }

    private Reduced reduced(StudyFacts study) {
        return reduced.getOrDefault(study.uid(), new Reduced(study, List.of()));
    }

    private void offer(Wish wish, StudyFacts study) {
        Comparator<StudyFacts> order = wish.marked().orElseThrow().order().comparator();
        TreeSet<StudyFacts> first = candidates
                .computeIfAbsent(
                        new WishKey(wish.rule().name(), wish.action()),
                        key -> new Candidates(wish, new TreeSet<>(order)))
                .first();
        first.add(study);
        if (first.size() > limits.actionsPerKind()) {
            first.pollLast();
        }
    }

    /** Releases candidates until the fill is the margin below the mark. */
    private void release(Candidates of) {
        String tier = of.wish().place().name();
        for (StudyFacts study : of.first()) {
            Facts facts = studies.facts(study);
            if (fill(tier, 0) <= target(of.wish(), facts)) {
                return;
            }
            if (of.wish().isFulfilled(reduced(study).left())) {
                continue;
            }
            // Copies may have been planned away since the study was looked at.
            StudyFacts left = reduced(study).left();
            Optional<Block> block = studies.guard(of.wish(), facts);
            if (block.isEmpty()) {
                block = studies.blockOfRemoval(of.wish(), studies.wishes(facts), left);
            }
            if (block.isEmpty() && !reduced(study).and(of.wish()).isEnough()) {
                block = Optional.of(Block.of(Block.Cause.COPIES, ""));
            }
            if (block.isPresent()) {
                defer(block.get());
                continue;
            }
            Optional<Block> limit = admit(of.wish(), facts);
            if (limit.isPresent()) {
                defer(limit.get());
                return;
            }
        }
    }

    /** The fill, 0 to 1, that a release by mark brings its tier to. */
    private static double target(Wish wish, Facts facts) {
        double mark = wish.rule().when().mark(wish.place().name(), facts).orElse(0);
        return mark - wish.marked().orElseThrow().margin().orElse(0);
    }

    /** Fill of the tier after the plan so far and so many bytes more; 0 where it is not known. */
    private double fill(String tier, long moreBytes) {
        TierFill after = tiers.tier(tier).plus(change.getOrDefault(tier, 0L) + moreBytes);
        return after.fill().orElse(0);
    }

    /** Plans the wish, or says which limit is reached. */
    private Optional<Block> admit(Wish wish, Facts facts) {
        StudyFacts study = facts.study();
        long bytes = wish.bytes(study);
        List<Action> ofKind = actions.get(wish.kind());
        RateBudget budget = budgets.get(wish.rule().name());
        if (ofKind.size() >= limits.actionsPerKind()) {
            return Optional.of(Block.of(Block.Cause.LIMIT, ""));
        }
        if (budget != null && !budget.allows(bytes)) {
            return Optional.of(Block.of(Block.Cause.RATE, ""));
        }
        if (!hasRoom(wish, facts)) {
            return Optional.of(Block.of(Block.Cause.ROOM, ""));
        }
        ofKind.add(wish.action(facts));
        if (budget != null) {
            budgets.put(wish.rule().name(), budget.spend(bytes));
        }
        if (wish.removes()) {
            reduced.put(study.uid(), reduced(study).and(wish));
        }
        if (wish.place() instanceof CopyPlace.Tier tier) {
            change.merge(tier.name(), wish.removes() ? -bytes : bytes, Long::sum);
        }
        return Optional.empty();
    }

    private boolean hasRoom(Wish wish, Facts facts) {
        if (wish.kind() != ActionKind.PLACE) {
            return true;
        }
        double ceiling = ceiling(wish.place(), releasesByMark, facts);
        return fill(wish.place().name(), wish.bytes(facts.study())) <= ceiling;
    }

    /** The fill above which nothing is placed in a tier: its lowest mark, or full. */
    static double ceiling(CopyPlace tier, List<Wish> releasesByMark, Facts facts) {
        return releasesByMark.stream()
                .filter(w -> w.place().equals(tier))
                .flatMapToDouble(w -> w.rule().when().mark(tier.name(), facts).stream())
                .reduce(1, Math::min);
    }

    private void defer(Block block) {
        deferred.merge(block.cause(), 1L, Long::sum);
    }
}
