package strata.policy.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;

/** Hostile input 57 and its relatives: refused with a reason, quickly, and without growth. */
class HostilePolicyTest {
    private static String refusal(String text) {
        return assertThrows(PolicyException.class, () -> Samples.policy(text), text)
                .getMessage();
    }

    static Stream<Arguments> files() {
        return Stream.of(
                Arguments.of("", "1:1: the file is empty"),
                Arguments.of("a", "1:1: a policy file is a map of keys and values"),
                Arguments.of("version: 1\nrules: !!java.io.File [x]", "2:8: YAML tags"),
                Arguments.of("version: 1\nrules: !<tag:yaml.org,2002:seq> []", "2:8: YAML tags"),
                Arguments.of("version: !!int 1\nrules: []", "1:10: YAML tags"),
                Arguments.of("version: 1\nrules: &a []", "2:8: YAML anchors"),
                Arguments.of("a: *b", "1:4: YAML aliases"),
                Arguments.of("version: 1\nversion: 1\nrules: []", "2:1: key \"version\" is there"),
                Arguments.of("version: 1\n<<: {a: 1}\nrules: []", "2:1: unknown key \"<<\""),
                Arguments.of("{[a]: 1}", "1:2: a key is a plain word, not a list"),
                Arguments.of("--- a\n--- b", "2:1: one document per file"),
                Arguments.of("%TAG ! tag:x,2000:\n---\na", "1:1: YAML directives"),
                Arguments.of("version: 1\nrules: [", "2:9: not YAML"),
                Arguments.of("a: \u0001", "1:4: character U+0001"),
                Arguments.of("[".repeat(5_000), "1:13: nested deeper than 12"),
                Arguments.of("a: \"" + "x".repeat(PolicyFile.MAX_FILE_BYTES), "1:1: a policy file"),
                Arguments.of("[" + "a,".repeat(30_000) + "]", "more than 20000 values"),
                Arguments.of("version: 1\nrules: [" + "a,".repeat(201) + "]", "at most 200 rules"));
    }

    @ParameterizedTest
    @MethodSource("files")
    void hostile57YamlIsRefused(String text, String reason) {
        String message = assertTimeout(Duration.ofSeconds(20), () -> refusal(text));
        assertTrue(message.contains(reason), message);
    }

    static Stream<Arguments> conditions() {
        return Stream.of(
                Arguments.of("\"" + "(".repeat(900) + "true" + ")".repeat(900) + "\"", "limit"),
                Arguments.of("\"" + "[".repeat(900) + "]".repeat(900) + " == []\"", "limit"),
                Arguments.of("\"true" + " || true".repeat(260) + "\"", "at most 2000"),
                Arguments.of("\"true" + "||true".repeat(320) + "\"", "limit"),
                Arguments.of("study.description.matches(\"(a+)+$\")", "a repeat inside a repeat"),
                Arguments.of("study.description.matches(\"((ab*)c)*\")", "a repeat inside"),
                Arguments.of("study.description.matches(\"(?:a{2}){50}\")", "a repeat inside"),
                Arguments.of("study.description.matches(\"a{900}\")", "a repeat of more than"),
                Arguments.of(
                        "study.description.matches(\"" + "a".repeat(300) + "\")", "at most 200"),
                Arguments.of("\"[1].all(a, [1].all(b, [1].all(c, true)))\"", "loops nested deeper"),
                Arguments.of("strata.study{} == strata.study{}", "builds no objects"),
                Arguments.of("google.protobuf.Any{} == null", "builds no objects"),
                Arguments.of("days(99999999999999) > study.age", "cannot be computed"),
                Arguments.of("type(study.bytes) == int", "unknown function"));
    }

    @ParameterizedTest
    @MethodSource("conditions")
    void hostile57ConditionsAreRefused(String when, String reason) {
        String message =
                assertTimeout(Duration.ofSeconds(20), () -> refusal(Samples.ruleText(when)));
        assertTrue(message.contains(reason), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"true\"",
                "study.bytes >= 0",
                "study.age > days(-1) || study.modality.exists(m, m == \"CT\")",
                "'\"longterm\" in copies.tiers'",
                "tier.hot.fill >= 0.0",
                "'!(study.instances < 0)'",
                "size(series) > 0",
                "'!series.exists(s, s.instances < 0)'"
            })
    void hostile57ARuleThatRemovesEverythingNeedsTheWord(String when) throws Exception {
        for (String action : new String[] {"{ release: hot }", "{ expire: longterm }"}) {
            String rule =
                    "version: 1\nrules:\n  - name: r\n    when: " + when + "\n    do: " + action;
            String message = refusal(rule);
            assertTrue(message.startsWith("p.yaml:4:11: this would remove"), message);
            assertTrue(Samples.policy(rule + "\n    destructive: true\n")
                    .rules()
                    .get(0)
                    .destructive());
        }
    }

    @Test
    void whatAConditionMayComputeIsBounded() throws Exception {
        String wide = "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,"
                + "29,30,31,32,33,34,35,36,37,38,39,40]";
        Rule rule = Samples.rule(
                "'" + wide + ".all(a, " + wide + ".all(b, a + b > study.series - 9))'");
        Facts facts = Samples.facts(Duration.ofDays(1), 0.5);
        assertEquals(
                Outcome.UNKNOWN, assertTimeout(Duration.ofSeconds(20), () -> rule.matches(facts)));
    }

    @Test
    void aReaderWithoutEndIsReadToTheLimitOnly() {
        StringReader endless = new StringReader("") {
            @Override
            public int read(char[] to, int offset, int length) {
                java.util.Arrays.fill(to, offset, offset + length, '#');
                return length;
            }
        };
        PolicyException refused = assertThrows(
                PolicyException.class, () -> PolicyFile.parse("p.yaml", endless, Samples.NAMES));
        assertTrue(refused.getMessage().startsWith("p.yaml:1:1: a policy file has at most"));
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        byte[] latin = "version: 1 # \u00e4".getBytes(StandardCharsets.ISO_8859_1);
        PolicyException refused = assertThrows(
                PolicyException.class, () -> PolicyFile.parse("p.yaml", latin, Samples.NAMES));
        assertEquals("p.yaml:1:1: a policy file is text in UTF-8", refused.getMessage());
    }

    /** Random edits of a real file end in a policy or in a PolicyException, nothing else. */
    @Test
    void editedFilesEndInAPolicyOrARefusal() {
        byte[] text = PolicyFile.defaultText().getBytes(StandardCharsets.UTF_8);
        byte[] rules = new String(text, StandardCharsets.UTF_8)
                .replaceAll("(?m)^ *#.*\n", "")
                .getBytes(StandardCharsets.UTF_8);
        byte[] signs = "(){}[]&*!'\"\\|>,:-#.%=<0 \n\t".getBytes(StandardCharsets.UTF_8);
        Facts facts = Samples.facts(Duration.ofDays(40), 0.9);
        for (int seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            byte[] edited = rules.clone();
            for (int i = random.nextInt(6); i >= 0; i--) {
                edited[random.nextInt(edited.length)] = random.nextBoolean()
                        ? signs[random.nextInt(signs.length)]
                        : (byte) random.nextInt(256);
            }
            try {
                Policy policy = PolicyFile.parse("p.yaml", edited, Samples.NAMES);
                policy.rules().forEach(r -> r.explain(facts));
            } catch (PolicyException expected) {
                assertTrue(expected.getMessage().startsWith("p.yaml:"), "seed " + seed);
            } catch (RuntimeException e) {
                fail("seed " + seed, e);
            }
        }
    }
}
