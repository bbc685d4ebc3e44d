package strata.policy.lifecycle;

import strata.policy.language.Policy;
import strata.policy.language.Rate;
import strata.policy.language.Rule;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * What rules with a rate did lately, to the minute; forgets everything at a restart. For one
 * thread.
 */
final class RateLedger {
    private static final Duration STEP = Duration.ofMinutes(1);

    private final Map<String, Deque<Charge>> charges = new HashMap<>();

    private record Charge(Instant from, long studies, long bytes) {}

    void charge(String rule, long bytes, Instant now) {
        Deque<Charge> ofRule = charges.computeIfAbsent(rule, r -> new ArrayDeque<>());
        Charge last = ofRule.peekLast();
        boolean same = last != null && now.isBefore(last.from().plus(STEP));
        if (same) {
            ofRule.removeLast();
        }
        ofRule.addLast(
                same
                        ? new Charge(last.from(), last.studies() + 1, last.bytes() + bytes)
                        : new Charge(now, 1, bytes));
    }

    /** What the rates of the policy still allow now; forgets what no longer matters. */
    Map<String, RateBudget> budgets(Policy policy, Instant now) {
        Map<String, RateBudget> budgets = new HashMap<>();
        charges.keySet().removeIf(name -> policy.rule(name).flatMap(Rule::rate).isEmpty());
        for (Rule rule : policy.rules()) {
            rule.rate().ifPresent(rate -> budgets.put(rule.name(), budget(rule, rate, now)));
        }
        return budgets;
    }

    private RateBudget budget(Rule rule, Rate rate, Instant now) {
        Deque<Charge> ofRule = charges.getOrDefault(rule.name(), new ArrayDeque<>());
        // A charge stands for up to a minute from its start: it counts until all of that has
        // passed.
        Instant start = now.minus(rate.period()).minus(STEP);
        ofRule.removeIf(c -> !c.from().isAfter(start));
        long studies = ofRule.stream().mapToLong(Charge::studies).sum();
        long bytes = ofRule.stream().mapToLong(Charge::bytes).sum();
        return RateBudget.after(rate, studies, bytes);
    }
}
