package strata.policy.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import strata.base.Fault;

import java.util.List;
import java.util.stream.Stream;

/** What an operator reads for each mistake: file, line, column, and what may have been meant. */
class PolicyErrorTest {
    private static PolicyException refused(String text) {
        return assertThrows(PolicyException.class, () -> Samples.policy(text), text);
    }

    private static Arguments of(String yaml, String message) {
        return Arguments.of(yaml, message);
    }

    static Stream<Arguments> conditions() {
        return Stream.of(
                of(
                        "study.agee > days(3)",
                        "4:17: unknown fact \"study.agee\"; did you mean \"study.age\"?"),
                of(
                        "stud.age > days(3)",
                        "4:11: unknown fact \"stud.age\"; did you mean \"study.age\"?"),
                of("tier.hto.fill > 0.8", "4:16: unknown tier \"hto\"; did you mean \"hot\"?"),
                of("tier[\"hto\"].fill > 0.5", "4:16: unknown tier \"hto\"; did you mean \"hot\"?"),
                of("tier.hot.fil > 0.8", "4:20: unknown fact \"fil\"; did you mean \"fill\"?"),
                of("tier.hot", "4:16: a tier has these facts: capacity, fill, keepBelow, used"),
                of(
                        "'\"hto\" in copies.tiers'",
                        "4:12: unknown tier \"hto\"; did you mean \"hot\"?"),
                of("'\"dx\" in copies.sites'", "4:12: unknown site \"dx\"; did you mean \"dr\"?"),
                of(
                        "dais(3) > study.age",
                        "4:11: unknown function \"dais\"; did you mean \"days\"?"),
                of(
                        "has(study.dat)",
                        "4:15: unknown fact \"study.dat\"; did you mean \"study.date\"?"),
                of("\"study.age > 3\"", "4:22: \">\" does not fit the types (duration, int)"),
                of("study.bytes", "4:11: a condition is true or false, this is of type int"),
                of("study.bytes + ", "4:24: not an expression: it ends too early"),
                of(
                        "study.bytes = 3",
                        "4:23: not an expression: token recognition error at: '= ';"
                                + " compare with =="),
                of(
                        "study.age > duration(\"30d\")",
                        "4:31: \"duration('30d')\" cannot be computed: invalid duration format;"
                                + " write days(30), hours(12) or duration(\"720h\")"),
                of("1 / 0 > study.bytes", "4:13: \"1 / 0\" cannot be computed: / by zero"),
                of("\"\"", "4:11: the condition is empty; write \"true\" to match every study"),
                of("[1]", "4:11: \"when\" is a single value, not a list"),
                of(
                        "study.description.matches(study.uid)",
                        "4:42: a pattern is written out, not computed"),
                of("study.description.matches(\"[a\")", "4:37: not a pattern: missing closing ]"));
    }

    @ParameterizedTest
    @MethodSource("conditions")
    void aWrongConditionIsShownWhereItIs(String when, String message) {
        assertEquals("p.yaml:" + message, refused(Samples.ruleText(when)).getMessage());
    }

    /** The same mistake in each way that YAML has to write a text. */
    static Stream<Arguments> styles() {
        return Stream.of(
                of("study.age > days(3) && study.bite > 3", "4:40"),
                of("'study.description == ''x'' && study.bite > 3'", "4:48"),
                of("\"study.description == \\\"x\\\" && study.bite > 3\"", "4:48"),
                of("\"\\x73tudy.bite > 3\"", "4:21"),
                of("\"study.age > days(3) \\\n       && study.bite > 1\"", "5:17"),
                of("study.age > days(3)\n      && study.bite > 1", "5:16"),
                of("|\n      study.age > days(3)\n      && study.bite > 3", "6:16"),
                of("|-\n      study.age > days(3)\n        && study.bite > 3", "6:18"),
                of(">-\n      study.age > days(3)\n      && study.bite > 3", "6:16"),
                of(">\n      study.age > days(3)\n\n      && study.bite > 3", "7:16"),
                of("'study.description == \"\uD83D\uDE00\" && study.bite > 3'", "4:46"));
    }

    @ParameterizedTest
    @MethodSource("styles")
    void theColumnIsRightInEveryStyleOfText(String when, String at) {
        assertEquals(
                "p.yaml:" + at + ": unknown fact \"study.bite\"; did you mean \"study.bytes\"?",
                refused(Samples.ruleText(when)).getMessage());
    }

    static Stream<Arguments> actions() {
        return Stream.of(
                of(
                        "{ plcae: hot }",
                        "5:11: unknown key \"plcae\" of an action; did you mean \"place\"?"),
                of("{ place: hto }", "5:18: unknown tier \"hto\"; did you mean \"hot\"?"),
                of(
                        "{ place: hot, profile: fats }",
                        "5:32: unknown profile \"fats\"; did you mean \"fast\"?"),
                of(
                        "{ place: hot, release: hot }",
                        "5:9: an action has exactly one of copies, expire, hold, keep, place,"
                                + " prefetch, release, replicate, retain, route"),
                of(
                        "{ place: hot, order: oldest-first }",
                        "5:23: unknown key \"order\" of \"place\"; known: place, profile"),
                of("{ replicate: [drr] }", "5:23: unknown site \"drr\"; did you mean \"dr\"?"),
                of("{ replicate: [dr, dr] }", "5:22: \"replicate\" names a site twice"),
                of("{ replicate: [] }", "5:22: \"replicate\" names at least one site"),
                of(
                        "{ release: hot, order: oldest }",
                        "5:32: unknown order \"oldest\"; did you mean \"oldest-access-first\"?"),
                of(
                        "{ release: hot, margin: 5% }",
                        "5:25: a margin needs a mark: a condition such as tier.hot.fill > 0.80"),
                of(
                        "{ release: hot, requires: { copies: 9 } }",
                        "5:45: there can never be 9 here, at most 3"),
                of(
                        "{ release: hot, requires: {} }",
                        "5:35: at least one verified copy must be elsewhere: copies, tiers or"
                                + " sites"),
                of(
                        "delete",
                        "5:9: \"do\" is a map such as { place: longterm }, not a single value"),
                of("[]", "5:9: a rule does 1 to 8 things"));
    }

    static Stream<Arguments> schedules() {
        return Stream.of(
                of(
                        "{ place: hot }\n    windwo: {}",
                        "6:5: unknown key \"windwo\" of a rule; did you mean \"window\"?"),
                of(
                        "{ place: hot }\n    window: { from: 22:00, to: \"25:00\" }",
                        "6:32: a time is in quotes as \"22:00\", not \"25:00\""),
                of(
                        "{ place: hot }\n    window: { days: [sta] }",
                        "6:22: unknown day \"sta\"; did you mean \"sat\"?"),
                of(
                        "{ place: hot }\n    window: { from: \"22:00\" }",
                        "6:13: a window has from and to, or days, or all three"),
                of(
                        "{ place: hot }\n    window: { days: [sat], zone: Europe/Belrin }",
                        "6:34: unknown time zone \"Europe/Belrin\"; did you mean"
                                + " \"Europe/Berlin\"?"),
                of(
                        "{ place: hot }\n    rate: { studies: 4, per: hur }",
                        "6:30: unknown period \"hur\"; did you mean \"hour\"?"),
                of(
                        "{ place: hot }\n    rate: { bytes: 4, per: hour }",
                        "6:20: a size is a number with its unit, as 200 GiB"),
                of(
                        "{ place: hot }\n    destructive: true",
                        "6:5: \"destructive\" is for rules that release or expire"));
    }

    @ParameterizedTest
    @MethodSource({"actions", "schedules"})
    void aWrongActionIsShownWhereItIs(String action, String message) {
        assertEquals("p.yaml:" + message, refused(Samples.actionText(action)).getMessage());
    }

    @Test
    void allProblemsComeAtOnceInTheOrderOfTheFile() {
        PolicyException refused = refused("""
                        version: 2
                        rules:
                          - name: a
                            when: study.agee > days(1)
                            do: { place: cold }
                          - name: a
                            do: { replicate: all }
                        """);
        assertEquals(
                List.of("1:10", "4:17", "5:18", "6:5", "6:11"),
                refused.problems().stream().map(p -> p.at().toString()).toList());
        assertEquals(Fault.OPERATOR, refused.fault());
        assertTrue(refused.getMessage().startsWith("p.yaml:1:10: this build reads version 1"));
    }
}
