package strata.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import picocli.CommandLine;

import strata.server.configuration.Configuration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The documents speak of files, metrics, settings, verbs and options that there are. */
class DocumentsTest {
    private static final Path ROOT = Path.of(System.getProperty("strata.home", "../.."));
    private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
    private static final Pattern METRIC = Pattern.compile("\\bstrata_[a-z0-9_]+");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern KEY = Pattern.compile("[a-z][A-Za-z0-9]*(\\.[a-z][A-Za-z0-9]*)+");
    private static final Pattern CALL =
            Pattern.compile("(?m)(?:^\\$ ?|^|`|&& )(?:\\./)?strata ([^`#&\n]+)");

    private static List<Path> documents() throws IOException {
        List<Path> out = new ArrayList<>();
        out.add(ROOT.resolve("README.md"));
        out.add(ROOT.resolve("benchmarks/README.md"));
        try (Stream<Path> files = Files.walk(ROOT.resolve("ops/docs"))) {
            files.filter(f -> f.toString().endsWith(".md")).forEach(out::add);
        }
        return out;
    }

    @Test
    void linksLeadSomewhere() throws IOException {
        Set<String> dead = new TreeSet<>();
        int links = 0;
        for (Path document : documents()) {
            Matcher link = LINK.matcher(Files.readString(document));
            while (link.find()) {
                if (link.group(1).startsWith("http")) {
                    continue;
                }
                links++;
                String[] parts = link.group(1).split("#", 2);
                Path to = parts[0].isEmpty()
                        ? document
                        : document.getParent().resolve(parts[0]).normalize();
                if (!Files.exists(to) || parts.length == 2 && !anchors(to).contains(parts[1])) {
                    dead.add(ROOT.relativize(document) + ": " + link.group(1));
                }
            }
        }
        assertEquals(Set.of(), dead);
        assertTrue(links > 20, links + " links");
    }

    /** As the forges make them of headings. */
    private static Set<String> anchors(Path document) throws IOException {
        Set<String> out = new TreeSet<>();
        for (String line : Files.readAllLines(document)) {
            if (line.startsWith("#")) {
                out.add(line.replaceFirst("^#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9 _-]", "")
                        .replace(' ', '-'));
            }
        }
        return out;
    }

    @Test
    void metricsAreInTheCode() throws IOException {
        Set<String> known = MonitoringFilesTest.namesInTheCode();
        Set<String> unknown = new TreeSet<>();
        for (Path document : documents()) {
            Matcher metric = METRIC.matcher(Files.readString(document));
            while (metric.find()) {
                if (!known.contains(metric.group())) {
                    unknown.add(ROOT.relativize(document) + ": " + metric.group());
                }
            }
        }
        assertEquals(Set.of(), unknown);
    }

    @Test
    void settingsAreInTheConfiguration() throws IOException {
        Set<String> known = settings();
        Set<String> sections = new TreeSet<>();
        known.forEach(key -> sections.add(key.split("\\.")[0]));
        Set<String> unknown = new TreeSet<>();
        int keys = 0;
        for (Path document : documents()) {
            Matcher code = CODE.matcher(Files.readString(document));
            while (code.find()) {
                String key = code.group(1).split(":")[0];
                if (KEY.matcher(key).matches() && sections.contains(key.split("\\.")[0])) {
                    keys++;
                    if (!known.contains(key)) {
                        unknown.add(ROOT.relativize(document) + ": " + key);
                    }
                }
            }
        }
        assertEquals(Set.of(), unknown);
        assertTrue(keys > 20, keys + " keys");
    }

    /** Of the commented file, which a test of its own holds against the reader. */
    private static Set<String> settings() throws IOException {
        Set<String> out = new TreeSet<>();
        List<String> above = new ArrayList<>();
        for (String line : Configuration.commentedFile().split("\n")) {
            Matcher key = Pattern.compile("#?( *)([A-Za-z0-9]+):(?: (.*))?").matcher(line);
            if (!key.matches() || line.matches("# \\S.*")) {
                continue;
            }
            int depth = key.group(1).length() / 2;
            while (above.size() > depth) {
                above.remove(above.size() - 1);
            }
            above.add(key.group(2));
            String whole = String.join(".", above);
            out.add(whole);
            if (key.group(3) != null && key.group(3).startsWith("{")) {
                Matcher inner = Pattern.compile("([A-Za-z]+):").matcher(key.group(3));
                while (inner.find()) {
                    out.add(whole + "." + inner.group(1));
                }
            }
        }
        return out;
    }

    @Test
    void verbsAndOptionsAreThose() throws IOException {
        Set<String> wrong = new TreeSet<>();
        int calls = 0;
        for (Path document : documents()) {
            Matcher call = CALL.matcher(Files.readString(document));
            while (call.find()) {
                if (!call.group(1).startsWith("test")) {
                    calls++;
                    fault(call.group(1))
                            .ifPresent(f -> wrong.add(ROOT.relativize(document) + ": strata " + f));
                }
            }
        }
        assertEquals(Set.of(), wrong);
        assertTrue(calls > 30, calls + " calls");
    }

    private static Optional<String> fault(String text) {
        CommandLine at = Main.commands();
        String path = "";
        for (String word : Arrays.asList(text.split("[\\s,;.()|]+"))) {
            String clean = word.replaceAll("[\\[\\]]", "").split("=")[0];
            if (clean.startsWith("--")) {
                String option = clean;
                boolean known = at.getCommandSpec().optionsMap().containsKey(option);
                if (!known && !option.matches("--h(elp)?")) {
                    return Optional.of(path + option);
                }
            } else if (at.getSubcommands().containsKey(clean)) {
                at = at.getSubcommands().get(clean);
                path += clean + " ";
            } else if (path.isEmpty()) {
                return Optional.of(word);
            }
        }
        return Optional.empty();
    }
}
