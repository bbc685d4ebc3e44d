package strata.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The dashboard and the alert rules speak of metrics that the code has, under names that fit. */
class MonitoringFilesTest {
    private static final Path ROOT = Path.of(System.getProperty("strata.home", "../.."));
    private static final Path DASHBOARD = ROOT.resolve("ops/dashboards/strata.json");
    private static final Path ALERTS = ROOT.resolve("ops/alerts/strata.rules.yaml");
    private static final Pattern NAME = Pattern.compile("\\bstrata_[a-z0-9_]+");
    private static final Pattern REGISTERED =
            Pattern.compile("\\b(counter|histogram|gauge)\\(\\s*\"(strata_[a-z0-9_]+)\"");

    @Test
    void everyMetricThatIsNamedExists() throws IOException {
        Set<String> known = namesInTheCode();
        known.removeAll(registered().get("histogram"));
        Set<String> missing = new TreeSet<>();
        for (Path file : List.of(DASHBOARD, ALERTS)) {
            Matcher names = NAME.matcher(Files.readString(file));
            while (names.find()) {
                if (!known.contains(names.group())) {
                    missing.add(file.getFileName() + ": " + names.group());
                }
            }
        }
        assertEquals(Set.of(), missing);
    }

    /** Prometheus takes the ending off a counter, so that the rest must be free. */
    @Test
    void namesInTheCodeFitEachOther() throws IOException {
        Map<String, Set<String>> code = registered();
        Set<String> faults = new TreeSet<>();
        Set<String> others = new HashSet<>(code.get("gauge"));
        others.addAll(code.get("histogram"));
        for (String counter : code.get("counter")) {
            if (!counter.endsWith("_total")) {
                faults.add("a counter ends with _total: " + counter);
            } else if (others.contains(counter.substring(0, counter.length() - 6))) {
                faults.add("another metric has the name of a counter: " + counter);
            }
        }
        for (String name : others) {
            if (name.endsWith("_total")) {
                faults.add("only counters end with _total: " + name);
            }
        }
        assertEquals(Set.of(), faults);
        assertTrue(code.get("counter").size() > 20, () -> code.toString());
    }

    @Test
    void everyAlertSaysWhatToDo() throws IOException {
        Object file =
                new Load(LoadSettings.builder().build()).loadFromString(Files.readString(ALERTS));
        List<String> faults = new ArrayList<>();
        Set<String> alerts = new HashSet<>();
        for (Object group : (List<?>) ((Map<?, ?>) file).get("groups")) {
            for (Object rule : (List<?>) ((Map<?, ?>) group).get("rules")) {
                Map<?, ?> fields = (Map<?, ?>) rule;
                String alert = (String) fields.get("alert");
                Map<?, ?> notes = (Map<?, ?>) fields.get("annotations");
                Object severity = ((Map<?, ?>) fields.get("labels")).get("severity");
                if (!alerts.add(alert)
                        || !List.of("warning", "critical").contains(severity)
                        || !(fields.get("expr") instanceof String)
                        || !(notes.get("summary") instanceof String)
                        || !(notes.get("description") instanceof String)) {
                    faults.add(alert);
                }
            }
        }
        assertEquals(List.of(), faults);
        assertTrue(alerts.size() >= 10, alerts::toString);
    }

    @Test
    void theDashboardsPanelsDoNotOverlapAndAllAskSomething() throws IOException {
        JsonNode panels =
                new ObjectMapper().readTree(Files.readString(DASHBOARD)).get("panels");
        Set<String> cells = new HashSet<>();
        for (JsonNode panel : panels) {
            String title = panel.get("title").asText();
            JsonNode at = panel.get("gridPos");
            for (int x = at.get("x").asInt();
                    x < at.get("x").asInt() + at.get("w").asInt();
                    x++) {
                for (int y = at.get("y").asInt();
                        y < at.get("y").asInt() + at.get("h").asInt();
                        y++) {
                    assertTrue(x < 24 && cells.add(x + "," + y), title);
                }
            }
            if (!panel.get("type").asText().equals("row")) {
                assertTrue(panel.get("targets").size() > 0, title);
            }
        }
        assertTrue(panels.size() > 20);
    }

    /** Every name that a document may use: of histograms also those of their parts. */
    static Set<String> namesInTheCode() throws IOException {
        Map<String, Set<String>> code = registered();
        Set<String> known = new HashSet<>();
        code.values().forEach(known::addAll);
        for (String histogram : code.get("histogram")) {
            known.addAll(List.of(histogram + "_bucket", histogram + "_sum", histogram + "_count"));
        }
        return known;
    }

    private static Map<String, Set<String>> registered() throws IOException {
        Map<String, Set<String>> found = Map.of(
                "counter", new TreeSet<>(), "histogram", new TreeSet<>(), "gauge", new TreeSet<>());
        for (Path module : List.of(
                ROOT.resolve("engine"),
                ROOT.resolve("tiers"),
                ROOT.resolve("replication"),
                ROOT.resolve("policy"),
                ROOT.resolve("ops"),
                ROOT.resolve("appliance-image"))) {
            try (Stream<Path> files = Files.walk(module)) {
                for (Path file : files.filter(MonitoringFilesTest::isSource).toList()) {
                    Matcher metrics = REGISTERED.matcher(Files.readString(file));
                    while (metrics.find()) {
                        found.get(metrics.group(1)).add(metrics.group(2));
                    }
                }
            }
        }
        return found;
    }

    private static boolean isSource(Path file) {
        return file.toString().contains("/src/main/java/") && file.toString().endsWith(".java");
    }
}
