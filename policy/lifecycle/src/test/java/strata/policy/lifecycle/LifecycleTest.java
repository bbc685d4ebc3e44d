package strata.policy.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static strata.policy.lifecycle.Samples.HOT;
import static strata.policy.lifecycle.Samples.NOW;
import static strata.policy.lifecycle.Samples.policy;
import static strata.policy.lifecycle.Samples.rule;
import static strata.policy.lifecycle.Samples.study;
import static strata.policy.lifecycle.Samples.tiers;
import static strata.policy.lifecycle.Samples.uid;

import org.junit.jupiter.api.Test;

import strata.base.Await;
import strata.base.Metrics;
import strata.base.SetClock;
import strata.base.StorageException;
import strata.base.Uid;
import strata.policy.language.Policy;
import strata.policy.language.Requires;
import strata.policy.language.StudyFacts;
import strata.policy.language.TierFacts;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

class LifecycleTest {
    private static final Duration OLD = Duration.ofDays(40);
    private static final Policy POLICY = policy(
            rule("copy", "true", "{ replicate: [dr] }"),
            rule("long", "study.age > days(30)", "{ place: longterm, profile: fast }"),
            rule("below", "tier.hot.fill > 0.8", "{ release: hot }"));

    /** A site in memory whose actions fail as told. */
    private static class FakeSite extends SimulatedSite {
        final List<String> calls = new ArrayList<>();
        final Set<Uid> failing = new HashSet<>();
        boolean broken;
        volatile int runs;

        FakeSite(TierFacts tiers, StudyFacts... studies) {
            super(new Samples.World(tiers, List.of(studies)));
        }

        @Override
        public Studies studies(Policy policy) throws IOException {
            runs++;
            if (broken) {
                throw new StorageException(StorageException.Kind.FAILED, "no catalog", null);
            }
            return super.studies(policy);
        }

        @Override
        public ActionResult route(Uid study, String peer) throws IOException {
            super.route(study, peer);
            return ActionResult.QUEUED;
        }

        @Override
        ActionResult act(Action action) throws IOException {
            String how =
                    action instanceof Action.Place place ? " " + place.profile().orElse("-") : "";
            calls.add(action.kind().label() + " " + action.study() + " "
                    + action.place().name() + how);
            if (failing.contains(action.study())) {
                throw new StorageException(StorageException.Kind.UNAVAILABLE, "tier is away", null);
            }
            return super.act(action);
        }
    }

    private final SetClock clock = new SetClock(NOW);

    private Lifecycle lifecycle(FakeSite site, Policy policy) {
        return new Lifecycle(policy, site, site, clock, LifecycleOptions.DEFAULT, Metrics.none());
    }

    @Test
    void cyclesDoWhatTheRulesWantAndThenNothing() throws Exception {
        FakeSite site = new FakeSite(tiers(900), study(1, OLD, HOT), study(2, OLD, HOT));
        Lifecycle lifecycle = lifecycle(site, POLICY);
        CycleReport first = lifecycle.runOnce();
        assertEquals(
                List.of(
                        "replicate 1.2.1 dr",
                        "replicate 1.2.2 dr",
                        "place 1.2.1 longterm fast",
                        "place 1.2.2 longterm fast"),
                site.calls);
        assertEquals(4, first.count(CycleReport.Outcome.DONE));
        lifecycle.runOnce();
        assertEquals("release 1.2.2 hot", site.calls.get(5));
        assertEquals(6, site.calls.size());
        assertTrue(lifecycle.runOnce().steps().isEmpty());
        assertTrue(lifecycle.lastReport().orElseThrow().plan().isEmpty());
    }

    @Test
    void aFailingStudyStopsNoOtherAndWaitsLongerEachTime() throws Exception {
        FakeSite site = new FakeSite(tiers(100), study(1, OLD, HOT), study(2, OLD, HOT));
        site.failing.add(uid(1));
        Lifecycle lifecycle = lifecycle(site, POLICY);
        CycleReport first = lifecycle.runOnce();
        assertEquals(1, first.count(CycleReport.Outcome.FAILED));
        assertEquals(1, first.count(CycleReport.Outcome.NOT_RUN));
        assertEquals(2, first.count(CycleReport.Outcome.DONE));
        CycleReport.Step failed = first.steps().stream()
                .filter(s -> s.outcome() == CycleReport.Outcome.FAILED)
                .findFirst()
                .orElseThrow();
        assertEquals("tier is away", failed.detail());

        long[] pauses = {1, 2, 4, 8};
        for (long minutes : pauses) {
            clock.advance(Duration.ofMinutes(minutes).minusSeconds(1));
            CycleReport waiting = lifecycle.runOnce();
            assertEquals(1, waiting.studiesParked(), "after " + minutes);
            assertTrue(waiting.steps().isEmpty());
            clock.advance(Duration.ofSeconds(1));
            assertEquals(1, lifecycle.runOnce().count(CycleReport.Outcome.FAILED));
        }
        assertEquals(
                "failed 5 times, last with StorageException; tried again from "
                        + clock.instant().plus(Duration.ofMinutes(16)),
                lifecycle.explain(uid(1)).orElseThrow().parked().orElseThrow().why());

        site.failing.clear();
        clock.advance(Duration.ofMinutes(16));
        assertEquals(2, lifecycle.runOnce().count(CycleReport.Outcome.DONE));
        assertFalse(lifecycle.explain(uid(1)).orElseThrow().parked().isPresent());
        assertFalse(lifecycle.explain(uid(9)).isPresent());
    }

    @Test
    void aFailureInOurOwnCodeIsContainedToo() throws Exception {
        FakeSite site = new FakeSite(tiers(100), study(1, OLD, HOT), study(2, OLD, HOT));
        LifecycleActions actions = new LifecycleActions() {
            @Override
            public ActionResult place(Uid study, String tier, Optional<String> profile) {
                throw new IllegalStateException("a defect");
            }

            @Override
            public ActionResult replicate(Uid study, String to) {
                return ActionResult.PENDING;
            }

            @Override
            public ActionResult route(Uid study, String peer) {
                return ActionResult.REFUSED;
            }

            @Override
            public ActionResult release(Uid study, String tier, Requires requires) {
                return ActionResult.REFUSED;
            }
        };
        Lifecycle lifecycle = new Lifecycle(
                POLICY, site, actions, clock, LifecycleOptions.DEFAULT, Metrics.none());
        CycleReport report = lifecycle.runOnce();
        assertEquals(2, report.count(CycleReport.Outcome.FAILED));
        assertEquals(2, report.count(CycleReport.Outcome.SKIPPED));
    }

    @Test
    void ratesHoldOverCycles() throws Exception {
        Policy slow =
                policy("  - { name: slow, when: 'study.age > days(30)', do: { place: longterm },"
                        + " rate: { studies: 2, per: hour } }");
        FakeSite site = new FakeSite(
                tiers(100),
                study(1, OLD, HOT),
                study(2, OLD, HOT),
                study(3, OLD, HOT),
                study(4, OLD, HOT),
                study(5, OLD, HOT));
        Lifecycle lifecycle = lifecycle(site, slow);
        lifecycle.runOnce();
        clock.advance(Duration.ofMinutes(59));
        lifecycle.runOnce();
        assertEquals(2, site.calls.size());
        clock.advance(Duration.ofMinutes(2));
        lifecycle.runOnce();
        assertEquals(4, site.calls.size());
    }

    @Test
    void aDryRunDoesNothing() throws Exception {
        FakeSite site = new FakeSite(tiers(900), study(1, OLD, HOT));
        Lifecycle lifecycle = lifecycle(site, policy("  []"));
        assertEquals(2, lifecycle.dryRun(POLICY).actions().size());
        assertTrue(site.calls.isEmpty());
        lifecycle.policy(POLICY);
        assertEquals(2, lifecycle.runOnce().count(CycleReport.Outcome.DONE));
    }

    @Test
    void theScheduleOutlivesAFailedCycleAndStops() throws Exception {
        FakeSite site = new FakeSite(tiers(100), study(1, OLD, HOT));
        site.broken = true;
        LifecycleOptions fast = new LifecycleOptions(
                Duration.ofMillis(5),
                10,
                Duration.ofMinutes(1),
                Duration.ofHours(1),
                Duration.ofDays(1));
        Lifecycle lifecycle = new Lifecycle(POLICY, site, site, clock, fast, Metrics.none());
        ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
        try {
            assertThrows(StorageException.class, lifecycle::runOnce);
            lifecycle.start(executor);
            assertThrows(IllegalStateException.class, () -> lifecycle.start(executor));
            Await.until("three failed cycles", Duration.ofSeconds(10), () -> site.runs > 3);
            lifecycle.close();
            int after = site.runs;
            assertEquals(after, site.runs);
            assertFalse(lifecycle.lastReport().isPresent());
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void whatIsQueuedForAPeerCountsAgainstTheRateAndIsExplained() throws Exception {
        FakeSite site = new FakeSite(tiers(100), study(1, OLD, HOT), study(2, OLD, HOT)) {
            @Override
            public Optional<String> routing(Uid study, String peer) {
                return study.equals(uid(1)) ? Optional.of("sending to " + peer) : Optional.empty();
            }
        };
        Policy policy = policy("  - { name: r, when: 'study.age > days(1)', do: { route: READER1 },"
                + " rate: { studies: 1, per: hour } }");
        Lifecycle lifecycle = lifecycle(site, policy);
        Explanation before = lifecycle.explain(uid(1)).orElseThrow();
        assertTrue(
                before.lines().contains("  route to READER1: sending to READER1"),
                before::toString);
        CycleReport first = lifecycle.runOnce();
        assertEquals(1, first.count(CycleReport.Outcome.SKIPPED), "queued, not done");
        assertEquals(1, first.plan().count(ActionKind.ROUTE));
        assertTrue(lifecycle.runOnce().plan().isEmpty(), "the rate is spent");
        clock.advance(Duration.ofMinutes(62));
        assertEquals(1, lifecycle.runOnce().plan().count(ActionKind.ROUTE));
        clock.advance(Duration.ofMinutes(62));
        assertTrue(lifecycle.runOnce().plan().isEmpty(), "all of it is there");
        Explanation after = lifecycle.explain(uid(1)).orElseThrow();
        assertTrue(after.lines().contains("  route to READER1: done"), after::toString);
    }

    @Test
    void rulesThatPrefetchMakeNoStudyBeLookedAtAgain() throws Exception {
        FakeSite site = new FakeSite(tiers(100), study(1, OLD, HOT), study(2, OLD, HOT));
        String when = "now - study.receivedFirst < days(500)";
        Lifecycle prefetching =
                lifecycle(site, policy(rule("p", when, "{ prefetch: hot, most: 1 }")));
        assertEquals(2, prefetching.runDue().plan().studies());
        clock.advance(Duration.ofHours(2));
        assertEquals(0, prefetching.runDue().plan().studies());
        Lifecycle routing = lifecycle(site, policy(rule("r", when, "{ route: READER1 }")));
        assertEquals(2, routing.runDue().plan().studies());
        clock.advance(Duration.ofHours(2));
        assertEquals(2, routing.runDue().plan().studies(), "others are looked at each hour");
    }
}
