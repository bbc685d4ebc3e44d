package strata.policy.lifecycle;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a cycle would do.
 *
 * @param at the time that it was made for
 * @param actions by kind in the order of {@link ActionKind}; at most one for a study and place
 * @param studies how many studies were looked at
 * @param deferred how many wishes of rules had to wait, by cause
 */
public record Plan(
        Instant at, List<Action> actions, long studies, Map<Block.Cause, Long> deferred) {
    public Plan {
        actions = List.copyOf(actions);
        deferred = Map.copyOf(deferred);
    }

    public boolean isEmpty() {
        return actions.isEmpty();
    }

    public long count(ActionKind kind) {
        return actions.stream().filter(a -> a.kind() == kind).count();
    }
}
