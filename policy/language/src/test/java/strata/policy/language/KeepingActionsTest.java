package strata.policy.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Retention, holds, copies, keeping and prefetch: what is read, and what is refused where. */
class KeepingActionsTest {
    private static RuleAction action(String text) throws Exception {
        return Samples.policy(Samples.actionText(text)).rules().get(0).actions().get(0);
    }

    private static Moment until(String expression) throws Exception {
        String text = "{ retain: { until: '" + expression + "' } }";
        return ((RuleAction.Retain) action(text)).until();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "study.date.plusYears(10); 2036-06-01T00:00:00Z",
                "study.date.plusMonths(9); 2027-03-01T00:00:00Z",
                "study.date.plusDays(30); 2026-07-01T00:00:00Z",
                "study.patientBirthDate.plusYears(28); 2010-02-28T00:00:00Z",
                "latest(study.date.plusYears(10), study.patientBirthDate.plusYears(28));"
                        + " 2036-06-01T00:00:00Z",
                "earliest(study.date, now); 2026-06-01T00:00:00Z",
                "timestamp(\"2024-02-29T00:00:00Z\").plusYears(1); 2025-03-01T00:00:00Z",
                "timestamp(\"2024-02-29T00:00:00Z\").plusYears(4); 2028-02-29T00:00:00Z",
                "timestamp(\"2026-01-31T00:00:00Z\").plusMonths(1); 2026-03-01T00:00:00Z",
                "access.last; ''",
                "study.date.plusYears(study.bytes); ''"
            })
    void timesAreComputedByTheCalendarAndNeverEarly(String expression, String expected)
            throws Exception {
        Optional<Instant> time = until(expression).of(Samples.facts(Duration.ofDays(4), 0.1));
        assertEquals(expected, time.map(Instant::toString).orElse(""));
    }

    @Test
    void aTimeByABirthDateIsToldToTheYearOnly() throws Exception {
        Moment birth = until("study.patientBirthDate.plusYears(28)");
        assertEquals("a day in 2010", birth.told(Instant.parse("2010-02-28T00:00:00Z")));
        Rule rule = Samples.rule("study.patientBirthDate < timestamp(\"2000-01-01T00:00:00Z\")");
        Rule.Verdict verdict = rule.explain(Samples.facts(Duration.ofDays(1), 0));
        assertEquals(Outcome.TRUE, verdict.outcome());
        assertFalse(verdict.deciders().toString().contains("1982"), verdict.toString());
        assertFalse(Samples.study(Duration.ZERO).toString().contains("1982"));
    }

    @Test
    void addedDaysNeverLeaveTheCalendar() {
        Instant from = Samples.NOW;
        assertThrows(
                IllegalArgumentException.class,
                () -> CalendarFunctions.plus(from, 9_000, ChronoUnit.YEARS));
        assertThrows(
                IllegalArgumentException.class,
                () -> CalendarFunctions.plus(from, Long.MIN_VALUE, ChronoUnit.DAYS));
        assertThrows(
                IllegalArgumentException.class,
                () -> CalendarFunctions.plus(from, -3_000, ChronoUnit.YEARS));
    }

    @Test
    void actionsAreReadWithTheirDefaults() throws Exception {
        RuleAction.Retain retain =
                (RuleAction.Retain) action("{ retain: { until: study.date.plusYears(1) } }");
        assertTrue(retain.released());
        assertEquals(
                new RuleAction.Copies(
                        2, List.of(new CopyPlace.Tier("longterm"), new CopyPlace.Site("dr"))),
                action("{ copies: 2, in: [longterm, dr] }"));
        assertEquals(new RuleAction.Hold("case-7"), action("{ hold: case-7 }"));
        assertEquals(new RuleAction.Keep("hot", Optional.empty()), action("{ keep: hot }"));
        assertEquals(new RuleAction.Prefetch("hot", 3), action("{ prefetch: hot, most: 3 }"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{ copies: 3, in: [longterm, dr] }; 5:19: \"copies\" is at most 2 here",
                "{ copies: 1 }; 5:9: \"copies\" needs the key \"in\"",
                "{ copies: 1, in: [longtern] }; unknown tier or site \"longtern\"; did you mean",
                "{ retain: { until: study.age } }; 5:28: a time is wanted",
                "{ retain: { until: study.dat } }; 5:34: unknown fact \"study.dat\"",
                "{ retain: { release: operator } }; 5:19: \"retain\" needs the key \"until\"",
                "{ retain: { until: now, release: me } }; unknown way of release \"me\"",
                "{ hold: \"a b\" }; 5:17: a case has 1 to 63 letters",
                "{ keep: hot, until: soon }; 5:29: unknown fact \"soon\"",
                "{ prefetch: hot, most: 101 }; 5:32: \"most\" is at most 100 here",
                "[{ prefetch: hot }, { keep: hot }]; a rule that prefetches does nothing else"
            })
    void mistakesAreShownWhereTheyAre(String text, String message) {
        PolicyException refused = assertThrows(PolicyException.class, () -> action(text));
        assertTrue(refused.getMessage().contains(message.strip()), refused.getMessage());
    }

    @Test
    void factsOfTheOrderAreForPrefetchAlone() throws Exception {
        String head =
                "version: 1\nrules:\n  - name: r\n    when: order.modality == \"CT\"\n    do: ";
        PolicyException refused = assertThrows(
                PolicyException.class, () -> Samples.policy(head + "{ place: longterm }"));
        assertEquals(
                "p.yaml:4:11: facts of the order are known to rules that prefetch only",
                refused.getMessage());
        Rule rule = Samples.policy(head + "{ prefetch: hot }").rules().get(0);
        Facts plain = Samples.facts(Duration.ofDays(1), 0);
        assertEquals(Outcome.UNKNOWN, rule.matches(plain));
        OrderFacts order = new OrderFacts(Optional.of("CT"), List.of(), Optional.empty());
        Facts expected = new Facts(plain.study(), plain.tiers(), plain.now(), Optional.of(order));
        assertEquals(Outcome.TRUE, rule.matches(expected));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "study.age < days(50); 2026-06-20T12:00:00.000000001Z",
                "study.age > days(50) && access.idle > days(45); 2026-06-15T12:00:00.000000001Z",
                "study.age > days(10); ''",
                "study.bytes > 7; ''",
                "tier.hot.fill > 0.8; ''",
                "now > study.date.plusDays(20); 2026-06-21T00:00:00.000000001Z",
                "!(study.age > days(50)); 2026-06-20T12:00:00.000000001Z",
                "!(study.age > days(50) && study.bytes > 3); 2026-06-10T13:00:00Z",
                "now - study.date < days(30); 2026-07-01T00:00:00.000000001Z",
                "now - days(30) > study.date; 2026-07-01T00:00:00.000000001Z",
                "study.date - now > days(-30); 2026-07-01T00:00:00.000000001Z",
                "study.date + days(30) < now - days(1); 2026-07-02T00:00:00.000000001Z",
                "now - access.last > days(7); ''",
                "study.age + days(1) > days(50); 2026-06-19T12:00:00.000000001Z",
                "days(63) - study.age < days(3); 2026-06-30T12:00:00.000000001Z",
                "study.age + access.idle > days(50); 2026-06-10T13:00:00Z",
                "study.age > days(1) && study.bytes > tier.hot.used; 2026-06-10T13:00:00Z"
            })
    void theNextChangeByTimeIsNeverMissed(String when, String expected) throws Exception {
        Condition condition = Samples.rule("|\n      " + when).when();
        Facts facts = Samples.facts(Duration.ofDays(40), 0.9);
        assertEquals(
                expected, condition.nextChange(facts).map(Instant::toString).orElse(""));
    }

    @Test
    void routesNameDestinations() throws Exception {
        assertEquals(new RuleAction.Route(List.of("READER1")), action("{ route: READER1 }"));
        assertEquals(
                "route to READER1, 2ND READER",
                action("{ route: [READER1, 2ND READER] }").toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ route: READER2 } | unknown destination \"READER2\"; did you mean \"READER1\"?",
                "{ route: [READER1, READER1] } | \"route\" names a destination twice",
                "{ route: [] } | \"route\" names at least one destination",
                "{ route: { to: READER1 } } | \"route\" is a single value, not a map",
                "{ route: READER1, profile: fast } | unknown key \"profile\" of \"route\"; known: route"
            })
    void routesThatCannotBeAreRefused(String text, String message) {
        String said = assertThrows(PolicyException.class, () -> action(text)).getMessage();
        assertTrue(said.contains(message), said);
    }

    /** The one of OPERATIONS. */
    @Test
    void aRuleMayWaitForQuietAndLeaveOldStudiesAlone() throws Exception {
        Rule rule = Samples.rule("study.age > minutes(5) && \"CT\" in study.modality"
                + " && now < study.receivedFirst + days(2)");
        assertEquals(Outcome.FALSE, rule.matches(Samples.facts(Duration.ofMinutes(4), 0)));
        assertEquals(Outcome.TRUE, rule.matches(Samples.facts(Duration.ofMinutes(6), 0)));
        assertEquals(Outcome.FALSE, rule.matches(Samples.facts(Duration.ofDays(3), 0)));
    }

    @Test
    void whereNobodyKnowsThePeersTheFormCounts() throws Exception {
        KnownNames any = Samples.NAMES.withAnyPeer();
        String rules = Samples.actionText("{ route: ANYBODY }");
        assertEquals(
                1,
                PolicyFile.parse("p", rules.getBytes(StandardCharsets.UTF_8), any)
                        .rules()
                        .size());
        String wrong = Samples.actionText("{ route: a-title-of-17-chars }");
        String said = assertThrows(
                        PolicyException.class,
                        () -> PolicyFile.parse("p", wrong.getBytes(StandardCharsets.UTF_8), any))
                .getMessage();
        assertTrue(said.contains("is no name of a destination"), said);
    }
}
