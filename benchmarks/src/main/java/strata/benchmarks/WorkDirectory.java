package strata.benchmarks;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory of one run on the disk under test, removed when closed. It lies below
 * {@code java.io.tmpdir}: where that is held in memory, syncs cost nothing and mean nothing.
 */
record WorkDirectory(Path path) implements Closeable {
    static WorkDirectory create(String name) throws IOException {
        return new WorkDirectory(Files.createTempDirectory("strata-bench-" + name));
    }

    @Override
    public void close() throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> tree = Files.walk(path)) {
            deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path entry : deepestFirst) {
            Files.delete(entry);
        }
    }
}
