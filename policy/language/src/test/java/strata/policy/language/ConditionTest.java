package strata.policy.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

class ConditionTest {
    private static final Duration AGE = Duration.ofDays(40);

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "true; TRUE",
                "study.uid == \"1.2.3\"; TRUE",
                "study.modality.exists(m, m in [\"CT\", \"MR\"]); TRUE",
                "\"MR\" in study.modality; FALSE",
                "study.bodyPart == [\"CHEST\"]; TRUE",
                "study.description.matches(\"^Thorax\"); TRUE",
                "study.description.contains(\"native\"); TRUE",
                "study.institution == \"X\"; UNKNOWN",
                "has(study.institution); FALSE",
                "has(study.date) && study.date < now - days(8); TRUE",
                "study.institution == \"X\" || study.bytes > 5; TRUE",
                "study.institution == \"X\" && study.bytes < 5; FALSE",
                "!(study.institution == \"X\"); UNKNOWN",
                "study.patientAgeYears < 18; FALSE",
                "\"CT1\" in study.callingAe; TRUE",
                "study.bytes == 1000000 && study.series == 2 && study.instances == 120; TRUE",
                "study.bytes > 999999.5; TRUE",
                "study.receivedFirst < study.receivedLast; TRUE",
                "study.age == days(40); TRUE",
                "study.age > hours(960); FALSE",
                "study.age >= minutes(57600); TRUE",
                "study.age > duration(\"720h\"); TRUE",
                "access.hits == 0 && access.idle == study.age; TRUE",
                "access.last < now; UNKNOWN",
                "copies.tiers == [\"hot\"] && copies.sites.size() == 0; TRUE",
                "copies.count == 1 && copies.lastVerified == now; TRUE",
                "tier.hot.fill > tier.hot.keepBelow; TRUE",
                "tier[\"hot\"].fill > 0.95; FALSE",
                "tier.longterm.fill < 0.5; UNKNOWN",
                "tier.longterm.used == 5; TRUE",
                "now.getHours(\"Europe/Berlin\") == 14; TRUE",
                "now > timestamp(\"2026-01-01T00:00:00Z\"); TRUE"
            })
    void factsHaveTheirValuesAndUnknownOnesStayUnknown(String when, Outcome expected)
            throws Exception {
        Rule rule = Samples.rule("|\n      " + when);
        assertEquals(expected, rule.matches(Samples.facts(AGE, 0.9)));
    }

    @Test
    void whatKeepsAConditionFromBeingTrueIsNamedWithItsFacts() throws Exception {
        Rule rule = Samples.rule("|\n      study.age > days(90) && \"CT\" in study.modality\n"
                + "      && (tier.hot.fill > 0.95 || study.institution == \"X\")");
        Rule.Verdict verdict = rule.explain(Samples.facts(AGE, 0.9));
        assertEquals(Outcome.FALSE, verdict.outcome());
        assertEquals(
                List.of(
                        "study.age > days(90) is false (study.age = 40d 0h)",
                        "tier.hot.fill > 0.95 is false (tier.hot.fill = 0.900)",
                        "study.institution == \"X\" is not known"
                                + " (study.institution = not known)"),
                verdict.deciders().stream().map(SubCondition::toString).toList());
        assertEquals(
                Optional.of(Samples.NOW.plus(Duration.ofDays(50)).plusNanos(1)),
                verdict.deciders().get(0).trueFrom());
    }

    @Test
    void whatMakesAConditionTrueIsNamed() throws Exception {
        Rule rule = Samples.rule("study.age < days(1) || study.series == 2 || study.bytes > 1");
        assertEquals(
                List.of("study.series == 2 is true (study.series = 2)"),
                rule.explain(Samples.facts(AGE, 0)).deciders().stream()
                        .map(SubCondition::toString)
                        .toList());
    }

    @Test
    void freeTextFromHeadersIsNotRepeated() throws Exception {
        Rule rule = Samples.rule("study.description.startsWith(\"Abdomen\")");
        SubCondition decider = rule.explain(Samples.facts(AGE, 0)).deciders().get(0);
        assertEquals(Map.of("study.description", "(text)"), decider.facts());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "study.age > days(50); 2026-06-20T12:00:00.000000001Z",
                "study.age >= days(50); 2026-06-20T12:00:00Z",
                "days(50) <= study.age; 2026-06-20T12:00:00Z",
                "access.idle >= hours(1200) && study.age > days(1); 2026-06-20T12:00:00Z",
                "study.age >= days(50) || study.age >= days(45); 2026-06-15T12:00:00Z",
                "study.age >= days(50) && study.bytes < 5; ''",
                "study.age >= days(50) && study.age < days(45); ''",
                "study.age + days(1) >= days(50); 2026-06-19T12:00:00Z",
                "now >= timestamp(\"2026-07-01T00:00:00Z\"); 2026-07-01T00:00:00Z",
                "study.age > days(1); 2026-06-10T12:00:00Z",
                "study.age > days(3652000); +12025-03-02T12:00:00.000000001Z"
            })
    void theTimeAtWhichItBecomesTrueIsComputedForSimpleForms(String when, String expected)
            throws Exception {
        Condition condition = Samples.rule("|\n      " + when).when();
        Facts facts = Samples.facts(AGE, 0.9);
        Optional<Instant> due = condition.trueFrom(facts);
        assertEquals(expected, due.map(Instant::toString).orElse(""));
        due.ifPresent(at -> assertEquals(Outcome.TRUE, condition.evaluate(facts.at(at))));
    }

    @Test
    void theMarkIsTheLowestBoundOfTheFill() throws Exception {
        Facts facts = Samples.facts(AGE, 0.9);
        Condition relative =
                Samples.rule("tier.hot.fill > tier.hot.keepBelow - 0.1").when();
        assertEquals(0.7, relative.mark("hot", facts).orElseThrow(), 1e-9);
        Condition mirrored =
                Samples.rule("0.5 <= tier.hot.fill && tier.hot.fill > 0.6").when();
        assertEquals(0.5, mirrored.mark("hot", facts).orElseThrow(), 1e-9);
        assertEquals(OptionalDouble.empty(), mirrored.mark("longterm", facts));
        Condition byStudy =
                Samples.rule("tier.hot.fill > 1.0 / double(study.series)").when();
        assertEquals(OptionalDouble.empty(), byStudy.mark("hot", facts));
    }

    @Test
    void seriesAreAskedOneByOne() throws Exception {
        Facts known = seriesFacts(Optional.of(List.of(
                new SeriesFacts(
                        Optional.of("CT"), Optional.of("CHEST"), Optional.of("THIN 1.0"), 900),
                new SeriesFacts(Optional.of("SR"), Optional.empty(), Optional.empty(), 1))));
        Map<String, Outcome> outcomes = Map.of(
                "series.exists(s, s.modality == \"CT\" && s.instances > 500)",
                Outcome.TRUE,
                "series.exists(s, s.modality == \"SR\" && s.instances > 500)",
                Outcome.FALSE,
                "series.exists(s, has(s.description) && s.description.startsWith(\"THIN\"))",
                Outcome.TRUE,
                "series.all(s, s.bodyPart == \"CHEST\")",
                Outcome.UNKNOWN,
                "size(series) == 2",
                Outcome.TRUE);
        for (Map.Entry<String, Outcome> each : outcomes.entrySet()) {
            Rule rule = Samples.rule("'" + each.getKey() + "'");
            assertEquals(each.getValue(), rule.matches(known), each.getKey());
            assertEquals(
                    Outcome.UNKNOWN, rule.matches(seriesFacts(Optional.empty())), each.getKey());
        }
        Rule thin = Samples.rule("'series.exists(s, s.description.startsWith(\"THIN\"))'");
        String told = thin.explain(known).toString();
        assertTrue(told.contains("series = 2 series"), told);
        assertFalse(told.contains("THIN 1.0"), "descriptions are not told: " + told);
        SeriesFacts one = new SeriesFacts(Optional.empty(), Optional.empty(), Optional.empty(), 1);
        Facts many =
                seriesFacts(Optional.of(java.util.Collections.nCopies(SeriesFacts.MOST + 1, one)));
        assertEquals(Outcome.UNKNOWN, Samples.rule("'size(series) > 5'").matches(many));
    }

    @Test
    void mistakesAboutSeriesAreFound() {
        for (Map.Entry<String, String> each : Map.of(
                        "series.modality == \"CT\"", "\"series\" is a list: ask as series.exists(",
                        "series.exists(s, s.modalty == \"CT\")", "modalty",
                        "series.exists(s, s.instances == \"5\")", "does not fit the types")
                .entrySet()) {
            PolicyException refused = assertThrows(
                    PolicyException.class, () -> Samples.rule("'" + each.getKey() + "'"));
            assertTrue(refused.getMessage().contains(each.getValue()), refused.getMessage());
        }
    }

    private static Facts seriesFacts(Optional<List<SeriesFacts>> series) {
        Facts plain = Samples.facts(Duration.ofDays(3), 0.5);
        StudyFacts study = plain.study();
        StudyAttributes about =
                series.map(study.attributes()::withSeries).orElse(study.attributes());
        return plain.with(new StudyFacts(
                study.uid(),
                about,
                study.bytes(),
                study.series(),
                study.instances(),
                study.receivedFirst(),
                study.receivedLast(),
                study.access(),
                study.copies()));
    }
}
