package strata.benchmarks;

import strata.base.Metrics;
import strata.catalog.Catalog;
import strata.catalog.CatalogBatch;
import strata.catalog.CatalogOptions;
import strata.store.Store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Catalogs of a {@link MadeArchive}, filled through the same batches as ingest uses and kept
 * between runs below {@code STRATA_BENCH_DIR} (or the directory for temporary files).
 * {@code MadeCatalog INSTANCES} makes one if it is not there and prints what it takes on the disk.
 */
public final class MadeCatalog {
    private static final String MADE = "made";

    /** Raised when a catalog made before is not what this build makes. */
    private static final int EDITION = 1;

    private static final int STUDIES_SHOWN = 10_000;
    private static final long LOOK_EVERY_MILLIS = 200;

    /** One compaction may bring about the next. */
    private static final int QUIET_LOOKS = 10;

    private MadeCatalog() {}

    /** Makes it, waits until RocksDB has compacted, and prints bytes per instance. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        MadeArchive archive = MadeArchive.ofInstances(Long.parseLong(arguments[0]));
        Path directory = ensure(archive);
        long settled = bytes(directory);
        long least;
        try (WorkDirectory copy = copyOf(directory);
                Catalog catalog =
                        Catalog.open(copy.path(), CatalogOptions.DEFAULT, Metrics.none())) {
            catalog.compact();
            catalog.checkpoint();
            least = bytes(copy.path());
        }
        System.out.printf(
                Locale.ROOT,
                "%,d instances, %,d studies: %,d bytes on disk, %.1f an instance;"
                        + " %,d when compacted whole, %.1f an instance; amplification %.3f%n",
                archive.instances(),
                archive.studies(),
                settled,
                (double) settled / archive.instances(),
                least,
                (double) least / archive.instances(),
                (double) settled / least);
    }

    /** The directory with the catalog of that archive. */
    static Path ensure(MadeArchive archive) throws IOException, InterruptedException {
        Path directory = base().resolve("catalog-" + archive.instances() + "-" + EDITION);
        if (Files.exists(directory.resolve(MADE)) && opens(directory)) {
            return directory;
        }
        if (Files.exists(directory)) {
            new WorkDirectory(directory).close();
        }
        long start = System.nanoTime();
        try (Catalog catalog = Catalog.open(directory, CatalogOptions.DEFAULT, Metrics.none())) {
            for (int study = 0; study < archive.studies(); study++) {
                CatalogBatch batch = catalog.batch();
                archive.put(batch, study, 0, MadeArchive.instancesOf(study));
                catalog.apply(batch);
                if (study % STUDIES_SHOWN == STUDIES_SHOWN - 1) {
                    show(catalog.statistics().instances(), start);
                }
            }
            catalog.checkpoint();
            awaitSettled(catalog);
        }
        Files.createFile(directory.resolve(MADE));
        return directory;
    }

    private static void awaitSettled(Catalog catalog) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        int quiet = 0;
        while (quiet < QUIET_LOOKS) {
            quiet = catalog.isSettled() ? quiet + 1 : 0;
            if (never.await(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
                return;
            }
        }
    }

    private static void show(long instances, long start) {
        double seconds = (System.nanoTime() - start) / 1e9;
        System.err.printf(
                Locale.ROOT, "%,d instances, %,.0f a second%n", instances, instances / seconds);
    }

    /** One that another format wrote is made again. */
    private static boolean opens(Path directory) throws IOException {
        try (WorkDirectory copy = copyOf(directory);
                Catalog catalog =
                        Store.openCatalog(copy.path(), CatalogOptions.DEFAULT, Metrics.none())) {
            return catalog.statistics().instances() > 0;
        }
    }

    private static Path base() throws IOException {
        String chosen = System.getenv("STRATA_BENCH_DIR");
        Path base = Path.of(chosen == null ? System.getProperty("java.io.tmpdir") : chosen);
        return Files.createDirectories(base.resolve("strata-made"));
    }

    /**
     * A copy to work on that takes no time and hardly any space: the tables, which never change,
     * are linked, the rest is copied.
     */
    static WorkDirectory copyOf(Path directory) throws IOException {
        Path copy = Files.createTempDirectory(base(), "copy-");
        List<Path> all;
        try (Stream<Path> tree = Files.walk(directory)) {
            all = new ArrayList<>(tree.toList());
        }
        for (Path path : all) {
            Path target = copy.resolve(directory.relativize(path).toString());
            String name = path.getFileName().toString();
            if (Files.isDirectory(path)) {
                Files.createDirectories(target);
            } else if (name.endsWith(".sst")) {
                Files.createLink(target, path);
            } else if (!name.equals("LOCK") && !name.equals(MADE)) {
                Files.copy(path, target);
            }
        }
        return new WorkDirectory(copy);
    }

    /** Reads all files once, so that what is measured is the catalog, not the disk. */
    static void warm(Path directory) throws IOException {
        List<Path> all;
        try (Stream<Path> tree = Files.walk(directory)) {
            all = tree.filter(Files::isRegularFile).toList();
        }
        byte[] piece = new byte[1 << 20];
        for (Path file : all) {
            try (InputStream in = Files.newInputStream(file)) {
                int count = in.read(piece);
                while (count >= 0) {
                    count = in.read(piece);
                }
            }
        }
    }

    static long bytes(Path directory) throws IOException {
        long sum = 0;
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : (Iterable<Path>) tree::iterator) {
                sum += Files.isRegularFile(path) ? Files.size(path) : 0;
            }
        }
        return sum;
    }
}
