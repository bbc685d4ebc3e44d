package strata.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.Options;

import strata.base.Metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What a process takes out of the jar to load it must not outlive that process. */
class NativeLibraryTest {
    private static final int OPENED = 41;

    @TempDir
    Path directory;

    /** Opens a catalog, uses RocksDB, and ends as by a kill. */
    static final class Child {
        public static void main(String[] arguments) throws IOException {
            Catalog.open(Path.of(arguments[0]), CatalogOptions.DEFAULT, Metrics.none());
            try (Options options = new Options()) {
                Runtime.getRuntime().halt(options.isOwningHandle() ? OPENED : 1);
            }
        }
    }

    @Test
    void aKilledProcessLeavesNoFileInTheTemporaryDirectory() throws Exception {
        Path temporary = Files.createDirectory(directory.resolve("temporary"));
        Path log = directory.resolve("log");
        Process child = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:-UsePerfData",
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        directory.resolve("catalog").toString()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertTrue(child.waitFor(2, TimeUnit.MINUTES), "it ends");
        } finally {
            child.destroyForcibly();
        }
        assertEquals(OPENED, child.exitValue(), () -> read(log));
        try (Stream<Path> left = Files.list(temporary)) {
            assertEquals(List.of(), left.toList());
        }
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
