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

import strata.policy.language.CopyFacts;
import strata.policy.language.CopyState;
import strata.policy.language.KnownNames;
import strata.policy.language.Policy;
import strata.policy.language.PolicyFile;
import strata.policy.language.StudyFacts;
import strata.policy.language.TierFacts;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

class PlannerTest {
    private static final Duration OLD = Duration.ofDays(40);
    private static final Duration NEW = Duration.ofDays(1);
    private static final String KEEP_BELOW =
            rule("below", "tier.hot.fill > tier.hot.keepBelow", "{ release: hot }");

    private static Plan plan(Policy policy, TierFacts tiers, StudyFacts... studies) {
        return Planner.plan(policy, List.of(studies).iterator(), tiers, NOW);
    }

    private static List<String> steps(Plan plan) {
        return plan.actions().stream()
                .map(a -> a.kind().label() + " " + a.study() + " " + a.place().name())
                .toList();
    }

    @Test
    void theDefaultPolicyReplicatesPlacesAndReleases() throws Exception {
        Policy standard =
                PolicyFile.defaultPolicy(KnownNames.of(Set.of("hot", "longterm"), Set.of("dr")));
        Plan plan = plan(
                standard,
                tiers(900),
                study(1, NEW, HOT),
                study(2, OLD, HOT, DR),
                study(3, OLD, HOT, DR, LONGTERM),
                study(4, NEW, HOT, DR));
        assertEquals(
                List.of("release 1.2.3 hot", "replicate 1.2.1 dr", "place 1.2.2 longterm"),
                steps(plan));
        assertEquals(
                "rule long-term-after-30-days: study.age > days(30) is true (study.age = 40d 0h)",
                plan.actions().get(2).reason().toString());
        assertEquals(4, plan.studies());
        assertEquals(Map.of(Block.Cause.COPIES, 3L), plan.deferred());
    }

    @Test
    void onlyAsMuchIsReleasedAsTheMarkNeedsAndTheLeastUsedFirst() {
        List<StudyFacts> studies = new ArrayList<>();
        for (int i = 1; i <= 9; i++) {
            studies.add(study(i, Duration.ofDays(i), HOT, LONGTERM));
        }
        Plan plan = Planner.plan(policy(KEEP_BELOW), studies.iterator(), tiers(900), NOW);
        // 0.9 full, the mark is 0.8, the margin 0.05: two of a tenth each.
        assertEquals(List.of("release 1.2.9 hot", "release 1.2.8 hot"), steps(plan));
        assertTrue(plan(policy(KEEP_BELOW), tiers(790), studies.get(0)).isEmpty(), "hysteresis");
    }

    @Test
    void aCopyThatIsNotVerifiedOrOnlyPlannedDoesNotCount() {
        StudyFacts partial = study(1, OLD, HOT)
                .with(new CopyFacts(LONGTERM, CopyState.PARTIAL, 5, Optional.empty()));
        Plan plan = plan(
                policy(rule("p", "study.age > days(30)", "{ place: longterm }"), KEEP_BELOW),
                tiers(900),
                partial);
        assertEquals(List.of("place 1.2.1 longterm"), steps(plan));
    }

    @Test
    void twoRulesNeverTakeTheLastTwoCopiesInOnePlan() {
        Policy both = policy(
                rule("a", "study.age > days(30)", "{ release: hot }"),
                rule("b", "study.age > days(30)", "{ expire: longterm }"));
        assertEquals(
                List.of("release 1.2.1 hot"),
                steps(plan(both, tiers(100), study(1, OLD, HOT, LONGTERM))));
        Policy withMark =
                policy(rule("b", "study.age > days(30)", "{ expire: longterm }"), KEEP_BELOW);
        assertEquals(
                List.of("expire 1.2.1 longterm"),
                steps(plan(withMark, tiers(900), study(1, OLD, HOT, LONGTERM))));
    }

    @Test
    void requiresCountsSitesWhereTheRuleSaysSo() {
        Policy anywhere = policy(
                rule("r", "study.age > days(30)", "{ release: hot, requires: { copies: 1 } }"));
        assertEquals(
                1, plan(anywhere, tiers(0), study(1, OLD, HOT, DR)).actions().size());
        Policy strict = policy(rule("r", "study.age > days(30)", "{ release: hot }"));
        assertEquals(0, plan(strict, tiers(0), study(1, OLD, HOT, DR)).actions().size());
    }

    @Test
    void aCopyThatAMatchingRuleWantsStays() {
        Policy policy = policy(
                rule("keep", "\"CT\" in study.modality", "{ place: hot }"),
                rule("go", "study.age > days(30)", "{ release: hot }"));
        Plan plan = plan(policy, tiers(0), study(1, OLD, HOT, LONGTERM));
        assertTrue(plan.isEmpty());
        assertEquals(Map.of(Block.Cause.WANTED, 1L), plan.deferred());
    }

    @Test
    void rulesThatUndoEachOtherStandStill() {
        Policy policy = policy(
                rule("in", "!(\"cold\" in copies.tiers)", "{ place: cold }"),
                rule(
                        "out",
                        "\"cold\" in copies.tiers && study.age > days(30)",
                        "{ expire: cold }"));
        Plan plan = plan(policy, tiers(0), study(1, OLD, HOT), study(2, NEW, HOT));
        assertEquals(List.of("place 1.2.2 cold"), steps(plan));
        assertEquals(Map.of(Block.Cause.UNSETTLED, 1L), plan.deferred());
    }

    @Test
    void aCopyMayPassThroughATier() {
        Policy staged = policy(
                rule("a", "!(\"longterm\" in copies.tiers)", "{ place: cold }"),
                rule("b", "\"cold\" in copies.tiers", "{ place: longterm }"),
                rule("c", "\"longterm\" in copies.tiers && study.bytes > 1", "{ expire: cold }"));
        Samples.World world = new Samples.World(tiers(0), List.of(study(1, OLD, HOT)));
        List<String> steps = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Plan plan = Planner.plan(staged, world.all().iterator(), world.tiers, NOW);
            steps.addAll(steps(plan));
            plan.actions().forEach(world::apply);
        }
        assertEquals(
                List.of("place 1.2.1 cold", "place 1.2.1 longterm", "expire 1.2.1 cold"), steps);
    }

    @Test
    void aTierIsNotFilledAboveItsMark() {
        Policy recall = policy(rule("r", "access.hits >= 0", "{ place: hot }"), KEEP_BELOW);
        Plan plan = plan(recall, tiers(750), study(1, NEW, LONGTERM));
        assertTrue(plan.isEmpty());
        assertEquals(Map.of(Block.Cause.ROOM, 1L), plan.deferred());
        assertEquals(
                1, plan(recall, tiers(700), study(1, NEW, LONGTERM)).actions().size());
    }

    @Test
    void rulesActInTheirWindowOnly() {
        String night = "  - { name: n, when: 'study.age > days(30)', do: { place: longterm },"
                + " window: { from: \"22:00\", to: \"06:00\" } }";
        Plan noon = plan(policy(night), tiers(0), study(1, OLD, HOT));
        assertEquals(Map.of(Block.Cause.WINDOW, 1L), noon.deferred());
        assertTrue(noon.isEmpty());
        Plan midnight = Planner.plan(
                policy(night),
                List.of(study(1, OLD, HOT)).iterator(),
                tiers(0),
                NOW.plus(Duration.ofHours(12)));
        assertEquals(1, midnight.actions().size());
    }

    @Test
    void ratesAndLimitsBoundAPlan() {
        String slow = "  - { name: slow, when: 'study.age > days(30)', do: { place: longterm },"
                + " rate: { studies: 2, bytes: 1kB, per: hour } }";
        List<StudyFacts> studies =
                List.of(study(1, OLD, HOT), study(2, OLD, HOT), study(3, OLD, HOT));
        Plan plan = Planner.plan(policy(slow), studies.iterator(), tiers(0), NOW);
        assertEquals(List.of("place 1.2.1 longterm", "place 1.2.2 longterm"), steps(plan));
        RateBudget spent = new RateBudget(OptionalLong.of(2), OptionalLong.of(50), false);
        PlanLimits limits = PlanLimits.DEFAULT.with(Map.of("slow", spent));
        assertTrue(Planner.plan(policy(slow), studies.iterator(), tiers(0), NOW, limits)
                .isEmpty());
        RateBudget small = new RateBudget(OptionalLong.of(2), OptionalLong.of(50), true);
        limits = PlanLimits.DEFAULT.with(Map.of("slow", small));
        assertEquals(
                1,
                Planner.plan(policy(slow), studies.iterator(), tiers(0), NOW, limits)
                        .actions()
                        .size());
        Policy fast = policy(rule("f", "study.age > days(30)", "{ place: longterm }"));
        PlanLimits two = new PlanLimits(2, Map.of());
        Plan limited = Planner.plan(fast, studies.iterator(), tiers(0), NOW, two);
        assertEquals(2, limited.actions().size());
        assertEquals(Map.of(Block.Cause.LIMIT, 1L), limited.deferred());
    }
}
