package strata.mover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.base.Audit;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.catalog.CatalogCopy;
import strata.catalog.Location;
import strata.store.IngestResult;
import strata.tier.LocalTierOptions;
import strata.tier.PackReader;
import strata.tier.crypto.DirectoryKeys;
import strata.tier.crypto.KeyLedger;
import strata.tier.crypto.MemoryKeys;
import strata.tier.crypto.MissingKeyException;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Where packs are sealed small studies share them all the same, each under its own key. */
class SealedSharePacksTest extends SharePacksTest {
    private KeyLedger keys;

    @Override
    LocalTierOptions options() throws IOException {
        keys = KeyLedger.open(
                MemoryKeys.siteKeys(1),
                new DirectoryKeys(new LocalDisk(), dir.resolve("keys")),
                Metrics.none(),
                Clock.systemUTC());
        return super.options().withKeys(keys, true);
    }

    private String sharedByThree() throws IOException {
        for (int number = 1; number <= 3; number++) {
            put(number, 1);
            put(number, 2);
            move(number);
        }
        assertEquals(2, share(study -> "", Duration.ZERO));
        return pack(results.get(0));
    }

    /** Deletes and shreds a study; its two images are no results any more. */
    private List<IngestResult> shred(int number) throws IOException {
        List<IngestResult> gone = List.of(results.remove(0), results.remove(0));
        for (IngestResult each : gone) {
            store.delete(version(each).key().instance());
        }
        new Shred(store.store(), tiers, keys, study -> Optional.empty(), Audit.none())
                .run(study(number), "tester");
        return gone;
    }

    private void assertNothingToScrub() throws IOException {
        ScrubReport report = new Scrub(store.store(), tiers, Metrics.none())
                .run(Optional.empty(), (version, placement, damage) -> {});
        assertTrue(report.clean(), () -> report.damages().toString());
    }

    @Test
    void aShreddedStudyIsGoneAndTheOthersStay() throws IOException {
        String shared = sharedByThree();
        for (IngestResult each : shred(1)) {
            assertEquals(List.of(), version(each).placementsOf(HOLDER));
        }
        assertEquals(List.of(shared), tier.packs());
        try (PackReader reader = tier.open(shared)) {
            assertThrows(MissingKeyException.class, () -> reader.verify(0));
            assertThrows(MissingKeyException.class, () -> reader.verify(1));
            assertEquals(4, reader.entries().size());
            assertEquals(6, reader.size());
        }
        assertAllReadable();
        assertNothingToScrub();
        assertEquals(0, new Reconciliation(store.store(), tiers).run(true, found -> {}));
        store.store().compaction().all();
        rebuild();
        assertAllReadable();
        assertNothingToScrub();

        shred(2);
        shred(3);
        assertEquals(List.of(), tier.packs(), "the last one takes it along");
    }

    @Test
    void aScrubForgetsWhatWasShreddedInASharedPackWhileItsMediumWasAway() throws IOException {
        String shared = sharedByThree();
        List<IngestResult> gone = List.of(results.remove(0), results.remove(0));
        keys.shred(study(1));
        assertNothingToScrub();
        for (IngestResult each : gone) {
            assertEquals(List.of(), version(each).placementsOf(HOLDER));
        }
        assertEquals(List.of(shared), tier.packs());
        assertAllReadable();
    }

    /** The site is lost but for the site key: the packs and the keys beside them have it all. */
    @Test
    void aSharedPackAndTheKeysBesideItSuffice() throws IOException {
        sharedByThree();
        store.store().compaction().all();
        close();
        CatalogCopy.remove(dir.resolve("data"));
        CatalogCopy.remove(dir.resolve("keys"));
        open();
        for (IngestResult result : results) {
            assertEquals(0, version(result).placementsOf(Location.HOT).size());
        }
        assertAllReadable();
    }
}
