package strata.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Digest;
import strata.base.FormatException;
import strata.base.Metrics;
import strata.base.OperatorException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * What is left after kills and damage is whole batches, or a typed outcome: never a silent loss.
 */
class CatalogDamageTest {
    private static final long SEED = Long.getLong("strata.seed", 20261122L);
    private static final int DAMAGES = Integer.getInteger("strata.damages", 120);
    private static final long SEGMENT = 3;
    private static final CatalogOptions OPTIONS = new CatalogOptions(8 << 20, 4 << 20, 100);

    @TempDir
    Path directory;

    private final Random random = new Random(SEED);
    private SegmentMark mark = SegmentMark.start(SEGMENT);
    private final TreeMap<Long, Digest> digests = new TreeMap<>();

    private Catalog open(Path path) throws IOException {
        return Catalog.open(path, OPTIONS, Metrics.none());
    }

    private void applyBatch(Catalog catalog, int versions) throws IOException {
        CatalogBatch batch = catalog.batch();
        for (int i = 0; i < versions; i++) {
            long sequence = mark.records() + 1;
            InstanceKey key =
                    Samples.key((int) (sequence / 20), (int) (sequence / 7), (int) sequence);
            batch.putVersion(Samples.version(sequence, key), Samples.keys(key));
            mark = mark.after(Samples.id(sequence), sequence * 100);
        }
        catalog.apply(batch.putSegmentMark(mark));
    }

    private void noteDigest(Catalog catalog) throws IOException {
        digests.put(mark.records(), catalog.digest());
    }

    static void copy(Path from, Path to) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(from)) {
            all = walk.toList();
        }
        for (Path path : all) {
            Path target = to.resolve(from.relativize(path).toString());
            if (Files.isDirectory(path)) {
                Files.createDirectories(target);
            } else if (!path.getFileName().toString().equals("LOCK")) {
                Files.copy(path, target);
            }
        }
    }

    /** The rows are exactly those of some batch, and its mark says which. */
    private long assertWholeBatches(Catalog catalog, String what) throws IOException {
        long applied = catalog.segmentMark(SEGMENT).map(SegmentMark::records).orElse(0L);
        catalog.verify();
        assertEquals(applied, catalog.statistics().versions(), what);
        assertEquals(digests.get(applied), catalog.digest(), what);
        return applied;
    }

    /** Reading all files of a large index takes minutes; its close takes one file at most. */
    @Test
    void aCloseWaitsForOneFileOfACheckAtMost() throws Exception {
        Catalog catalog = open(directory);
        for (int i = 0; i < 3; i++) {
            applyBatch(catalog, 40);
            catalog.checkpoint();
        }
        AtomicInteger looked = new AtomicInteger();
        catalog.store().verifyChecksums(looked::incrementAndGet);
        assertTrue(looked.get() > 3, "files: " + looked);
        looked.set(0);
        catalog.store().verifyChecksums(() -> {
            if (looked.incrementAndGet() == 2) {
                CompletableFuture<Void> closing = CompletableFuture.runAsync(() -> {
                    try {
                        catalog.close();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
                closing.orTimeout(60, TimeUnit.SECONDS).join();
            }
        });
        assertEquals(2, looked.get(), "no file is begun after the close");
    }

    @Test
    void aKillLeavesTheStateOfSomeBatch() throws IOException {
        Path live = directory.resolve("live");
        try (Catalog catalog = open(live)) {
            noteDigest(catalog);
            for (int i = 0; i < 40; i++) {
                applyBatch(catalog, 1 + random.nextInt(9));
                noteDigest(catalog);
                long checkpointed = 0;
                if (i % 10 == 5) {
                    catalog.checkpoint();
                    checkpointed = mark.records();
                }
                if (i % 5 == 0) {
                    Path copy = directory.resolve("kill-" + i);
                    catalog.store().whileStill(() -> copy(live, copy));
                    try (Catalog survivor = open(copy)) {
                        assertFalse(survivor.cleanShutdown());
                        long applied = assertWholeBatches(survivor, "seed " + SEED + " batch " + i);
                        assertTrue(applied >= checkpointed, "a checkpoint was lost");
                    }
                }
            }
        }
        try (Catalog catalog = open(live)) {
            assertTrue(catalog.cleanShutdown());
            assertEquals(mark.records(), assertWholeBatches(catalog, "after an orderly stop"));
        }
    }

    @Test
    void replayAfterAKillGivesTheSameCatalog() throws IOException {
        Path live = directory.resolve("live");
        Path copy = directory.resolve("copy");
        Digest expected;
        CatalogStatistics statistics;
        try (Catalog catalog = open(live)) {
            applyBatch(catalog, 50);
            catalog.checkpoint();
            applyBatch(catalog, 30);
            catalog.store().whileStill(() -> copy(live, copy));
            expected = catalog.digest();
            statistics = catalog.statistics();
        }
        try (Catalog survivor = open(copy)) {
            // From too early a point, as a careful reader does.
            mark = SegmentMark.start(SEGMENT);
            applyBatch(survivor, 80);
            assertEquals(expected, survivor.digest());
            assertEquals(statistics, survivor.statistics());
            survivor.verify();
        }
    }

    @Test
    void damageIsFoundOrHarmless() throws IOException {
        Path good = directory.resolve("good");
        try (Catalog catalog = open(good)) {
            noteDigest(catalog);
            for (int i = 0; i < 6; i++) {
                applyBatch(catalog, 40);
                noteDigest(catalog);
                catalog.checkpoint();
            }
        }
        List<Path> files;
        try (Stream<Path> walk = Files.walk(good)) {
            files = walk.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().startsWith("LO"))
                    .sorted()
                    .toList();
        }
        int noticed = 0;
        for (int i = 0; i < DAMAGES; i++) {
            Path copy = directory.resolve("damage-" + i);
            copy(good, copy);
            Path name = good.relativize(files.get(random.nextInt(files.size())));
            String what = "seed " + SEED + " damage " + i + ": " + damage(copy.resolve(name));
            try (Catalog catalog = open(copy)) {
                long applied = assertWholeBatches(catalog, what);
                assertEquals(mark.records(), applied, what);
            } catch (CatalogDamagedException expected) {
                noticed++;
                Catalog.erase(copy);
                try (Catalog fresh = open(copy)) {
                    assertEquals(0, fresh.statistics().versions(), what);
                }
            } catch (UncheckedIOException e) {
                fail(what, e);
            }
        }
        assertTrue(noticed > DAMAGES / 4, "seed " + SEED + ": only " + noticed + " noticed");
    }

    private String damage(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int at = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
        String kind;
        switch (bytes.length == 0 ? 2 : random.nextInt(4)) {
            case 0 -> {
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                Files.write(file, bytes);
                kind = "flip";
            }
            case 1 -> {
                Files.write(file, java.util.Arrays.copyOf(bytes, at));
                kind = "cut";
            }
            case 2 -> {
                Files.delete(file);
                kind = "delete";
            }
            default -> {
                int end = Math.min(bytes.length, at + 512);
                java.util.Arrays.fill(bytes, at, end, (byte) 0);
                Files.write(file, bytes);
                kind = "zero";
            }
        }
        return kind + " " + file.getFileName() + " at " + at;
    }

    @Test
    void anOlderRowsDirectoryIsNoticed() throws IOException {
        Path live = directory.resolve("live");
        Path old = directory.resolve("old");
        try (Catalog catalog = open(live)) {
            applyBatch(catalog, 10);
            catalog.checkpoint();
            catalog.store().whileStill(() -> copy(live, old));
            applyBatch(catalog, 10);
        }
        Files.copy(
                live.resolve(StateFile.NAME),
                old.resolve(StateFile.NAME),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThrows(CatalogDamagedException.class, () -> open(old));
    }

    @Test
    void aNewerFormatIsRefusedUntouched() throws IOException {
        open(directory).close();
        new StateFile(StateFile.VERSION + 1, 1).write(directory);
        byte[] before = Files.readAllBytes(directory.resolve(StateFile.NAME));
        FormatException refused = assertThrows(FormatException.class, () -> open(directory));
        assertEquals(FormatException.Kind.TOO_NEW, refused.kind());
        assertEquals(
                ByteBuffer.wrap(before),
                ByteBuffer.wrap(Files.readAllBytes(directory.resolve(StateFile.NAME))));
    }

    @Test
    void anOlderFormatIsMadeAnew() throws IOException {
        open(directory).close();
        new StateFile(StateFile.VERSION - 1, 1).write(directory);
        assertThrows(CatalogDamagedException.class, () -> open(directory));
        Catalog.erase(directory);
        try (Catalog fresh = open(directory)) {
            assertEquals(0, fresh.statistics().versions());
        }
    }

    @Test
    void aSecondOpenIsTheOperatorsFault() throws IOException {
        try (Catalog first = open(directory)) {
            assertThrows(OperatorException.class, () -> open(directory));
            assertEquals(0, first.statistics().versions());
        }
    }

    @Test
    void afterCloseNothingReachesNativeMemory() throws IOException {
        Catalog catalog = open(directory);
        applyBatch(catalog, 10);
        VersionCursor cursor = catalog.all();
        assertTrue(cursor.hasNext());
        cursor.next();
        catalog.close();
        catalog.close();
        assertThrows(IllegalStateException.class, cursor::hasNext);
        cursor.close();
        assertThrows(IllegalStateException.class, catalog::all);
        assertThrows(IllegalStateException.class, () -> applyBatch(catalog, 1));
        assertThrows(
                IllegalStateException.class,
                () -> catalog.current(Samples.key(1, 1, 1).instance()));
    }

    @Test
    void cursorsSeeOneMomentWhileBatchesGoOn() throws Exception {
        try (Catalog catalog = open(directory)) {
            applyBatch(catalog, 500);
            List<VersionEntry> expected = CatalogTest.drain(catalog.all());
            Thread writer = new Thread(() -> {
                try {
                    for (int i = 0; i < 60; i++) {
                        applyBatch(catalog, 5);
                        catalog.apply(catalog.batch()
                                .delete(Samples.id(1 + i))
                                .setState(Samples.id(100 + i), VersionState.DAMAGED));
                        if (i % 20 == 0) {
                            catalog.checkpoint();
                        }
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            List<VersionEntry> seen = new ArrayList<>();
            try (VersionCursor cursor = catalog.all();
                    IndexedVersionCursor indexed =
                            catalog.indexedStudy(Samples.key(3, 1, 1).study())) {
                writer.start();
                while (cursor.hasNext()) {
                    seen.add(cursor.next());
                }
                writer.join();
                assertEquals(20, CatalogTest.drain(indexed).size());
            }
            assertEquals(expected, seen);
            assertEquals(740, catalog.statistics().versions());
            assertEquals(60, catalog.statistics().damaged());
            catalog.verify();
        }
    }
}
