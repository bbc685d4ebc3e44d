package strata.policy.lifecycle.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.policy.language.KnownNames;
import strata.policy.language.Policy;
import strata.policy.language.PolicyException;
import strata.policy.language.PolicyFile;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import javax.xml.parsers.DocumentBuilderFactory;

/** Years of small hospitals; what must come out is reckoned by hand where that is possible. */
class SimulationTest {
    /** A gigabyte a day; 100 days fit into the hot tier, and 600 days into the long-term tier. */
    private static final String SMALL = """
            start: 2026-01-01
            studiesPerDay: 10
            looks: { perStudy: 2, halfLifeDays: 10, old: 5% }
            modalities: { CT: { share: 1, megabytes: 100, instances: 100 } }
            tiers:
              hot: { capacity: 100 GB, keepBelow: 80%, price: 300 }
              longterm: { capacity: 300 GB, ratio: 2, price: 40, priceOut: 10 }
            sites: { dr: { price: 100 } }
            """;

    private static final String PLACE_AND_RELEASE = """
              - { name: old, when: study.age > days(20), do: { place: longterm } }
              - { name: mark, when: tier.hot.fill > tier.hot.keepBelow, do: { release: hot } }
            """;

    private static HospitalProfile profile(String text) throws Exception {
        return HospitalFile.read("hospital.yaml", text.getBytes(StandardCharsets.UTF_8));
    }

    private static Policy policy(HospitalProfile profile, String rules) throws Exception {
        String text = "version: 1\nzone: UTC\nrules:\n" + rules;
        return PolicyFile.parse("rules", text.getBytes(StandardCharsets.UTF_8), names(profile));
    }

    private static KnownNames names(HospitalProfile profile) {
        return KnownNames.of(profile.tiers().keySet(), profile.sites().keySet()).withAnyPeer();
    }

    private static SimulationResult.Month end(SimulationResult result) {
        return result.months().get(result.months().size() - 1);
    }

    @Test
    void whatIsThereIsWhatCameAndWhatTheRulesSay() throws Exception {
        HospitalProfile profile = profile(SMALL);
        SimulationResult result = Simulation.run(policy(profile, PLACE_AND_RELEASE), profile, 1);
        SimulationResult.Month end = end(result);
        assertEquals(LocalDate.of(2026, 12, 31), end.at());
        assertEquals(3650, end.studies(), 1);
        long came = result.months().stream()
                .mapToLong(m -> m.moved().getOrDefault("in to tier hot", 0L))
                .sum();
        assertEquals(365e9, came, 10e9, "100 MB on average");
        long out = result.months().stream()
                .mapToLong(m -> m.moved().getOrDefault("out of tier hot", 0L))
                .sum();
        assertEquals(came - out, end.bytes().get("tier hot"), "nothing else comes or goes");
        assertEquals(
                345e9 / 2,
                end.bytes().get("tier longterm"),
                5e9,
                "all but the last 20 days, halved");
        assertTrue(result.highestFill().get("tier hot") < 0.82, "" + result.highestFill());
        assertEquals(Map.of(), result.fullOn());
        assertFalse(end.bytes().containsKey("site dr"), "no rule says so");
        double days = 345e9 / 2 / 1e12 * 40 / 2;
        assertEquals(
                days, result.costs().get("tier longterm"), 0.2 * days, "half of it on average");
        assertTrue(result.coldLooks() > 0 && result.coldLooks() < result.looks() / 4, "decay");
        assertTrue(result.costs().get("reading from other tiers") > 0, "" + result.costs());
    }

    @Test
    void aTierThatFillsIsToldAndTheRunStillEnds() throws Exception {
        HospitalProfile profile = profile(SMALL);
        SimulationResult result = Simulation.run(policy(profile, PLACE_AND_RELEASE), profile, 3);
        LocalDate full = result.fullOn().get("tier longterm");
        LocalDate due = LocalDate.of(2026, 1, 21).plusDays(600);
        assertTrue(full.isAfter(due.minusDays(25)) && full.isBefore(due.plusDays(25)), "" + full);
        // Nothing can leave the hot tier any more, and it fills in turn.
        LocalDate hot = result.fullOn().get("tier hot");
        assertTrue(hot.isAfter(full) && hot.isBefore(full.plusDays(120)), hot + " after " + full);
        assertTrue(result.highestFill().get("tier hot") > 2, "" + result.highestFill());
        assertTrue(result.lines().stream().anyMatch(l -> l.contains("room from " + full)), "told");
    }

    @Test
    void aSampleTellsWhatTheWholeWould() throws Exception {
        String rules = PLACE_AND_RELEASE
                + "  - { name: slow, when: study.age > days(1), do: { replicate: dr },"
                + " rate: { studies: 8, bytes: 10 GB, per: day } }\n";
        HospitalProfile whole = profile(SMALL);
        HospitalProfile tenth = profile(SMALL + "sample: 400\n");
        SimulationResult all = Simulation.run(policy(whole, rules), whole, 1);
        SimulationResult part = Simulation.run(policy(tenth, rules), tenth, 1);
        assertEquals(1, all.each());
        assertEquals(365 * 10 / 400.0, part.each(), 1e-9);
        // Cycles of a simulation with rates come each hour: the next 8 follow 25 hours later.
        double slow = 8 * 364 * 24 / 25.0 * 100e6;
        assertEquals(slow, end(all).bytes().get("site dr"), 0.02 * slow, "8 a day");
        for (String place : List.of("tier hot", "tier longterm", "site dr")) {
            double exact = end(all).bytes().get(place);
            assertEquals(exact, end(part).bytes().get(place), 0.12 * exact, place);
        }
        assertEquals(
                all.highestFill().get("tier hot"), part.highestFill().get("tier hot"), 0.05, "hot");
    }

    @Test
    void whatASimulationCannotKnowIsSaid() throws Exception {
        HospitalProfile profile = profile(SMALL + "sample: 200\n");
        String rules =
                "  - { name: a, when: 'study.description == \"X\"', do: { replicate: dr } }\n"
                        + "  - { name: b, when: tier.hot.used > 5, do: { place: longterm } }\n"
                        + "  - { name: c, when: 'series.exists(s, s.instances == 100)', do: { replicate: dr"
                        + " } }\n";
        SimulationResult result = Simulation.run(policy(profile, rules), profile, 1);
        assertEquals(
                List.of(
                        "rule a asks for study.description, which no simulated study has",
                        "rule b compares bytes of a tier, which are those of the sample here"),
                result.notes());
        assertTrue(end(result).bytes().containsKey("site dr"), "series are known");
    }

    @Test
    void theSameIsSimulatedTheSameAndOtherRulesShowTheirDifference() throws Exception {
        HospitalProfile profile = profile(SMALL);
        Policy rules = policy(profile, PLACE_AND_RELEASE);
        SimulationResult result = Simulation.run(rules, profile, 1);
        assertEquals(result, Simulation.run(rules, profile, 1));
        assertEquals(List.of("no difference"), result.against(result));
        Policy early = policy(
                profile, "  - { name: e, when: study.age > days(1), do: { replicate: dr } }\n");
        List<String> difference = Simulation.run(early, profile, 1).against(result);
        assertTrue(
                difference.stream().anyMatch(l -> l.matches("site dr holds .*: 0\\.00 -> 0\\.3.*")),
                difference.toString());
        assertTrue(
                difference.stream()
                        .anyMatch(l -> l.startsWith("tier hot without room: never -> 2")),
                difference.toString());
    }

    @Test
    void thePictureIsWellFormed() throws Exception {
        HospitalProfile profile = profile(SMALL);
        SimulationResult result = Simulation.run(policy(profile, PLACE_AND_RELEASE), profile, 2);
        String svg = SimulationPlot.svg(result, Optional.of(result));
        var document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
        int lines = document.getElementsByTagName("polyline").getLength();
        int series = 2 + 2 + result.months().get(20).moved().size() + 1 + 1;
        assertEquals(2 * series, lines, "each twice");
    }

    @Test
    void whatIsRoutedIsTrafficAndNoCopy() throws Exception {
        HospitalProfile profile = profile(SMALL);
        String rules = PLACE_AND_RELEASE
                + "  - { name: out, when: study.age > days(2), do: { route: READER1 } }\n";
        SimulationResult result = Simulation.run(policy(profile, rules), profile, 1);
        long sent = result.months().stream()
                .mapToLong(m -> m.moved().getOrDefault("to peer READER1", 0L))
                .sum();
        assertEquals(363e9, sent, 10e9, "all but the last two days, once");
        assertEquals(null, end(result).bytes().get("peer READER1"));
        SimulationResult without = Simulation.run(policy(profile, PLACE_AND_RELEASE), profile, 1);
        assertEquals(end(without).copies(), end(result).copies());
    }

    @Test
    void tenYearsOfTheExampleRunByTheDefaultRules() throws Exception {
        HospitalProfile profile = HospitalFile.example();
        SimulationResult result =
                Simulation.run(PolicyFile.defaultPolicy(names(profile)), profile, 10);
        assertTrue(result.simulated() > 9_000 && result.each() > 100, "" + result.simulated());
        assertTrue(result.highestFill().get("tier hot") < 0.85, "" + result.highestFill());
        assertTrue(end(result).bytes().get("site dr") > 100e12, "" + end(result).bytes());
    }

    @Test
    void mistakesAreNamedWithLineAndColumn() {
        Map<String, String> wrong = Map.of(
                "colour: red\n", "9:1: unknown key \"colour\"",
                "seed: ten\n", "9:7: \"seed\" is a number from 0 to 1000000000, not \"ten\"",
                "sample: 7\n", "9:9: \"sample\" is a number",
                "seed: !!java.net.URL x\n", "YAML tags are not allowed");
        wrong.forEach((line, told) -> {
            PolicyException refused =
                    assertThrows(PolicyException.class, () -> profile(SMALL.indent(0) + line));
            assertTrue(refused.getMessage().contains(told), refused.getMessage());
        });
        Map<String, String> changed = Map.of(
                "100 GB", "100 pounds", "80%", "80 percent", "hot:", "warm:", "2026-01-01", "soon");
        changed.forEach((before, after) -> {
            PolicyException refused = assertThrows(
                    PolicyException.class, () -> profile(SMALL.replace(before, after)));
            assertTrue(
                    refused.getMessage().matches("(?s)hospital.yaml:\\d+:\\d+: .*"),
                    refused.getMessage());
        });
    }
}
