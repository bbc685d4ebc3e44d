package strata.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The alert rules fire when they should and not when they nearly should, by Prometheus' own tool;
 * and what they say of series is so in the code. What needs promtool is skipped without it.
 */
class AlertRulesTest {
    private static final Path ROOT = Path.of(System.getProperty("strata.home", "../.."));
    private static final Path ALERTS = ROOT.resolve("ops/alerts");
    private static final String RULES = "strata.rules.yaml";
    private static final String CASES = "strata.rules.test.yaml";

    /** A series with matchers, as {@code name{label="value", other=~"a|b"}}. */
    private static final Pattern SERIES = Pattern.compile("\\b(strata_[a-z0-9_]+)\\{([^}]*)\\}");

    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=~?\"([^\"]*)\"");
    private static final Pattern REGISTERED = Pattern.compile(
            "(?s)\\b(?:counter|histogram|gauge)\\(\\s*\"(strata_[a-z0-9_]+)\",.*?;\\R");

    /** Labels that Prometheus adds, or that all buckets have. */
    private static final Set<String> OF_ALL = Set.of("instance", "le");

    @TempDir
    Path folder;

    private String promtool(String... arguments) throws Exception {
        assumeTrue(
                Stream.of("/usr/bin", "/usr/local/bin")
                        .anyMatch(at -> Files.isExecutable(Path.of(at, "promtool"))),
                "promtool is not installed (apt-get install prometheus)");
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(Arrays.asList(arguments));
        File said = folder.resolve("said").toFile();
        Process process = new ProcessBuilder(command)
                .directory(ALERTS.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said)
                .start();
        assertTrue(process.waitFor(2, TimeUnit.MINUTES), "promtool does not end");
        String text = Files.readString(said.toPath());
        assertEquals(0, process.exitValue(), text);
        return text;
    }

    @Test
    void everyAlertFiresInItsTimeAndNotWhenAllIsNearlyWell() throws Exception {
        promtool("check", "rules", RULES);
        assertTrue(promtool("test", "rules", CASES).contains("SUCCESS"));
    }

    private static List<Map<?, ?>> list(Path file, String... path) throws IOException {
        List<Map<?, ?>> found = new ArrayList<>();
        found.add((Map<?, ?>)
                new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file)));
        for (String key : path) {
            List<Map<?, ?>> below = new ArrayList<>();
            found.forEach(each -> {
                for (Object one : (List<?>) each.get(key)) {
                    below.add((Map<?, ?>) one);
                }
            });
            found = below;
        }
        return found;
    }

    @Test
    void everyAlertHasCases() throws IOException {
        Set<Object> alerts = new TreeSet<>();
        list(ALERTS.resolve(RULES), "groups", "rules").forEach(r -> alerts.add(r.get("alert")));
        Set<Object> fires = new TreeSet<>();
        Set<Object> waits = new TreeSet<>();
        for (Map<?, ?> each : list(ALERTS.resolve(CASES), "tests", "alert_rule_test")) {
            boolean some = !((List<?>) each.get("exp_alerts")).isEmpty();
            (some ? fires : waits).add(each.get("alertname"));
        }
        assertEquals(alerts, fires);
        assertEquals(alerts, waits);
    }

    @Test
    void seriesHaveTheLabelsAndValuesThatRulesAndCasesSpeakOf() throws IOException {
        Map<String, String> code = registrations();
        Set<String> faults = new TreeSet<>();
        for (String file : List.of(RULES, CASES)) {
            Matcher series = SERIES.matcher(Files.readString(ALERTS.resolve(file)));
            while (series.find()) {
                String name = series.group(1).replaceFirst("_bucket$", "");
                Matcher labels = LABEL.matcher(series.group(2));
                while (labels.find()) {
                    String label = labels.group(1);
                    if (!OF_ALL.contains(label)
                            && !code.getOrDefault(name, "").contains("\"" + label + "\"")) {
                        faults.add(file + ": " + name + " has no label " + label);
                    }
                }
            }
        }
        assertEquals(Set.of(), faults);
    }

    /**
     * An alert on the growth of a series misses the event with which the series appears: so what is
     * asked for by its labels is shown as 0 from the start.
     */
    @Test
    void whatIsAskedToGrowIsKnownFromTheStart() throws IOException {
        Map<String, String> code = registrations();
        Set<String> faults = new TreeSet<>();
        for (Map<?, ?> rule : list(ALERTS.resolve(RULES), "groups", "rules")) {
            Matcher growing = Pattern.compile("increase\\((strata_[a-z0-9_]+)(\\{[^}]*\\})?\\[")
                    .matcher((String) rule.get("expr"));
            while (growing.find()) {
                Matcher labels = LABEL.matcher(growing.group(2) == null ? "" : growing.group(2));
                while (labels.find()) {
                    for (String value : labels.group(2).split("\\|")) {
                        String text = code.get(growing.group(1));
                        if (!text.contains(".known(\"" + value + "\")")
                                && !text.contains("AckCode." + value)) {
                            faults.add(rule.get("alert") + ": " + growing.group() + value);
                        }
                    }
                }
            }
        }
        assertEquals(Set.of(), faults);
    }

    /** By name, the statement that registers the series, with the constants it uses in words. */
    private static Map<String, String> registrations() throws IOException {
        Map<String, String> found = new HashMap<>();
        for (String room :
                List.of("engine", "tiers", "replication", "policy", "ops", "appliance-image")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(room))) {
                for (Path file : files.filter(f -> f.toString().endsWith(".java"))
                        .filter(f -> f.toString().contains("/src/main/java/"))
                        .toList()) {
                    String source = Files.readString(file);
                    Matcher metrics = REGISTERED.matcher(source);
                    while (metrics.find()) {
                        found.merge(
                                metrics.group(1),
                                worded(metrics.group(), source),
                                (one, other) -> one + other);
                    }
                }
            }
        }
        return found;
    }

    private static String worded(String statement, String source) {
        Matcher constants =
                Pattern.compile("String ([A-Za-z_]+) = \"([a-z_]+)\";").matcher(source);
        StringBuilder all = new StringBuilder(statement);
        while (constants.find()) {
            if (statement.matches("(?s).*\\b" + constants.group(1) + "\\b.*")) {
                all.append('"').append(constants.group(2)).append('"');
            }
        }
        return all.toString();
    }
}
