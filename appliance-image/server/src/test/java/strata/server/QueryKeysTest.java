package strata.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import strata.catalog.IndexKeys;
import strata.catalog.QueryLevel;
import strata.dicom.Dictionary;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The conformance statement names the keys that queries support, by the level they belong to. */
class QueryKeysTest {
    @Test
    void theStatementNamesTheKeysOfEachLevel() throws Exception {
        List<String> statement = Files.readAllLines(
                Path.of(System.getProperty("strata.home"), "ops/docs/CONFORMANCE.md"));
        List<String> expected = new ArrayList<>();
        Set<String> above = new TreeSet<>();
        for (QueryLevel level : QueryLevel.values()) {
            Set<String> keys = new TreeSet<>();
            IndexKeys.answered(level).forEach(tag -> keys.add(Dictionary.keyword(tag)));
            keys.remove("InstanceAvailability");
            keys.removeAll(above);
            above.addAll(keys);
            expected.add("| " + level + " | " + String.join(", ", keys) + " |");
        }
        List<String> named = statement.stream()
                .filter(line -> line.matches("\\| (PATIENT|STUDY|SERIES|IMAGE) \\|.*"))
                .toList();
        assertEquals(expected, named, () -> "as it should be:\n" + String.join("\n", expected));
    }
}
