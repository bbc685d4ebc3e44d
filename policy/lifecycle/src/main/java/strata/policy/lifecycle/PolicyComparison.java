package strata.policy.lifecycle;

import strata.base.Uid;
import strata.policy.language.CopyPlace;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What another policy would do in its first cycle that the one in effect would not, and the
 * reverse; both planned over the same facts and time, whatever their windows and rates are.
 *
 * @param added actions of the candidate alone, in the order of its plan
 * @param dropped actions of the policy in effect alone
 * @param studies how many studies were looked at
 * @param freed studies that may be deleted or purged under the candidate and not now
 * @param shortened studies that both keep, the candidate not as long
 * @param bound studies that may be deleted now and not under the candidate
 */
public record PolicyComparison(
        List<Action> added,
        List<Action> dropped,
        long studies,
        long freed,
        long shortened,
        long bound) {
    public PolicyComparison {
        added = List.copyOf(added);
        dropped = List.copyOf(dropped);
    }

    private record Step(Uid study, ActionKind kind, CopyPlace place) {
        static Step of(Action action) {
            return new Step(action.study(), action.kind(), action.place());
        }
    }

    static PolicyComparison of(Plan now, Plan then, RetentionChange kept) {
        return new PolicyComparison(
                without(then.actions(), now.actions()),
                without(now.actions(), then.actions()),
                then.studies(),
                kept.freed(),
                kept.shortened(),
                kept.bound());
    }

    private static List<Action> without(List<Action> these, List<Action> those) {
        Set<Step> known = new HashSet<>();
        those.forEach(a -> known.add(Step.of(a)));
        List<Action> left = new ArrayList<>();
        these.stream().filter(a -> !known.contains(Step.of(a))).forEach(left::add);
        return left;
    }

    /** Whether copies would go that stay now, or studies lose what keeps them from deletion. */
    public boolean isDestructive() {
        return freed + shortened > 0 || added.stream().anyMatch(a -> a.kind().removes());
    }

    public boolean isSame() {
        return added.isEmpty() && dropped.isEmpty() && freed + shortened + bound == 0;
    }

    /** The comparison as lines of text for people. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(studies + " studies looked at");
        sums("would ", added, lines);
        sums("would no longer ", dropped, lines);
        if (freed > 0) {
            lines.add("WARNING: " + freed + " studies that are retained now could be deleted");
        }
        if (shortened > 0) {
            lines.add("WARNING: " + shortened + " studies would be retained for a shorter time");
        }
        if (bound > 0) {
            lines.add(bound + " studies that can be deleted now would be retained");
        }
        if (isSame()) {
            lines.add("no difference in the next cycle");
        }
        return lines;
    }

    private static void sums(String verb, List<Action> actions, List<String> lines) {
        Map<String, long[]> sums = new TreeMap<>(Comparator.naturalOrder());
        for (Action action : actions) {
            String what = action.kind().label() + ", " + action.place() + ", rule "
                    + action.reason().rule();
            long[] sum = sums.computeIfAbsent(what, w -> new long[2]);
            sum[0]++;
            sum[1] += action.bytes();
        }
        sums.forEach((what, sum) ->
                lines.add(verb + what + ": " + sum[0] + " studies, " + sum[1] + " bytes"));
    }
}
