package strata.mover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Digest;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.StorageException;
import strata.base.Uid;
import strata.catalog.Location;
import strata.catalog.VersionEntry;
import strata.codec.EncodingProfile;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;
import strata.store.IngestResult;
import strata.store.TestStore;
import strata.tier.LocalTier;
import strata.tier.LocalTierOptions;
import strata.tier.TierObjectSource;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

class ParallelMoveTest {
    private static final Uid STUDY = new Uid("1.2.3.7");
    private static final int SMOOTH_COLUMNS = 300;

    @TempDir
    Path dir;

    private LocalTier tier;
    private TierObjectSource source;
    private TestStore store;
    private final List<IngestResult> results = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        tier = LocalTier.open(
                new LocalDisk(),
                dir.resolve("longterm"),
                LocalTierOptions.of("longterm"),
                Metrics.none(),
                Clock.systemUTC());
        source = new TierObjectSource(tier);
        store = TestStore.open(dir.resolve("data"), source);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        source.close();
        tier.close();
    }

    private void put(int series, int instances, int columns) throws IOException {
        Uid uid = new Uid(STUDY + "." + series);
        for (int i = 1; i <= instances; i++) {
            results.add(store.put(
                    TestStore.image(STUDY, uid, new Uid(uid + "." + i), columns, 10 * series + i)));
        }
    }

    private VersionEntry version(IngestResult result) throws IOException {
        return store.catalog().version(result.id()).orElseThrow();
    }

    private Migration migration(MoverPace pace) {
        return new Migration(store.store(), Metrics.none(), pace);
    }

    @Test
    void severalSeriesAndTheEntriesOfOneAreMovedTogether() throws Exception {
        for (int series = 1; series <= 3; series++) {
            put(series, 3, 1000);
        }
        MoverPace pace = new MoverPace(store.store(), 4, 0);
        assertEquals(9, migration(pace).run(STUDY, tier).objects());
        assertEquals(3, tier.packs().size());
        put(4, 5, 40);
        assertEquals(5, migration(pace).run(STUDY, tier).objects());
        for (IngestResult result : results) {
            store.store().releaseHot(result.id());
            assertEquals(result.digest(), Digest.ofBytes(store.read(version(result))));
        }
    }

    @Test
    void aDensePackIsSmallerAndGivesTheSameBytes() throws Exception {
        MoverPace pace = new MoverPace(store.store(), 1, 0);
        Uid other = new Uid(STUDY + ".9");
        IngestResult first = store.put(smooth(STUDY));
        IngestResult second = store.put(smooth(other));
        long fast = migration(pace).run(STUDY, tier, EncodingProfile.FAST).storedBytes();
        long dense = migration(pace).run(other, tier, EncodingProfile.DENSE).storedBytes();
        assertTrue(dense < fast, dense + " of " + fast);
        for (IngestResult result : List.of(first, second)) {
            assertTrue(store.store().releaseHot(result.id()));
            assertEquals(result.digest(), Digest.ofBytes(store.read(version(result))));
        }
    }

    /** An image that is bright in its middle, with a little noise. */
    private static DataSet smooth(Uid study) {
        DataSet image = TestStore.image(study, study, new Uid(study + ".1"), SMOOTH_COLUMNS, 1);
        byte[] pixels = image.bytes(Tag.PixelData).clone();
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < pixels.length / 2; i++) {
            int x = i % SMOOTH_COLUMNS - SMOOTH_COLUMNS / 2;
            int y = i / SMOOTH_COLUMNS - SMOOTH_COLUMNS / 2;
            int value = Math.max(0, 2_000 - (x * x + y * y) / 20) + random.nextInt(8);
            pixels[2 * i] = (byte) value;
            pixels[2 * i + 1] = (byte) (value >> 8);
        }
        return image.putBytes(Tag.PixelData, Vr.OW, pixels);
    }

    @Test
    void anObjectThatCannotBeReadKeepsNoOtherBack() throws Exception {
        put(1, 4, 60);
        VersionEntry bad = version(results.get(2));
        flip(bad.key().instance().value());
        IOException failed = assertThrows(
                IOException.class,
                () -> migration(new MoverPace(store.store(), 2, 0)).run(STUDY, tier));
        assertTrue(failed instanceof StorageException, failed.toString());
        assertTrue(failed.getMessage().contains(bad.id().toString()), failed.getMessage());
        for (IngestResult result : results) {
            int copies = version(result).placementsOf(Location.tier("longterm")).size();
            assertEquals(result.id().equals(bad.id()) ? 0 : 1, copies, result.toString());
        }
        assertEquals(1, tier.packs().size());
    }

    @Test
    void aStudyComesBackPackByPackAndOneThatIsGoneKeepsNoOtherBack() throws Exception {
        for (int series = 1; series <= 3; series++) {
            put(series, 2, 1100);
        }
        MoverPace pace = new MoverPace(store.store(), 3, 0);
        migration(pace).run(STUDY, tier);
        for (IngestResult result : results) {
            assertTrue(store.store().releaseHot(result.id()));
        }
        tier.delete(tier.packs().get(1));
        Recall recall = new Recall(store.store(), Metrics.none(), pace);
        assertThrows(IOException.class, () -> recall.run(STUDY));
        long hot = 0;
        for (IngestResult result : results) {
            hot += version(result).placementsOf(Location.HOT).size();
        }
        assertEquals(4, hot);
        assertThrows(IOException.class, () -> recall.run(STUDY));
    }

    /** Changes a letter of the text in whichever segment has it. */
    private void flip(String text) throws IOException {
        List<Path> segments;
        try (Stream<Path> files = Files.walk(dir.resolve("data"))) {
            segments = files.filter(f -> f.toString().endsWith(".seg")).toList();
        }
        for (Path segment : segments) {
            byte[] bytes = Files.readAllBytes(segment);
            int at = new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf(text);
            if (at >= 0) {
                try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
                    file.seek(at);
                    file.write(bytes[at] ^ 4);
                }
                return;
            }
        }
        throw new AssertionError(text + " is in no segment");
    }

    @Test
    void workRunsTogetherAndEveryFailureIsTold() throws Exception {
        MoverPace pace = new MoverPace(store.store(), 3, 0);
        CountDownLatch together = new CountDownLatch(3);
        MoverPace.Work<Boolean> meets = () -> {
            together.countDown();
            try {
                return together.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        };
        assertEquals(List.of(true, true, true), pace.all(List.of(meets, meets, meets)));
        List<Integer> done = new ArrayList<>();
        MoverPace.Work<Integer> fails = () -> {
            throw new IOException("no");
        };
        MoverPace.Work<Integer> works = () -> {
            synchronized (done) {
                done.add(1);
            }
            return 1;
        };
        IOException first = assertThrows(
                IOException.class, () -> pace.all(List.of(fails, works, fails, works)));
        assertEquals(1, first.getSuppressed().length);
        assertEquals(2, done.size());
    }
}
