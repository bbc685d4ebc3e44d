package strata.policy.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.base.Metrics;
import strata.base.Uid;
import strata.policy.language.AccessFacts;
import strata.policy.language.Policy;
import strata.policy.language.StudyFacts;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Cycles over what changed or fell due do what cycles over everything would: after them a plan over
 * all studies is empty, whatever happened and however long nothing did.
 */
class AgendaPropertyTest {
    private static final int SEEDS = Integer.getInteger("strata.policy.seeds", 150);
    private static final int MOST_CYCLES = 400;

    @Test
    void whatIsNotLookedAtNeedsNothing() throws Exception {
        long actions = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            actions += check(seed);
        }
        assertTrue(actions > SEEDS, "the generator makes something to do");
    }

    private static long check(int seed) throws IOException {
        Random random = new Random(seed);
        Policy policy = Samples.policy(PlannerPropertyTest.rules(random));
        String context = "seed " + seed + ", rules " + PlannerPropertyTest.describe(policy);
        SimulatedSite site = new SimulatedSite(new Samples.World(
                PlannerPropertyTest.tiers(random), PlannerPropertyTest.studies(random)));
        Lifecycle lifecycle = new Lifecycle(
                policy, site, site, site.clock, LifecycleOptions.DEFAULT, Metrics.none());
        for (int step = 0; step < 6; step++) {
            // What waits for room or for other rules is asked again by the next day.
            for (long before = -1; before != site.actions; ) {
                before = site.actions;
                settle(lifecycle, site, context);
                site.clock.set(site.clock.instant().plus(Duration.ofHours(25)));
                settle(lifecycle, site, context);
            }
            Plan whole = Planner.plan(
                    policy,
                    site.world.all().iterator(),
                    site.world.tiers,
                    site.clock.instant(),
                    new PlanLimits(1_000, Map.of()));
            assertEquals(List.of(), whole.actions(), "step " + step + ", " + context);
            happen(random, site);
        }
        lifecycle.close();
        return site.actions;
    }

    private static void settle(Lifecycle lifecycle, SimulatedSite site, String context)
            throws IOException {
        int quiet = 0;
        for (int i = 0; quiet < 3; i++) {
            assertTrue(i < MOST_CYCLES, "does not come to rest, " + context);
            quiet = lifecycle.runDue().plan().isEmpty() ? quiet + 1 : 0;
        }
    }

    private static void happen(Random random, SimulatedSite site) {
        site.clock.set(site.clock.instant().plus(Duration.ofHours(random.nextInt(24 * 40))));
        Set<Uid> changed = new HashSet<>();
        List<StudyFacts> all = new ArrayList<>(site.world.studies.values());
        all.sort(java.util.Comparator.comparing(StudyFacts::uid));
        for (StudyFacts study : all) {
            if (random.nextInt(4) == 0) {
                site.world.studies.put(study.uid(), used(study, site.clock.instant()));
                changed.add(study.uid());
            }
        }
        StudyFacts arrived = Samples.study(1_000 + random.nextInt(50), Duration.ZERO, Samples.HOT);
        if (!site.world.studies.containsKey(arrived.uid())) {
            site.world.studies.put(arrived.uid(), arrived);
            site.world.tiers = site.world.tiers.plus("hot", arrived.bytes());
            changed.add(arrived.uid());
        }
        site.world.listener.accept(changed);
    }

    private static StudyFacts used(StudyFacts study, Instant now) {
        return new StudyFacts(
                study.uid(),
                study.attributes(),
                study.bytes(),
                study.series(),
                study.instances(),
                study.receivedFirst(),
                study.receivedLast(),
                new AccessFacts(Optional.of(now), study.access().hits() + 1),
                study.copies(),
                study.holds());
    }
}
