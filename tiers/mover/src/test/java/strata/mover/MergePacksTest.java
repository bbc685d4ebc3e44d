package strata.mover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.base.Digest;
import strata.base.Uid;
import strata.catalog.JobCursor;
import strata.store.IngestResult;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

class MergePacksTest extends TieredStore {
    private static final Uid STUDY = new Uid("1.2.3.7");

    private void put(int series, int instance, int columns) throws IOException {
        put(STUDY, series, instance, columns);
    }

    private void move() throws IOException {
        move(STUDY);
    }

    private int merge(Duration grace) throws IOException {
        return mergePacks(tiers, grace, ONE_SLICE).run();
    }

    private boolean hasJobs() throws IOException {
        try (JobCursor merges = store.catalog().jobs("merge/");
                JobCursor erasures = store.catalog().jobs("erase/")) {
            return merges.hasNext() || erasures.hasNext();
        }
    }

    @Test
    void lateInstancesJoinTheirSeriesAndTheOldPacksGoAfterTheGrace() throws IOException {
        put(1, 1, 100);
        put(1, 2, 100);
        move();
        put(1, 3, 100);
        move();
        put(1, 4, 100);
        move();
        assertEquals(3, tier.packs().size());
        assertEquals(2, merge(Duration.ofDays(1)));
        PackErasure erasure = new PackErasure(store.store(), tiers);
        assertEquals(0, erasure.run());
        assertEquals(4, tier.packs().size(), "who reads an old one may end");
        Reconciliation reconciliation = new Reconciliation(store.store(), tiers);
        assertEquals(0, reconciliation.run(true, found -> {}), "they are no orphans");
        for (IngestResult result : results) {
            assertEquals(pack(results.get(0)), pack(result));
            assertEquals(result.digest(), Digest.ofBytes(store.read(version(result))));
        }
        assertEquals(0, merge(Duration.ZERO), "a repeat has nothing to do");
    }

    @Test
    void whatWasAskedForIsMergedSomeAtATime() throws IOException {
        for (int number = 1; number <= 5; number++) {
            Uid study = new Uid("1.2.3." + number);
            for (int instance = 1; instance <= 2; instance++) {
                put(study, 1, instance, 100);
                move(study);
            }
        }
        assertEquals(5, mergePacks(tiers, Duration.ZERO, 2).run());
        assertEquals(10, new PackErasure(store.store(), tiers).run());
        assertEquals(5, tier.packs().size());
        assertFalse(hasJobs());
        assertAllReadable();
    }

    @Test
    void aLongPackIsNotWrittenAnewForOneLateInstance() throws IOException {
        for (int instance = 1; instance <= 5; instance++) {
            put(1, instance, 200);
        }
        move();
        String old = pack(results.get(0));
        put(1, 6, 100);
        move();
        assertEquals(0, merge(Duration.ZERO));
        assertEquals(old, pack(results.get(0)));
        put(1, 7, 150);
        move();
        assertEquals(2, merge(Duration.ZERO), "together they are worth it");
        assertEquals(3, new PackErasure(store.store(), tiers).run());
        assertEquals(List.of(pack(results.get(0))), tier.packs());
        assertFalse(hasJobs());
    }

    @Test
    void whatWasDeletedButNotPurgedComesAlong() throws IOException {
        put(1, 1, 60);
        put(2, 1, 60);
        move();
        put(1, 2, 60);
        move();
        store.delete(version(results.get(0)).key().instance());
        assertEquals(1, merge(Duration.ZERO));
        assertEquals(2, new PackErasure(store.store(), tiers).run());
        assertEquals(1, tier.packs().size());
        for (IngestResult result : results) {
            assertEquals(result.digest(), Digest.ofBytes(store.read(version(result))));
        }
    }

    @Test
    void aStudyThatFailsIsTriedAgainAFewTimes() throws IOException {
        put(1, 1, 60);
        move();
        put(1, 2, 60);
        move();
        Path away = dir.resolve("away");
        Files.move(dir.resolve("longterm"), away);
        assertEquals(0, merge(Duration.ZERO));
        assertTrue(hasJobs());
        Files.move(away, dir.resolve("longterm"));
        assertEquals(1, merge(Duration.ZERO));
        Files.move(dir.resolve("longterm"), away);
        PackErasure erasure = new PackErasure(store.store(), tiers);
        try {
            assertEquals(0, erasure.run());
        } catch (IOException e) {
            assertTrue(e.getMessage().contains("longterm"), e.getMessage());
        }
        assertTrue(hasJobs(), "it is deleted when the medium is back");
        Files.move(away, dir.resolve("longterm"));
        assertEquals(2, erasure.run());
        assertFalse(hasJobs());
    }
}
