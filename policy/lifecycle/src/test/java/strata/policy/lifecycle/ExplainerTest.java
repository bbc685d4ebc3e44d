package strata.policy.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static strata.policy.lifecycle.Samples.DR;
import static strata.policy.lifecycle.Samples.HOT;
import static strata.policy.lifecycle.Samples.LONGTERM;
import static strata.policy.lifecycle.Samples.NOW;
import static strata.policy.lifecycle.Samples.policy;
import static strata.policy.lifecycle.Samples.rule;
import static strata.policy.lifecycle.Samples.study;
import static strata.policy.lifecycle.Samples.tiers;

import org.junit.jupiter.api.Test;

import strata.policy.language.KnownNames;
import strata.policy.language.Policy;
import strata.policy.language.PolicyFile;
import strata.policy.language.StudyFacts;

import java.time.Duration;
import java.util.List;
import java.util.Set;

class ExplainerTest {
    private static List<String> explain(Policy policy, StudyFacts study, long hotBytes) {
        return Explainer.explain(policy, study, tiers(hotBytes), NOW).lines();
    }

    @Test
    void aYoungStudyUnderTheDefaultPolicy() throws Exception {
        Policy standard =
                PolicyFile.defaultPolicy(KnownNames.of(Set.of("hot", "longterm"), Set.of("dr")));
        assertEquals(
                List.of(
                        "study 1.2.1 at 2026-06-10T12:00:00Z",
                        "copies:",
                        "  tier hot: verified, last verified 2026-06-10T12:00:00Z",
                        "  site dr: verified, last verified 2026-06-10T12:00:00Z",
                        "rule replicate-at-once: true",
                        "  because true is true",
                        "  replicate to dr: done",
                        "rule long-term-after-30-days: false",
                        "  because study.age > days(30) is false (study.age = 10d 0h)",
                        "  becomes true at 2026-06-30T12:00:00Z if nothing else changes",
                        "  place in longterm: not wanted",
                        "rule keep-hot-below-its-mark: false",
                        "  because tier.hot.fill > tier.hot.keepBelow is false"
                                + " (tier.hot.fill = 0.500, tier.hot.keepBelow = 0.800)",
                        "  takes more than time to become true",
                        "  release from hot: not wanted",
                        "rule priors-of-the-body-part: false",
                        "  because study.bodyPart.exists(part, part in order.bodyPart) is false"
                                + " (order.bodyPart = not known, study.bodyPart = \"[]\")",
                        "  because now - study.date < days(1825) is not known"
                                + " (now = 2026-06-10T12:00:00Z, study.date = not known)",
                        "  takes more than time to become true",
                        "  prefetch to hot at most 3: when an examination of the patient is expected",
                        "rule priors-of-the-modality: not known",
                        "  because order.modality in study.modality is not known"
                                + " (order.modality = not known, study.modality = \"[CT]\")",
                        "  because now - study.date < days(1095) is not known"
                                + " (now = 2026-06-10T12:00:00Z, study.date = not known)",
                        "  takes more than time to become true",
                        "  prefetch to hot at most 2: when an examination of the patient is expected",
                        "rule the-latest-study: not known",
                        "  because now - study.date < days(365) is not known"
                                + " (now = 2026-06-10T12:00:00Z, study.date = not known)",
                        "  takes more than time to become true",
                        "  prefetch to hot at most 1: when an examination of the patient is expected",
                        "deletion: not forbidden",
                        "next: rule long-term-after-30-days becomes true at 2026-06-30T12:00:00Z"),
                explain(standard, study(1, Duration.ofDays(10), HOT, DR), 500));
    }

    @Test
    void whatComesNextAndWhatBlocks() {
        Policy policy = policy(
                rule("long", "study.age > days(30)", "{ place: longterm }"),
                rule("below", "tier.hot.fill > 0.8", "{ release: hot }"));
        StudyFacts old = study(1, Duration.ofDays(40), HOT);
        List<String> lines = explain(policy, old, 900);
        assertEquals("  place in longterm: in the next cycle, within its limits", lines.get(5));
        assertEquals(
                "  release from hot: blocked: needs 1 in another tier, has none", lines.get(8));
        List<String> placed = explain(policy, study(1, Duration.ofDays(40), HOT, LONGTERM), 900);
        assertEquals(
                "  release from hot: when its turn comes, oldest-access-first: 150 bytes have to go"
                        + " until hot is 75.0 % full",
                placed.get(9));
    }

    @Test
    void aClosedWindowSaysWhenItOpens() {
        Policy night =
                policy("  - { name: n, when: 'study.age > days(30)', do: { place: longterm },"
                        + " window: { days: [sat], from: \"22:00\", to: \"06:00\" } }");
        List<String> lines = explain(night, study(1, Duration.ofDays(40), HOT), 0);
        assertEquals(
                "  place in longterm: blocked: its window opens at 2026-06-13T22:00:00Z",
                lines.get(5));
    }

    /** What the explanation calls next is what the planner plans, for the study alone. */
    @Test
    void explanationAndPlanAgree() {
        Policy policy = policy(
                rule("a", "study.age > days(30)", "{ place: longterm }"),
                rule("b", "study.age > days(1)", "{ replicate: [dr, backup] }"),
                rule("c", "\"longterm\" in copies.tiers && study.age > days(2)", "{ release: hot }")
                        .replaceAll("}$", ", destructive: true }"));
        for (int days = 0; days < 60; days += 5) {
            for (StudyFacts study : List.of(
                    study(1, Duration.ofDays(days), HOT),
                    study(1, Duration.ofDays(days), HOT, LONGTERM),
                    study(1, Duration.ofDays(days), LONGTERM, DR))) {
                Set<String> planned =
                        Planner.plan(policy, List.of(study).iterator(), tiers(100), NOW)
                                .actions()
                                .stream()
                                .map(a -> a.reason().rule() + " " + a.place())
                                .collect(java.util.stream.Collectors.toSet());
                Set<String> next =
                        Explainer.explain(policy, study, tiers(100), NOW).rules().stream()
                                .flatMap(r -> r.actions().stream()
                                        .filter(a -> a.status() == Explanation.Status.NEXT)
                                        .map(a -> r.verdict().rule() + " " + a.place()))
                                .collect(java.util.stream.Collectors.toSet());
                assertEquals(planned, next, days + " days, " + study.copies());
            }
        }
    }

    @Test
    void whatKeepsAStudyIsTold() {
        Policy policy = policy(
                rule("ten", "true", "{ retain: { until: study.receivedLast.plusYears(10) } }"),
                rule("stay", "study.age < days(90)", "{ keep: hot, until: study.date }"),
                rule("below", "tier.hot.fill > 0.8", "{ release: hot }"));
        List<String> lines = explain(policy, study(1, Duration.ofDays(40), HOT, LONGTERM), 900);
        assertTrue(
                lines.contains("  retain until study.receivedLast.plusYears(10), then until"
                        + " released: in force until 2036-05-01T12:00:00Z"),
                lines.toString());
        assertTrue(
                lines.contains("deletion: forbidden, retained until 2036-05-01T12:00:00Z by rule"
                        + " ten"),
                lines.toString());
        assertTrue(
                lines.contains("  release from hot: blocked: rule stay keeps it there until a time"
                        + " that cannot be told"),
                lines.toString());
        StudyFacts held = study(2, Duration.ofDays(40), HOT, LONGTERM).heldFor(List.of("case-7"));
        List<String> of = explain(policy, held, 900);
        assertTrue(of.contains("held for case-7: no copy goes"), of.toString());
        assertTrue(of.contains("  release from hot: blocked: held for case-7"), of.toString());
    }
}
