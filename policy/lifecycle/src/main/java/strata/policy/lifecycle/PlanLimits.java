package strata.policy.lifecycle;

import java.util.Map;

/**
 * How much one plan may hold.
 *
 * @param actionsPerKind most actions of each {@link ActionKind}; also bounds the planner's memory
 * @param budgets what the rates of rules still allow, by rule name; a rule that is not there has
 *     its full rate
 */
public record PlanLimits(int actionsPerKind, Map<String, RateBudget> budgets) {
    public static final PlanLimits DEFAULT = new PlanLimits(1_000, Map.of());

    public PlanLimits {
        if (actionsPerKind < 1) {
            throw new IllegalArgumentException("a plan holds at least one action of a kind");
        }
        budgets = Map.copyOf(budgets);
    }

    public PlanLimits with(Map<String, RateBudget> newBudgets) {
        return new PlanLimits(actionsPerKind, newBudgets);
    }
}
