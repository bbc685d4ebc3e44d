package strata.policy.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.base.Metrics;
import strata.policy.language.Policy;
import strata.policy.language.StudyFacts;
import strata.policy.language.TierFacts;
import strata.policy.language.TierFill;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What cannot move costs a cycle next to nothing, and moves as soon as it can. */
class WaitingLinesTest {
    private static final int STUDIES = 2_000;

    private static TierFacts tiers(long hotUsed, long longtermUsed) {
        return new TierFacts(Map.of(
                "hot", TierFill.of(hotUsed, 1_000_000, 0.8),
                "longterm", TierFill.of(longtermUsed, 1_000_000, 0.9)));
    }

    private static SimulatedSite site(TierFacts tiers) {
        List<StudyFacts> studies = new ArrayList<>();
        for (int i = 0; i < STUDIES; i++) {
            studies.add(Samples.study(i, Duration.ofDays(40), Samples.HOT));
        }
        return new SimulatedSite(new Samples.World(tiers, studies));
    }

    private static Lifecycle lifecycle(SimulatedSite site, Policy policy) {
        return new Lifecycle(
                policy, site, site, site.clock, LifecycleOptions.DEFAULT, Metrics.none());
    }

    private static void cycles(Lifecycle lifecycle, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            lifecycle.runDue();
        }
    }

    @Test
    void aFullTierIsNotAskedForEveryStudyInEachCycleAndTakesThemOnceItHasRoom() throws Exception {
        SimulatedSite site = site(tiers(0, 1_000_000));
        Policy policy =
                Samples.policy(Samples.rule("old", "study.age > days(30)", "{ place: longterm }"));
        Lifecycle lifecycle = lifecycle(site, policy);
        cycles(lifecycle, 12);
        site.looks = 0;
        cycles(lifecycle, 50);
        assertTrue(site.looks <= 50 * Attempts.LEAST, site.looks + " looks");
        assertEquals(0, site.actions);
        site.world.tiers = tiers(0, 0);
        cycles(lifecycle, 8);
        assertEquals(STUDIES, site.actions);
        lifecycle.close();
    }

    @Test
    void whatNoCopyElsewhereKeepsInAFullTierIsAskedSeldomAndGoesOnceThereIsOne() throws Exception {
        SimulatedSite site = site(tiers(1_000_000, 0));
        Policy policy =
                Samples.policy(Samples.rule("mark", "tier.hot.fill > 0.8", "{ release: hot }"));
        Lifecycle lifecycle = lifecycle(site, policy);
        cycles(lifecycle, 12);
        site.looks = 0;
        cycles(lifecycle, 50);
        assertTrue(site.looks <= 50 * Attempts.LEAST, site.looks + " looks");
        assertEquals(0, site.actions);
        StudyFacts copied = Samples.study(7, Duration.ofDays(40), Samples.HOT, Samples.LONGTERM);
        site.world.studies.put(copied.uid(), copied);
        site.world.listener.accept(Set.of(copied.uid()));
        cycles(lifecycle, 2);
        assertEquals(1, site.actions);
        lifecycle.close();
    }

    @Test
    void aSpentRateLetsTheOthersWait() throws Exception {
        SimulatedSite site = site(tiers(0, 0));
        Policy policy = Samples.policy("  - { name: slow, when: study.age > days(30), do: { place:"
                + " longterm }, rate: { studies: 100, per: hour } }");
        Lifecycle lifecycle = lifecycle(site, policy);
        cycles(lifecycle, 5);
        assertEquals(100, site.actions);
        site.looks = 0;
        cycles(lifecycle, 50);
        assertTrue(site.looks <= 100, site.looks + " looks");
        for (int hour = 2; hour <= 4; hour++) {
            site.clock.set(site.clock.instant().plus(Duration.ofMinutes(62)));
            cycles(lifecycle, 2);
            assertEquals(100 * hour, site.actions);
        }
        lifecycle.close();
    }
}
