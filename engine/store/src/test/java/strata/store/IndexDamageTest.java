package strata.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Digest;
import strata.base.Uid;
import strata.catalog.CatalogDamagedException;
import strata.catalog.CatalogStatistics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * T8: whatever happens to the files of the index, after a start, or the next one once the damage
 * was met, the index equals what a scan of the segments makes. {@code -Dstrata.index.damages=500}
 * for the full number; {@code -Dstrata.seed} replays.
 */
class IndexDamageTest {
    private static final long SEED = Long.getLong("strata.seed", 20261122L);
    private static final int DAMAGES = Integer.getInteger("strata.index.damages", 25);
    private static final int OBJECTS = 60;

    @TempDir
    Path directory;

    private record State(Digest digest, CatalogStatistics statistics) {
        static State of(TestStore store) throws IOException {
            return new State(store.catalog().digest(), store.catalog().statistics());
        }
    }

    /**
     * Objects of several studies, some deleted, some in conflict; the last ones not checkpointed.
     */
    private static void fill(Path path) throws IOException {
        TestStore store = TestStore.open(path);
        for (int i = 0; i < OBJECTS; i++) {
            Uid study = new Uid("1.2." + i / 20);
            Uid series = new Uid(study + "." + i / 10);
            Uid instance = new Uid(series + "." + (i % 13 == 12 ? i - 1 : i));
            IngestResult stored =
                    store.put(TestStore.image(study, series, instance, 8 + i % 5, SEED + i));
            if (i % 17 == 16) {
                store.delete(stored.key().instance());
            }
            if (i % 20 == 15) {
                store.store().checkpoint();
            }
        }
        store.crash();
    }

    @Test
    void theIndexEqualsAScanOfTheSegmentsAgain() throws IOException {
        Random random = new Random(SEED);
        Path good = directory.resolve("good");
        fill(good);
        State expected = scanned(good);
        int met = 0;
        for (int i = 0; i < DAMAGES; i++) {
            Path copy = directory.resolve("damage-" + i);
            copy(good, copy);
            String what = "seed " + SEED + " damage " + i + ": "
                    + damage(copy.resolve("catalog"), random);
            met += assertHealed(copy, expected, what) ? 1 : 0;
            remove(copy);
        }
        assertTrue(met <= DAMAGES, "seed " + SEED);
    }

    /** What a scan of the segments makes of them. */
    private State scanned(Path good) throws IOException {
        Path copy = directory.resolve("scan");
        copy(good, copy);
        remove(copy.resolve("catalog"));
        try (TestStore store = TestStore.open(copy)) {
            return State.of(store);
        }
    }

    /** True when the damage showed only after the start, in reading. */
    private static boolean assertHealed(Path path, State expected, String what) throws IOException {
        try (TestStore store = TestStore.open(path)) {
            store.catalog().verify();
            assertSame(expected, store, what);
            return false;
        } catch (CatalogDamagedException metLater) {
            // It is noted: the next start makes the index anew.
            try (TestStore store = TestStore.open(path)) {
                store.catalog().verify();
                assertSame(expected, store, what);
            }
            return true;
        }
    }

    private static void assertSame(State expected, TestStore store, String what)
            throws IOException {
        assertEquals(expected.digest(), store.catalog().digest(), what);
        assertEquals(
                expected.statistics().instances(), store.catalog().statistics().instances(), what);
        assertEquals(
                expected.statistics().versions(), store.catalog().statistics().versions(), what);
    }

    private static String damage(Path catalog, Random random) throws IOException {
        if (random.nextInt(20) == 0) {
            remove(random.nextBoolean() ? catalog : catalog.resolve("rows"));
            return "whole directory deleted";
        }
        List<Path> files;
        try (Stream<Path> walk = Files.walk(catalog)) {
            files = walk.filter(Files::isRegularFile).sorted().toList();
        }
        Path file = files.get(random.nextInt(files.size()));
        byte[] bytes = Files.readAllBytes(file);
        int at = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
        String kind;
        switch (bytes.length == 0 ? 2 : random.nextInt(4)) {
            case 0 -> {
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                Files.write(file, bytes);
                kind = "flipped";
            }
            case 1 -> {
                Files.write(file, Arrays.copyOf(bytes, at));
                kind = "truncated";
            }
            case 2 -> {
                Files.delete(file);
                kind = "deleted";
            }
            default -> {
                Arrays.fill(bytes, at, Math.min(bytes.length, at + 4096), (byte) 0);
                Files.write(file, bytes);
                kind = "zeroed";
            }
        }
        return file.getFileName() + " " + kind + " at " + at + " of " + bytes.length;
    }

    private static void copy(Path from, Path to) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(from)) {
            all = walk.toList();
        }
        for (Path path : all) {
            Path target = to.resolve(from.relativize(path).toString());
            if (Files.isDirectory(path)) {
                Files.createDirectories(target);
            } else {
                Files.copy(path, target);
            }
        }
    }

    private static void remove(Path tree) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(tree)) {
            all = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.delete(path);
        }
    }
}
