package strata.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Each hostile input has a test that is named after its number; HACKING lists them, and says what
 * those beyond the contract's 57 are. With {@code -Dstrata.hostile.write=true} the list is written
 * anew.
 */
class HostileInputsTest {
    private static final int INPUTS = 67;
    private static final Path ROOT = Path.of(System.getProperty("strata.home"));
    private static final Path HACKING = ROOT.resolve("ops/docs/HACKING.md");
    private static final Pattern TEST = Pattern.compile("\\bvoid (hostile(\\d\\d)\\w+)\\(");
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| (\\d+) \\| (none yet|`\\w+`(?:, `\\w+`)*) \\|$");
    private static final String START = "<!-- hostile inputs -->\n";
    private static final String END = "<!-- end -->";

    /** The classes of each number. */
    private static Map<Integer, Set<String>> tests() throws IOException {
        Map<Integer, Set<String>> tests = new TreeMap<>();
        for (int number = 1; number <= INPUTS; number++) {
            tests.put(number, new TreeSet<>());
        }
        for (Path file : sources()) {
            Matcher test = TEST.matcher(Files.readString(file));
            String name = file.getFileName().toString().replace(".java", "");
            while (test.find()) {
                tests.get(Integer.parseInt(test.group(2))).add(name);
            }
        }
        return tests;
    }

    /** All test classes, without a look at what builds and other tests make and delete. */
    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                String name = folder.getFileName().toString();
                boolean skipped = name.equals("target") || name.startsWith(".");
                return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith("Test.java")) {
                    sources.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return sources;
    }

    private static String table(Map<Integer, Set<String>> tests) {
        return "| input | tests `hostileNN...` of |\n|---:|---|\n"
                + tests.entrySet().stream()
                        .map(each -> "| " + each.getKey() + " | " + names(each.getValue()) + " |\n")
                        .collect(Collectors.joining());
    }

    private static String names(Set<String> classes) {
        return classes.isEmpty()
                ? "none yet"
                : classes.stream().map(each -> '`' + each + '`').collect(Collectors.joining(", "));
    }

    @Test
    void eachIsTestedWhereHackingSays() throws IOException {
        Map<Integer, Set<String>> tests = tests();
        String text = Files.readString(HACKING);
        int from = text.indexOf(START) + START.length();
        int to = text.indexOf(END, from);
        assertTrue(from >= START.length() && to >= from, "the marks around the list are gone");
        if (Boolean.getBoolean("strata.hostile.write")) {
            text = text.substring(0, from) + table(tests) + text.substring(to);
            Files.writeString(HACKING, text);
            to = text.indexOf(END, from);
        }
        Map<Integer, Set<String>> listed = new TreeMap<>();
        Matcher row = ROW.matcher(text.substring(from, to));
        while (row.find()) {
            Set<String> names = Stream.of(row.group(2).split(", "))
                    .filter(each -> each.startsWith("`"))
                    .map(each -> each.replace("`", ""))
                    .collect(Collectors.toCollection(TreeSet::new));
            listed.put(Integer.parseInt(row.group(1)), names);
        }
        assertEquals(tests.keySet(), listed.keySet(), "numbers in the list");
        // A new test may be there before the list is written again; none may be listed and missing.
        listed.forEach((number, names) -> assertTrue(
                !names.isEmpty() && tests.get(number).containsAll(names),
                "input " + number + ": listed " + names + ", there are " + tests.get(number)));
    }
}
