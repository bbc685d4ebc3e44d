package strata.policy.lifecycle;

import strata.base.Uid;
import strata.policy.language.Policy;
import strata.policy.language.Rule;
import strata.policy.language.TierFacts;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Studies that wait for the same: for room in a tier, or for the window or rate of a rule. A line
 * is asked from its front, about as many as could move. For one thread.
 */
final class WaitingLines {
    private final Map<Planner.Wait, Line> lines = new HashMap<>();
    private final Map<Uid, Set<Planner.Wait>> waitsOf = new HashMap<>();

    private static final class Line {
        final LinkedHashSet<Uid> studies = new LinkedHashSet<>();
        final Attempts attempts = new Attempts();
        List<Uid> asked = List.of();
        long usedBytes = Long.MAX_VALUE;
        boolean wasShut;
    }

    /** The study waits for these and nothing else. */
    void put(Uid study, Set<Planner.Wait> waits) {
        forget(study);
        if (!waits.isEmpty()) {
            waitsOf.put(study, Set.copyOf(waits));
            waits.forEach(w -> lines.computeIfAbsent(w, n -> new Line()).studies.add(study));
        }
    }

    void forget(Uid study) {
        Set<Planner.Wait> before = waitsOf.remove(study);
        if (before != null) {
            before.forEach(wait -> lines.get(wait).studies.remove(study));
        }
    }

    /** The studies that a cycle looks at; they wait on until they are put elsewhere. */
    List<Uid> next(Policy policy, TierFacts tiers, Map<String, RateBudget> budgets, Instant now) {
        lines.values().removeIf(line -> line.studies.isEmpty());
        List<Uid> all = new ArrayList<>();
        for (Map.Entry<Planner.Wait, Line> each : lines.entrySet()) {
            Line line = each.getValue();
            line.attempts.outcome(
                    line.asked.size(),
                    line.asked.stream().filter(line.studies::contains).count());
            String name = each.getKey().name();
            int most = each.getKey().cause() == Block.Cause.ROOM
                    ? mostOfRoom(line, tiers.tier(name).usedBytes())
                    : mostOfRule(line, policy.rule(name), budgets.get(name), now);
            line.asked = first(line, most);
            all.addAll(line.asked);
        }
        return all;
    }

    private static int mostOfRoom(Line line, long usedBytes) {
        if (usedBytes < line.usedBytes) {
            line.attempts.reset();
        }
        line.usedBytes = usedBytes;
        return line.attempts.most();
    }

    private static int mostOfRule(Line line, Optional<Rule> rule, RateBudget budget, Instant now) {
        boolean shut = rule.flatMap(Rule::window).filter(w -> !w.isOpen(now)).isPresent()
                || budget != null && !budget.allows(1);
        if (line.wasShut && !shut) {
            line.attempts.reset();
        }
        line.wasShut = shut;
        long allowed = budget == null ? Long.MAX_VALUE : budget.studies().orElse(Long.MAX_VALUE);
        return shut ? 0 : (int) Math.min(allowed, line.attempts.most());
    }

    private static List<Uid> first(Line line, int most) {
        List<Uid> first = new ArrayList<>();
        Iterator<Uid> each = line.studies.iterator();
        while (first.size() < most && each.hasNext()) {
            first.add(each.next());
        }
        // To the back: the next cycle asks others.
        first.forEach(line.studies::remove);
        line.studies.addAll(first);
        return first;
    }
}
