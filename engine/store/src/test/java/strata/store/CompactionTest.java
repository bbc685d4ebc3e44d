package strata.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Digest;
import strata.base.ObjectId;
import strata.base.Uid;
import strata.catalog.Catalog;
import strata.catalog.SegmentLocation;
import strata.catalog.VersionEntry;
import strata.segment.SegmentInfo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/** Space comes back, nothing else goes. Segments of tests are 1 MiB. */
class CompactionTest {
    private static final Uid STUDY = new Uid("1.2.3.1");

    @TempDir
    Path dir;

    private final Map<Uid, Digest> kept = new HashMap<>();

    private static Uid instance(int number) {
        return new Uid("1.2.3.1.1." + number);
    }

    private IngestResult put(TestStore store, int number, int columns) throws IOException {
        IngestResult result = store.put(
                TestStore.image(STUDY, new Uid("1.2.3.1.1"), instance(number), columns, number));
        kept.put(instance(number), result.digest());
        return result;
    }

    private void purge(TestStore store, int number) throws IOException {
        store.delete(instance(number));
        kept.remove(instance(number));
    }

    private void assertAllReadable(TestStore store) throws IOException {
        for (Map.Entry<Uid, Digest> each : kept.entrySet()) {
            VersionEntry entry = store.catalog().current(each.getKey()).orElseThrow();
            assertEquals(each.getValue(), Digest.ofBytes(store.read(entry)), each.getKey() + "");
        }
    }

    private static SegmentLocation hot(VersionEntry entry) {
        return (SegmentLocation) entry.placements().get(0).location();
    }

    @Test
    void rewritesWhatIsDeadEnoughAndLeavesTheRest() throws IOException {
        try (TestStore store = TestStore.open(dir)) {
            for (int i = 0; i < 200; i++) {
                put(store, i, 100);
            }
            assertEquals(
                    new Compaction.Report(0, 0, 0), store.store().compaction().run(), "all live");
            for (int i = 0; i < 120; i++) {
                if (i % 4 != 0) {
                    purge(store, i);
                }
            }
            store.purgeAll();
            long before = live(store, 1);
            assertEquals(0, before, "most of the first is dead");
            Compaction.Report report = store.store().compaction().run();
            assertTrue(report.reclaimedBytes() > 1 << 20, report.toString());
            assertTrue(report.copiedBytes() < report.reclaimedBytes() / 2, report.toString());
            assertAllReadable(store);
            for (SegmentSpace each : store.store().compaction().space()) {
                assertTrue(
                        each.liveShare() > 0.75 || each.state().name().equals("OPEN"), each + "");
            }
            store.catalog().verify();
        }
        Catalog.erase(dir.resolve("catalog"));
        try (TestStore store = TestStore.open(dir)) {
            assertAllReadable(store);
            assertEquals(kept.size(), store.catalog().statistics().instances());
        }
    }

    private static long live(TestStore store, long segment) {
        return Math.round(store.store().compaction().space().stream()
                .filter(s -> s.segment() == segment)
                .findFirst()
                .orElseThrow()
                .liveShare());
    }

    @Test
    void mergesWhatRestartsLeftBehind() throws IOException {
        for (int i = 0; i < 8; i++) {
            try (TestStore store = TestStore.open(dir)) {
                put(store, i, 60);
            }
        }
        try (TestStore store = TestStore.open(dir)) {
            long files = store.store().segments().segments().size();
            assertTrue(files >= 8, files + " files");
            store.store().compaction().run();
            assertTrue(
                    store.store().segments().segments().size() <= files - 6,
                    () -> store.store().compaction().space().toString());
            assertAllReadable(store);
            assertEquals(
                    new Compaction.Report(0, 0, 0),
                    store.store().compaction().run(),
                    "and is content");
        }
    }

    @Test
    void readersGoOn() throws Exception {
        try (TestStore store = TestStore.open(dir)) {
            for (int i = 0; i < 60; i++) {
                put(store, i, 150);
            }
            VersionEntry stale = store.catalog().current(instance(50)).orElseThrow();
            ByteBuffer all = ByteBuffer.allocate((int) stale.lengthBytes());
            try (ObjectReader half = store.store().open(stale)) {
                half.read(all.limit(1000));
                for (int i = 0; i < 50; i++) {
                    purge(store, i);
                }
                store.purgeAll();
                store.store().compaction().all();
                VersionEntry moved = store.catalog().current(instance(50)).orElseThrow();
                assertFalse(hot(moved).equals(hot(stale)), "it was moved");
                all.limit(all.capacity());
                while (all.hasRemaining() && half.read(all) >= 0) {
                    // Reads on from the file that has no name any more.
                }
            }
            assertEquals(stale.digest(), Digest.ofBytes(all.array()));
            assertEquals(
                    stale.digest(),
                    Digest.ofBytes(store.read(stale)),
                    "an entry from before is looked up again");
        }
    }

    @Test
    void readAndWrittenMeanwhileNothingIsMissed() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (TestStore store = TestStore.open(dir)) {
            for (int i = 0; i < 40; i++) {
                put(store, i, 120);
            }
            Map<Uid, Digest> readable = Map.copyOf(kept);
            Future<Long> reader = threads.submit(() -> {
                long read = 0;
                while (!stop.get()) {
                    for (Map.Entry<Uid, Digest> each : readable.entrySet()) {
                        VersionEntry entry =
                                store.catalog().current(each.getKey()).orElseThrow();
                        assertEquals(each.getValue(), Digest.ofBytes(store.read(entry)));
                        read++;
                    }
                }
                return read;
            });
            for (int round = 0; round < 6; round++) {
                for (int i = 100 + round * 30; i < 130 + round * 30; i++) {
                    put(store, i, 90);
                    if (i % 3 != 0) {
                        purge(store, i);
                    }
                }
                store.purgeAll();
                store.store().compaction().all();
            }
            stop.set(true);
            assertTrue(reader.get() > 0);
            assertAllReadable(store);
            store.catalog().verify();
        } finally {
            stop.set(true);
            threads.shutdownNow();
        }
    }

    @Test
    void aResurrectedSegmentIsNotBelieved() throws IOException {
        Path old;
        byte[] bytes;
        try (TestStore store = TestStore.open(dir)) {
            for (int i = 0; i < 30; i++) {
                put(store, i, 100);
            }
            SegmentLocation at = hot(store.catalog().current(instance(0)).orElseThrow());
            old = store.store().segments().segment(at.segment()).file();
        }
        bytes = Files.readAllBytes(old);
        try (TestStore store = TestStore.open(dir)) {
            for (int i = 0; i < 25; i++) {
                purge(store, i);
            }
            store.purgeAll();
            store.store().compaction().all();
            store.store().compaction().all();
        }
        assertFalse(Files.exists(old));
        Files.write(old, bytes);
        Catalog.erase(dir.resolve("catalog"));
        try (TestStore store = TestStore.open(dir)) {
            assertFalse(Files.exists(old), "removed again");
            assertAllReadable(store);
            assertEquals(kept.size(), store.catalog().statistics().instances());
            assertEquals(kept.size(), store.catalog().statistics().versions());
        }
    }

    @Test
    void aTombstoneOutlivesWhatItCoversAndNotLonger() throws IOException {
        ObjectId dead;
        try (TestStore store = TestStore.open(dir)) {
            dead = put(store, 1, 100).id();
            store.delete(instance(1));
            // The decision lies in another segment than its object.
            sealAll(store);
            store.purgeAll();
            sealAll(store);
            assertEquals(0, new Tombstones(store.store()).forget(), "its record is still there");
            store.store().compaction().all();
            assertTrue(store.catalog().version(dead).isEmpty(), "nothing of it remains");
            sealAll(store);
            store.store().compaction().all();
            assertEquals(
                    0,
                    store.store().segments().segments().stream()
                            .mapToLong(SegmentInfo::recordCount)
                            .sum(),
                    "no decision without its object");
        }
        Catalog.erase(dir.resolve("catalog"));
        try (TestStore store = TestStore.open(dir)) {
            assertTrue(store.catalog().current(instance(1)).isEmpty());
            assertTrue(put(store, 3, 10).id().sequence() > dead.sequence() + 2, "no id twice");
        }
    }

    @Test
    void aSegmentWithADamagedFooterGoes() throws IOException {
        try (TestStore store = TestStore.open(dir)) {
            put(store, 1, 100);
            put(store, 2, 100);
            Path file = sealedFileOf(store, 1);
            purge(store, 1);
            store.purgeAll();
            flip(file, Files.size(file) - 10);
            flip(file, 20);
            store.store().compaction().all();
            assertFalse(Files.exists(file), "nothing of it was needed");
            assertAllReadable(store);
        }
    }

    @Test
    void aSegmentWithAnUnreadableRecordStaysAndNothingOfItIsCopiedTwice() throws IOException {
        try (TestStore store = TestStore.open(dir)) {
            put(store, 1, 100);
            SegmentLocation dead = hot(store.catalog().current(instance(1)).orElseThrow());
            put(store, 2, 100);
            purge(store, 1);
            store.purgeAll();
            Path file = sealedFileOf(store, 2);
            flip(file, dead.offset() + 8);
            long records = records(store);
            for (int i = 0; i < 3; i++) {
                assertEquals(0, store.store().compaction().all().segments());
                store.store().compaction().run();
            }
            assertTrue(Files.exists(file));
            assertEquals(records, records(store), "decisions and objects stay where they are");
            assertAllReadable(store);
        }
    }

    @Test
    void decisionsBesideABodyThatCannotBeCopiedAreNotCopiedEither() throws IOException {
        try (TestStore store = TestStore.open(dir)) {
            put(store, 1, 100);
            put(store, 2, 100);
            SegmentLocation live = hot(store.catalog().current(instance(2)).orElseThrow());
            purge(store, 1);
            store.purgeAll();
            Path file = sealedFileOf(store, 2);
            flip(file, live.offset() + 5_000);
            long records = records(store);
            for (int i = 0; i < 3; i++) {
                store.store().compaction().all();
            }
            assertTrue(Files.exists(file), "no other copy is known");
            assertTrue(
                    records(store) <= records + 1, records + " records became " + records(store));
        }
    }

    private static Path sealedFileOf(TestStore store, int number) throws IOException {
        SegmentLocation at = hot(store.catalog().current(instance(number)).orElseThrow());
        sealAll(store);
        return store.store().segments().segment(at.segment()).file();
    }

    private static long records(TestStore store) {
        return store.store().segments().segments().stream()
                .mapToLong(SegmentInfo::recordCount)
                .sum();
    }

    private static void flip(Path file, long offset) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, offset);
            channel.write(one.put(0, (byte) ~one.get(0)).rewind(), offset);
        }
    }

    private static void sealAll(TestStore store) throws IOException {
        for (SegmentInfo each : store.store().segments().segments()) {
            if (!each.sealed() && each.recordCount() > 0) {
                store.store().segments().seal(each.id());
            }
        }
    }

    @Test
    void aRejectionIsRememberedForGood() throws IOException {
        try (TestStore store = TestStore.open(dir)) {
            put(store, 1, 100);
            store.put(Notes.of("113037", STUDY, "1.2.3.1.8.1", new Uid("1.2.3.1.1"), instance(1)));
            store.purgeAll();
            store.store().compaction().all();
            store.store().compaction().all();
        }
        Catalog.erase(dir.resolve("catalog"));
        try (TestStore store = TestStore.open(dir)) {
            org.junit.jupiter.api.Assertions.assertThrows(
                    RefusedObjectException.class, () -> put(store, 1, 100));
        }
    }
}
