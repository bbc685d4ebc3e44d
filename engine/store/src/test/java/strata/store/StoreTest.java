package strata.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Digest;
import strata.base.ObjectId;
import strata.base.OperatorException;
import strata.base.StorageException;
import strata.base.Uid;
import strata.catalog.Catalog;
import strata.catalog.PlacementState;
import strata.catalog.SegmentLocation;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;
import strata.dicom.DataSet;
import strata.dicom.DataSetWriter;
import strata.dicom.MalformedDicomException;
import strata.dicom.Part10;
import strata.dicom.Tag;
import strata.dicom.Vr;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

class StoreTest {
    private static final Uid STUDY = new Uid("1.2.3.1");
    private static final Uid SERIES = new Uid("1.2.3.1.1");

    @TempDir
    Path dir;

    private static Uid instance(int number) {
        return new Uid("1.2.3.1.1." + number);
    }

    private static DataSet image(int number) {
        return TestStore.image(STUDY, SERIES, instance(number), 40, number);
    }

    private static byte[] file(DataSet data) {
        byte[] header = Part10.header(
                TestStore.CT_IMAGE,
                data.uid(Tag.SOPInstanceUID).orElseThrow(),
                TestStore.SYNTAX.uid());
        byte[] body = DataSetWriter.toBytes(data, TestStore.SYNTAX);
        return ByteBuffer.allocate(header.length + body.length)
                .put(header)
                .put(body)
                .array();
    }

    @Test
    void givesBackWhatItTookIn() throws IOException {
        try (TestStore store = TestStore.open(dir)) {
            IngestResult result = store.put(image(1));
            assertEquals(IngestResult.Outcome.STORED, result.outcome());
            byte[] expected = file(image(1));
            assertEquals(Digest.ofBytes(expected), result.digest());
            VersionEntry entry = store.catalog().current(instance(1)).orElseThrow();
            assertEquals(Digest.ofBytes(expected), Digest.ofBytes(store.read(entry)));
            assertEquals(expected.length, entry.lengthBytes());
        }
    }

    @Test
    void storesIdenticalBytesOnce() throws IOException {
        try (TestStore store = TestStore.open(dir)) {
            IngestResult first = store.put(image(1));
            IngestResult again = store.put(image(1));
            assertEquals(IngestResult.Outcome.DUPLICATE, again.outcome());
            assertEquals(first.id(), again.id());
            assertEquals(1, store.catalog().versions(instance(1)).size());
        }
    }

    @Test
    void keepsDifferentBytesAsideAsConflict() throws IOException {
        try (TestStore store = TestStore.open(dir)) {
            IngestResult first = store.put(image(1));
            IngestResult other = store.put(image(1).putString(Tag.PatientID, Vr.LO, "OTHER"));
            assertEquals(IngestResult.Outcome.CONFLICT, other.outcome());
            assertEquals(
                    first.id(),
                    store.catalog().current(instance(1)).orElseThrow().id());
            VersionEntry aside = store.catalog().version(other.id()).orElseThrow();
            assertEquals(VersionState.CONFLICT, aside.state());
            assertEquals(other.digest(), Digest.ofBytes(store.read(aside)));
        }
    }

    @Test
    void refusesWhatIsNotWhatWasAnnounced() throws IOException {
        try (TestStore store = TestStore.open(dir)) {
            byte[] bytes = DataSetWriter.toBytes(image(1), TestStore.SYNTAX);
            IngestRequest other = new IngestRequest(
                    TestStore.CT_IMAGE, instance(2), TestStore.SYNTAX.uid(), Optional.empty());
            try (Ingest ingest = store.store().begin(other)) {
                ingest.write(ByteBuffer.wrap(bytes));
                RefusedObjectException e =
                        assertThrows(RefusedObjectException.class, ingest::commit);
                assertEquals(RefusedObjectException.Reason.MISMATCH, e.reason());
            }
            IngestRequest right = new IngestRequest(
                    TestStore.CT_IMAGE, instance(1), TestStore.SYNTAX.uid(), Optional.empty());
            try (Ingest ingest = store.store().begin(right)) {
                ingest.write(ByteBuffer.wrap(bytes, 0, bytes.length - 100));
                assertThrows(MalformedDicomException.class, ingest::commit);
            }
            assertTrue(store.catalog().versions(instance(1)).isEmpty());
        }
    }

    @Test
    void replaysWhatTheCatalogLost() throws IOException {
        List<IngestResult> results = new ArrayList<>();
        try (TestStore store = TestStore.open(dir)) {
            results.add(store.put(image(1)));
        }
        copyOfCatalog(() -> {
            try (TestStore store = TestStore.open(dir)) {
                for (int i = 2; i < 30; i++) {
                    results.add(store.put(image(i)));
                }
                store.delete(instance(5));
            }
        });
        try (TestStore store = TestStore.open(dir)) {
            for (IngestResult result : results) {
                VersionEntry entry = store.catalog().version(result.id()).orElseThrow();
                assertEquals(result.digest(), Digest.ofBytes(store.read(entry)));
            }
            assertEquals(
                    VersionState.DELETED,
                    store.catalog().version(results.get(4).id()).orElseThrow().state());
            assertTrue(store.put(image(99)).id().sequence() > results.size());
        }
    }

    /** Puts the catalog back as it was before the action: an index that lost its last part. */
    private void copyOfCatalog(Action action) throws IOException {
        Path kept = dir.resolveSibling(dir.getFileName() + "-catalog");
        copyTree(dir.resolve("catalog"), kept);
        action.run();
        Catalog.erase(dir.resolve("catalog"));
        copyTree(kept, dir.resolve("catalog"));
    }

    private interface Action {
        void run() throws IOException;
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target);
                }
            }
        }
    }

    @Test
    void rebuildsAnErasedCatalogToTheSameContent() throws IOException {
        Digest before;
        try (TestStore store = TestStore.open(dir)) {
            for (int i = 1; i <= 20; i++) {
                store.put(image(i));
            }
            store.put(image(7).putString(Tag.PatientID, Vr.LO, "OTHER"));
            before = store.catalog().digest();
        }
        Catalog.erase(dir.resolve("catalog"));
        try (TestStore store = TestStore.open(dir)) {
            assertEquals(before, store.catalog().digest());
            assertEquals(21, store.catalog().statistics().versions());
        }
    }

    @Test
    void neverServesADamagedCopyAndMarksIt() throws IOException {
        IngestResult result;
        SegmentLocation location;
        try (TestStore store = TestStore.open(dir)) {
            result = store.put(image(1));
            location = hot(store.catalog().version(result.id()).orElseThrow());
        }
        flip(location.offset() + 1500);
        try (TestStore store = TestStore.open(dir)) {
            VersionEntry entry = store.catalog().version(result.id()).orElseThrow();
            List<ObjectId> told = new ArrayList<>();
            store.store().onDamage((version, placement, cause) -> told.add(version.id()));
            assertThrows(StorageException.class, () -> store.read(entry));
            assertEquals(List.of(result.id()), told);
            assertEquals(
                    PlacementState.DAMAGED,
                    store.catalog()
                            .version(result.id())
                            .orElseThrow()
                            .placements()
                            .get(0)
                            .state());
            // The same bytes sent again are not taken for a duplicate of a damaged copy.
            IngestResult again = store.put(image(1));
            assertEquals(IngestResult.Outcome.STORED, again.outcome());
            VersionEntry good = store.catalog().version(again.id()).orElseThrow();
            assertEquals(again.digest(), Digest.ofBytes(store.read(good)));
        }
    }

    private void flip(long offset) throws IOException {
        try (Stream<Path> files = Files.list(dir.resolve("hot"))) {
            Path segment = files.filter(p -> p.toFile().length() > offset)
                    .sorted()
                    .findFirst()
                    .orElseThrow();
            try (var channel = java.nio.channels.FileChannel.open(
                    segment, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                ByteBuffer one = ByteBuffer.allocate(1);
                channel.read(one, offset);
                one.put(0, (byte) (one.get(0) ^ 0x10)).rewind();
                channel.write(one, offset);
            }
        }
    }

    private static SegmentLocation hot(VersionEntry entry) {
        return (SegmentLocation) entry.placements().get(0).location();
    }

    @Test
    void reclaimsSegmentsOfDeletedObjectsAndKeepsTheRest() throws IOException {
        Map<ObjectId, Digest> kept = new HashMap<>();
        try (TestStore store = TestStore.open(dir)) {
            for (int i = 1; i <= 900; i++) {
                IngestResult result = store.put(image(i));
                if (i % 10 == 0) {
                    kept.put(result.id(), result.digest());
                } else {
                    store.delete(instance(i));
                }
            }
            assertEquals(
                    0,
                    store.store().compaction().all().reclaimedBytes(),
                    "what can be restored is not dead");
            store.purgeAll();
            assertTrue(store.store().compaction().all().reclaimedBytes() > 1 << 20);
            check(store, kept);
        }
        Catalog.erase(dir.resolve("catalog"));
        try (TestStore store = TestStore.open(dir)) {
            check(store, kept);
            int current = 0;
            try (VersionCursor all = store.catalog().all()) {
                while (all.hasNext()) {
                    current += all.next().state() == VersionState.CURRENT ? 1 : 0;
                }
            }
            assertEquals(kept.size(), current);
        }
    }

    private static void check(TestStore store, Map<ObjectId, Digest> expected) throws IOException {
        for (Map.Entry<ObjectId, Digest> each : expected.entrySet()) {
            VersionEntry entry = store.catalog().version(each.getKey()).orElseThrow();
            assertEquals(each.getValue(), Digest.ofBytes(store.read(entry)));
        }
    }

    @Test
    void neverReleasesTheOnlyCopy() throws IOException {
        try (TestStore store = TestStore.open(dir)) {
            IngestResult result = store.put(image(1));
            assertFalse(store.store().releaseHot(result.id()));
            assertEquals(
                    1,
                    store.catalog()
                            .version(result.id())
                            .orElseThrow()
                            .placements()
                            .size());
        }
    }

    @Test
    void aDirectoryInUseIsRefused() throws IOException {
        try (TestStore store = TestStore.open(dir)) {
            assertThrows(OperatorException.class, () -> TestStore.open(store.path()));
        }
    }
}
