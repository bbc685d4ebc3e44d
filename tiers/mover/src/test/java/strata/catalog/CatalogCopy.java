package strata.catalog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Copies and removes catalog directories, as a crash or a backup would leave them. */
public final class CatalogCopy {
    private CatalogCopy() {}

    /** The files of an open catalog as they are on the disk at this moment. */
    public static void of(Catalog catalog, Path from, Path to) throws IOException {
        remove(to);
        catalog.store().whileStill(() -> copy(from, to));
    }

    /** Copies a directory tree. */
    public static void copy(Path from, Path to) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(from)) {
            all = walk.toList();
        }
        for (Path each : all) {
            Path target = to.resolve(from.relativize(each).toString());
            if (Files.isDirectory(each)) {
                Files.createDirectories(target);
            } else {
                Files.copy(each, target);
            }
        }
    }

    /** Removes a directory tree; one that is not there is fine. */
    public static void remove(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> walk = Files.walk(directory)) {
            all = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : all) {
            Files.delete(each);
        }
    }
}
