package strata.mover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.base.Audit;
import strata.base.Await;
import strata.base.Digest;
import strata.base.Metrics;
import strata.base.StorageException;
import strata.base.Uid;
import strata.catalog.Availability;
import strata.catalog.JobCursor;
import strata.catalog.Location;
import strata.catalog.PlacementState;
import strata.catalog.VersionState;
import strata.store.IngestResult;
import strata.store.TestStore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

class MoverTest extends TieredStore {
    private static final Uid STUDY = new Uid("1.2.3.7");

    private void fill(int instances) throws IOException {
        for (int i = 1; i <= instances; i++) {
            put(STUDY, i % 2 + 1, i, 64);
        }
    }

    private Migration migration() {
        return new Migration(store.store(), Metrics.none());
    }

    @Test
    void movesAStudyAndReadsItFromTheTier() throws IOException {
        fill(10);
        MoveReport report = migration().run(STUDY, tier);
        assertEquals(10, report.objects());
        assertEquals(0, migration().run(STUDY, tier).objects(), "a repeat has nothing to do");
        assertEquals(
                Release.Outcome.RELEASED,
                new Release(store.store(), tiers).run(STUDY, Location.HOT, ONE_COPY));
        assertEquals(Availability.NEARLINE, version(results.get(0)).availability());
        assertAllReadable();
    }

    @Test
    void releasesNothingWithoutAVerifiedCopyElsewhere() throws IOException {
        fill(3);
        Release release = new Release(store.store(), tiers);
        assertEquals(Release.Outcome.REFUSED, release.run(STUDY, Location.HOT, ONE_COPY));
        migration().run(STUDY, tier);
        fill(0);
        put(STUDY, 9, 1, 64);
        assertEquals(
                Release.Outcome.REFUSED,
                release.run(STUDY, Location.HOT, ONE_COPY),
                "a late instance has no other copy yet");
        assertAllReadable();
    }

    @Test
    void recallsToHot() throws IOException {
        fill(4);
        migration().run(STUDY, tier);
        new Release(store.store(), tiers).run(STUDY, Location.HOT, ONE_COPY);
        new Recall(store.store(), Metrics.none()).run(STUDY);
        assertEquals(Availability.ONLINE, version(results.get(0)).availability());
        assertEquals(
                Release.Outcome.RELEASED,
                new Release(store.store(), tiers).run(STUDY, Location.tier("longterm"), ONE_COPY));
        assertEquals(List.of(), tier.packs());
        assertAllReadable();
    }

    @Test
    void whatIsPurgedLeavesItsPackAndTheRestStays() throws IOException {
        fill(6);
        migration().run(STUDY, tier);
        new Release(store.store(), tiers).run(STUDY, Location.HOT, ONE_COPY);
        IngestResult dead = results.remove(0);
        Uid instance = version(dead).key().instance();
        store.delete(instance);
        ErasePacks erase = new ErasePacks(store.store(), tiers, Metrics.none());
        assertEquals(0, erase.run(), "what can be restored stays where it is");
        assertEquals(dead.digest(), Digest.ofBytes(store.read(version(dead))));
        store.purgeAll();
        assertEquals(1, erase.run());
        assertEquals(0, erase.run(), "a repeat has nothing to do");
        assertAllReadable();
        for (IngestResult each : results) {
            assertEquals(1, version(each).placements().size(), "in the new pack, not in hot");
        }
        store.store().compaction().all();
        rebuild();
        assertAllReadable();
        assertTrue(store.catalog().current(instance).isEmpty());
        assertEquals(5, store.catalog().statistics().instances());
    }

    @Test
    void rebuildsFromPacksAlone() throws IOException {
        fill(6);
        Digest before = store.catalog().digest();
        migration().run(STUDY, tier);
        new Release(store.store(), tiers).run(STUDY, Location.HOT, ONE_COPY);
        store.store().compaction().all();
        assertTrue(
                store.store().segments().segments().stream().noneMatch(s -> s.recordCount() > 0));
        rebuild();
        assertEquals(before, store.catalog().digest());
        assertAllReadable();
        IngestResult next = store.put(
                TestStore.image(STUDY, new Uid(STUDY + ".9"), new Uid(STUDY + ".9.1"), 64, 99));
        assertTrue(
                results.stream().allMatch(r -> r.id().sequence() < next.id().sequence()),
                "an object id is never given twice");
    }

    @Test
    void findsAndRepairsADamagedRecordFromTheTier() throws Exception {
        fill(5);
        migration().run(STUDY, tier);
        flipSomewhere(dir.resolve("data/hot"), 9_000);
        scrubRepairAndCheck(Location.HOT);
    }

    @Test
    void findsAndRepairsADamagedPackFromHot() throws Exception {
        fill(5);
        migration().run(STUDY, tier);
        flipSomewhere(dir.resolve("longterm"), 4_000);
        scrubRepairAndCheck(Location.tier("longterm"));
        assertEquals(1, tier.quarantined().size());
    }

    @Test
    void moreRepairsThanAreKeptInMemoryAreDoneAllTheSame() throws Exception {
        fill(9);
        migration().run(STUDY, tier);
        for (IngestResult result : results) {
            var copy = version(result).placementsOf(HOLDER).get(0);
            store.store().copyFailed(version(result), copy, new IOException("planted"));
            RepairQueue.forLater(store.store()).damaged(version(result), copy, null);
        }
        Repair repair = new Repair(store.store(), tiers, Metrics.none(), Audit.none());
        try (RepairQueue queue = new RepairQueue(store.store(), repair, Metrics.none(), 2)) {
            queue.start();
            Await.until("the repairs", Duration.ofSeconds(60), () -> {
                assertTrue(queue.size() <= 2, "waiting " + queue.size());
                return !hasRepairs();
            });
        }
        for (IngestResult result : results) {
            assertEquals(
                    PlacementState.VERIFIED,
                    version(result).placementsOf(HOLDER).get(0).state());
        }
        assertAllReadable();
    }

    private boolean hasRepairs() throws IOException {
        try (JobCursor repairs = store.catalog().jobs("repair/")) {
            return repairs.hasNext();
        }
    }

    private void scrubRepairAndCheck(String holder) throws Exception {
        Repair repair = new Repair(store.store(), tiers, Metrics.none(), Audit.none());
        Scrub scrub = new Scrub(store.store(), tiers, Metrics.none());
        try (RepairQueue queue = new RepairQueue(store.store(), repair, Metrics.none())) {
            queue.start();
            ScrubReport found = scrub.run(Optional.empty(), (version, placement, damage) -> {});
            assertFalse(found.clean());
            assertEquals(holder, found.damages().get(0).placement().location().holder());
            Await.until("the repair", Duration.ofSeconds(20), () -> queue.size() == 0);
        }
        ScrubReport after = scrub.run(Optional.empty(), (version, placement, damage) -> {});
        assertTrue(after.clean(), () -> after.damages().toString());
        assertEquals(5L, after.copies().get(holder));
        assertAllReadable();
    }

    @Test
    void anObjectWithoutARightCopyIsListedAndNeverServed() throws Exception {
        fill(1);
        flipSomewhere(dir.resolve("data/hot"), 6_000);
        Scrub scrub = new Scrub(store.store(), tiers, Metrics.none());
        assertFalse(scrub.run(Optional.of(STUDY), (version, placement, damage) -> {})
                .clean());
        Repair repair = new Repair(store.store(), tiers, Metrics.none(), Audit.none());
        assertEquals(Repair.Outcome.NO_GOOD_COPY, repair.run(results.get(0).id()));
        assertEquals(VersionState.DAMAGED, version(results.get(0)).state());
        assertEquals(
                PlacementState.DAMAGED,
                version(results.get(0)).placements().get(0).state());
        assertThrows(StorageException.class, () -> store.read(version(results.get(0))));
    }

    /**
     * Flips one bit in the first file below the directory that is long enough, at the offset or
     * behind.
     */
    private static void flipSomewhere(Path below, long offset) throws IOException {
        try (Stream<Path> files = Files.walk(below)) {
            Path file = files.filter(p -> Files.isRegularFile(p) && p.toFile().length() > offset)
                    .sorted()
                    .findFirst()
                    .orElseThrow();
            try (FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                ByteBuffer one = ByteBuffer.allocate(1);
                channel.read(one, offset);
                one.put(0, (byte) (one.get(0) ^ 1 << new Random(offset).nextInt(8)))
                        .rewind();
                channel.write(one, offset);
            }
        }
    }
}
