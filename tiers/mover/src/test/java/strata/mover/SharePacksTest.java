package strata.mover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.base.Audit;
import strata.base.CorruptDataException;
import strata.base.Digest;
import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.Location;
import strata.catalog.VersionEntry;
import strata.store.IngestResult;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

class SharePacksTest extends TieredStore {
    static Uid study(int number) {
        return new Uid("1.2.3." + number);
    }

    final IngestResult put(int number, int instance) throws IOException {
        return put(study(number), 1, instance, 20);
    }

    final void move(int number) throws IOException {
        move(study(number));
    }

    final int share(SharePacks.Kept kept, Duration wait) throws IOException {
        int packs = sharePacks(tiers, kept, wait, ONE_SLICE).run();
        new PackErasure(store.store(), tiers).run();
        return packs;
    }

    @Test
    void smallStudiesOfADayShareAPack() throws IOException {
        for (int number = 1; number <= 5; number++) {
            put(number, 1);
            put(number, 2);
            move(number);
        }
        assertEquals(5, tier.packs().size());
        assertEquals(0, share(study -> "", Duration.ofDays(1)), "more may come");
        assertEquals(4, share(study -> "", Duration.ZERO));
        assertEquals(1, tier.packs().size());
        assertAllReadable();
        assertEquals(0, share(study -> "", Duration.ZERO));
        assertEquals(0, new Reconciliation(store.store(), tiers).run(true, found -> {}));
    }

    @Test
    void noMoreThanASliceIsHeldAndWhatItPartedMeetsLater() throws IOException {
        for (int number = 1; number <= 7; number++) {
            put(number, 1);
            move(number);
        }
        SharePacks slices = sharePacks(tiers, study -> "", Duration.ZERO, 3);
        assertEquals(4, slices.run(), "three and three, and one that is alone in its slice");
        assertEquals(2, results.stream().map(this::packOf).limit(6).distinct().count());
        put(8, 1);
        move(8);
        assertEquals(1, slices.run(), "the one has company now");
        new PackErasure(store.store(), tiers).run();
        assertEquals(3, tier.packs().size());
        assertAllReadable();
    }

    private String packOf(IngestResult result) {
        try {
            return pack(result);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void onlyWhatIsKeptUntilTheSameTimeIsTogether() throws IOException {
        for (int number = 1; number <= 4; number++) {
            put(number, 1);
            move(number);
        }
        SharePacks.Kept kept = study -> study.equals(study(3)) ? "2036" : "2030";
        assertEquals(2, share(kept, Duration.ZERO));
        assertEquals(2, tier.packs().size());
        assertEquals(pack(results.get(0)), pack(results.get(3)));
        put(9, 1);
        move(9);
        assertEquals(1, share(study -> "2036", Duration.ZERO), "it has waited for company");
        assertEquals(2, tier.packs().size());
        assertAllReadable();
    }

    @Test
    void aStudyThatLeavesTakesNobodyAlong() throws IOException {
        for (int number = 1; number <= 3; number++) {
            put(number, 1);
            move(number);
        }
        assertEquals(2, share(study -> "", Duration.ZERO));
        String shared = pack(results.get(0));
        Recall recall = new Recall(store.store(), Metrics.none());
        recall.run(study(1));
        Release release = new Release(store.store(), tiers);
        assertEquals(
                Release.Outcome.RELEASED,
                release.run(study(1), Location.tier("longterm"), new Release.Elsewhere(1, 0, 0)));
        assertEquals(List.of(shared), tier.packs(), "the others are in it");
        assertEquals(0, new Reconciliation(store.store(), tiers).run(true, found -> {}));
        assertEquals(List.of(shared), tier.packs());
        assertAllReadable();
        for (int number = 2; number <= 3; number++) {
            recall.run(study(number));
            release.run(study(number), Location.tier("longterm"), new Release.Elsewhere(1, 0, 0));
        }
        assertEquals(List.of(), tier.packs(), "the last one takes it along");
        assertAllReadable();
    }

    @Test
    void aPurgedStudyIsWrittenOutOfTheSharedPack() throws IOException {
        for (int number = 1; number <= 3; number++) {
            put(number, 1);
            move(number);
        }
        assertEquals(2, share(study -> "", Duration.ZERO));
        String shared = pack(results.get(0));
        IngestResult gone = results.remove(0);
        store.delete(version(gone).key().instance());
        store.purgeAll();
        assertEquals(1, new ErasePacks(store.store(), tiers, Metrics.none()).run());
        assertFalse(tier.packs().contains(shared));
        assertAllReadable();
        for (IngestResult result : results) {
            assertEquals(0, version(result).placementsOf(Location.HOT).size());
        }
        assertEquals(1, share(study -> "", Duration.ZERO), "the others share again");
        assertAllReadable();
    }

    @Test
    void aCatalogIsMadeAnewFromASharedPack() throws IOException {
        for (int number = 1; number <= 3; number++) {
            put(number, 1);
            put(number, 2);
            move(number);
        }
        assertEquals(2, share(study -> "", Duration.ZERO));
        store.store().compaction().all();
        Digest before = store.catalog().digest();
        rebuild();
        assertEquals(before, store.catalog().digest());
        assertAllReadable();
    }

    @Test
    void aDamagedSharedPackIsRepairedForAllWhoAreInIt() throws IOException {
        for (int number = 1; number <= 3; number++) {
            put(number, 1);
            move(number);
        }
        assertEquals(2, share(study -> "", Duration.ZERO));
        String shared = pack(results.get(0));
        new Recall(store.store(), Metrics.none()).run(study(1));
        VersionEntry version = version(results.get(0));
        var placement = version.placementsOf(Location.tier("longterm")).get(0);
        store.store().copyFailed(version, placement, new CorruptDataException("pack", 1, "a", "b"));
        new Repair(store.store(), tiers, Metrics.none(), Audit.none()).run(version.id());
        assertTrue(tier.quarantined().get(0).startsWith(shared));
        for (IngestResult result : results) {
            assertNotEquals(shared, pack(result));
        }
        assertAllReadable();
    }
}
