package strata.policy.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

class PolicyFileTest {
    @Test
    void everyKeyIsReadWithItsType() throws Exception {
        Policy policy = Samples.policy("""
                        version: 1
                        zone: Europe/Berlin
                        rules:
                          - name: nightly
                            when: study.age > duration("720h")
                            do:
                              - { place: longterm, profile: fast }
                              - { replicate: [dr] }
                            window: { days: [sat, sun], from: "22:00", to: "06:00" }
                            rate: { studies: 100, bytes: 1.5 GiB, per: hour }
                          - name: below-mark
                            when: tier.hot.fill > 0.80
                            do: { release: hot, order: largest-first, margin: 10%,
                                  requires: { copies: 2, sites: 1 } }
                          - name: gone
                            when: access.idle > days(900)
                            do: { expire: longterm, requires: { copies: 1 } }
                        """);
        Rule nightly = policy.rule("nightly").orElseThrow();
        assertEquals(
                List.of(
                        new RuleAction.Place("longterm", Optional.of("fast")),
                        new RuleAction.Replicate(List.of("dr"))),
                nightly.actions());
        assertEquals(
                Optional.of(new Window(
                        Set.of(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY),
                        LocalTime.of(22, 0),
                        LocalTime.of(6, 0),
                        ZoneId.of("Europe/Berlin"))),
                nightly.window());
        assertEquals(
                Optional.of(new Rate(
                        OptionalLong.of(100), OptionalLong.of(1_610_612_736), Duration.ofHours(1))),
                nightly.rate());
        assertEquals(
                List.of(new RuleAction.Release(
                        "hot",
                        ReleaseOrder.LARGEST_FIRST,
                        new Requires(2, 0, 1),
                        OptionalDouble.of(0.1))),
                policy.rule("below-mark").orElseThrow().actions());
        assertEquals(
                List.of(new RuleAction.Expire("longterm", new Requires(1, 0, 0))),
                policy.rule("gone").orElseThrow().actions());
        assertEquals(new Position(4, 5), nightly.at());
    }

    @Test
    void theDefaultPolicyFitsAConfigurationWithAndWithoutSites() throws Exception {
        Policy alone = PolicyFile.defaultPolicy(KnownNames.of(Set.of("hot", "longterm"), Set.of()));
        assertEquals(
                List.of(new RuleAction.Replicate(List.of())),
                alone.rules().get(0).actions());
        Policy policy = PolicyFile.defaultPolicy(Samples.NAMES);
        assertEquals(
                List.of(new RuleAction.Replicate(List.of("backup", "dr"))),
                policy.rules().get(0).actions());
        assertEquals(
                List.of(new RuleAction.Release(
                        "hot",
                        ReleaseOrder.OLDEST_ACCESS_FIRST,
                        new Requires(1, 1, 0),
                        OptionalDouble.of(0.05))),
                policy.rules().get(2).actions());
        Facts fresh = Samples.facts(Duration.ofDays(1), 0.5);
        Facts oldAndFull = Samples.facts(Duration.ofDays(31), 0.81);
        assertEquals(
                List.of(Outcome.TRUE, Outcome.FALSE, Outcome.FALSE),
                policy.rules().stream().limit(3).map(r -> r.matches(fresh)).toList());
        assertEquals(
                List.of(Outcome.TRUE, Outcome.TRUE, Outcome.TRUE),
                policy.rules().stream().limit(3).map(r -> r.matches(oldAndFull)).toList());
        assertEquals(
                List.of(
                        "prefetch to hot at most 3",
                        "prefetch to hot at most 2",
                        "prefetch to hot at most 1"),
                policy.rules().stream()
                        .skip(3)
                        .map(r -> r.actions().get(0).toString())
                        .toList());
        assertThrows(
                PolicyException.class,
                () -> PolicyFile.defaultPolicy(KnownNames.of(Set.of("hot"), Set.of())));
    }

    @Test
    void aWindowOverMidnightBelongsToTheDayOnWhichItOpens() {
        Window window = new Window(
                Set.of(DayOfWeek.SATURDAY),
                LocalTime.of(22, 0),
                LocalTime.of(6, 0),
                ZoneId.of("Europe/Berlin"));
        // 2026-06-13 is a Saturday; Berlin is two hours ahead of UTC in summer.
        assertFalse(window.isOpen(Instant.parse("2026-06-13T19:59:59Z")));
        assertTrue(window.isOpen(Instant.parse("2026-06-13T20:00:00Z")));
        assertTrue(window.isOpen(Instant.parse("2026-06-14T03:59:59Z")));
        assertFalse(window.isOpen(Instant.parse("2026-06-14T04:00:00Z")));
        assertFalse(window.isOpen(Instant.parse("2026-06-14T20:30:00Z")));
        assertEquals(
                Instant.parse("2026-06-20T20:00:00Z"),
                window.nextOpening(Instant.parse("2026-06-13T20:00:00Z")));
        // Standard time from 2026-10-25 on: the window opens an hour later in UTC.
        assertEquals(
                Instant.parse("2026-10-31T21:00:00Z"),
                window.nextOpening(Instant.parse("2026-10-26T00:00:00Z")));
    }

    @Test
    void daysWithoutTimesAreWholeDays() throws Exception {
        Window window = Samples.policy(Samples.ruleText("study.bytes > 5")
                        + "    window: { days: [wed], zone: UTC }\n")
                .rules()
                .get(0)
                .window()
                .orElseThrow();
        assertTrue(window.isOpen(Instant.parse("2026-06-10T00:00:00Z")));
        assertTrue(window.isOpen(Instant.parse("2026-06-10T23:59:59Z")));
        assertFalse(window.isOpen(Instant.parse("2026-06-11T00:00:00Z")));
    }

    @Test
    void requiresCountsOtherVerifiedCopiesOnly() {
        StudyFacts study = Samples.study(Duration.ofDays(3));
        assertFalse(Requires.ONE_OTHER_TIER.isMetBy(study, Samples.HOT));
        StudyFacts damaged = study.with(
                new CopyFacts(Samples.LONGTERM, CopyState.DAMAGED, 5, Optional.of(Samples.NOW)));
        assertFalse(Requires.ONE_OTHER_TIER.isMetBy(damaged, Samples.HOT));
        StudyFacts replicated = study.with(Samples.copy(Samples.DR));
        assertFalse(Requires.ONE_OTHER_TIER.isMetBy(replicated, Samples.HOT));
        assertTrue(new Requires(1, 0, 0).isMetBy(replicated, Samples.HOT));
        StudyFacts both = replicated.with(Samples.copy(Samples.LONGTERM));
        assertTrue(Requires.ONE_OTHER_TIER.isMetBy(both, Samples.HOT));
        assertTrue(new Requires(2, 0, 1).isMetBy(both, Samples.HOT));
        assertFalse(new Requires(3, 0, 0).isMetBy(both, Samples.HOT));
        assertEquals(
                "2 verified copies elsewhere, 1 at another site", new Requires(2, 0, 1).toString());
        assertEquals("1 in another tier", Requires.ONE_OTHER_TIER.toString());
        assertThrows(IllegalArgumentException.class, () -> new Requires(0, 0, 0));
    }
}
