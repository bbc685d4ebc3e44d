package strata.policy.prefetch;

import strata.policy.language.Facts;
import strata.policy.language.Outcome;
import strata.policy.language.Policy;
import strata.policy.language.Rule;
import strata.policy.language.RuleAction;
import strata.policy.language.StudyFacts;
import strata.policy.language.TierFacts;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which earlier studies of an expected patient come back: of those that a rule's condition is true
 * for, the latest, as many as the rule says; of all rules together each study once. Pure.
 */
final class ChoosePriors {
    private static final Comparator<StudyFacts> LATEST_FIRST = Comparator.comparing(
                    ChoosePriors::day)
            .thenComparing(StudyFacts::receivedLast)
            .reversed()
            .thenComparing(each -> each.uid().value());

    private ChoosePriors() {}

    /**
     * @param tier rules for other tiers are left out
     * @param studies of the patient
     * @param now the time of windows and of conditions
     */
    static List<Prior> of(
            Policy policy,
            String tier,
            Appointment appointment,
            List<StudyFacts> studies,
            TierFacts tiers,
            Instant now) {
        List<StudyFacts> earlier = studies.stream()
                .filter(each -> each.receivedFirst().isBefore(appointment.due()))
                .sorted(LATEST_FIRST)
                .toList();
        Map<String, Prior> chosen = new LinkedHashMap<>();
        for (Rule rule : policy.rules()) {
            boolean open = rule.window().map(each -> each.isOpen(now)).orElse(true);
            long left = open ? most(rule, tier) : 0;
            for (StudyFacts study : earlier) {
                if (left <= 0) {
                    break;
                }
                Facts facts = new Facts(study, tiers, now, Optional.of(appointment.facts()));
                if (rule.matches(facts) == Outcome.TRUE) {
                    left--;
                    chosen.putIfAbsent(
                            study.uid().value(),
                            new Prior(study.uid(), rule.name(), study.bytes()));
                }
            }
        }
        return List.copyOf(chosen.values());
    }

    /** Whether some rule of the policy fetches priors. */
    static boolean any(Policy policy, String tier) {
        return policy.rules().stream().anyMatch(rule -> most(rule, tier) > 0);
    }

    private static long most(Rule rule, String tier) {
        return rule.actions().stream()
                .filter(RuleAction.Prefetch.class::isInstance)
                .map(RuleAction.Prefetch.class::cast)
                .filter(action -> action.tier().equals(tier))
                .mapToLong(RuleAction.Prefetch::most)
                .sum();
    }

    private static Instant day(StudyFacts study) {
        Optional<LocalDate> date = study.attributes().date();
        return date.map(each -> each.atStartOfDay().toInstant(ZoneOffset.UTC))
                .orElse(study.receivedFirst());
    }
}
