package strata.mover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Audit;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.CatalogBatch;
import strata.catalog.Location;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;
import strata.mover.Reconciliation.Finding;
import strata.mover.Reconciliation.Kind;
import strata.store.IngestResult;
import strata.store.TestStore;
import strata.tier.LocalTier;
import strata.tier.LocalTierOptions;
import strata.tier.PackLock;
import strata.tier.TestPacks;
import strata.tier.TierObjectSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

class ReconciliationTest {
    private static final Uid STUDY = new Uid("1.2.3.7");
    private static final String HOLDER = Location.tier("longterm");

    @TempDir
    Path dir;

    private LocalTier tier;
    private TierObjectSource source;
    private TestStore store;
    private IngestResult result;
    private String pack;

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
        result = store.put(
                TestStore.image(STUDY, new Uid(STUDY + ".1"), new Uid(STUDY + ".1.1"), 64, 1));
        new Migration(store.store(), Metrics.none()).run(STUDY, tier);
        pack = tier.packs().get(0);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        source.close();
        tier.close();
    }

    private Tiers tiers() {
        return new Tiers(List.of(tier));
    }

    private List<Finding> run(boolean mend) throws IOException {
        return run(tiers(), mend);
    }

    private List<Finding> run(Tiers tiers, boolean mend) throws IOException {
        List<Finding> out = new ArrayList<>();
        long open = new Reconciliation(store.store(), tiers).run(mend, out::add);
        assertEquals(out.stream().filter(f -> !f.mended()).count(), open);
        return out;
    }

    private VersionEntry version() throws IOException {
        return store.catalog().version(result.id()).orElseThrow();
    }

    private void forget() throws IOException {
        CatalogBatch batch = store.catalog().batch();
        for (Placement placement : version().placementsOf(HOLDER)) {
            batch.removePlacement(result.id(), placement.location());
        }
        store.catalog().apply(batch);
    }

    private void assertFound(Kind kind, boolean mend) throws IOException {
        assertEquals(List.of(Finding.of(kind, "longterm", pack, 1, mend)), run(mend));
    }

    @Test
    void whatAgreesIsNoFinding() throws Exception {
        assertEquals(List.of(), run(true));
        assertEquals(1, version().placementsOf(HOLDER).size());
    }

    @Test
    void aMissingPackIsWrittenAgainFromAnotherCopy() throws Exception {
        tier.delete(pack);
        assertFound(Kind.MISSING, false);
        assertEquals(
                PlacementState.VERIFIED, version().placementsOf(HOLDER).get(0).state());
        assertFound(Kind.MISSING, true);
        new Repair(store.store(), tiers(), Metrics.none(), Audit.none()).run(result.id());
        assertEquals(List.of(pack), tier.packs());
        assertEquals(List.of(), run(false));
    }

    @Test
    void anOrphanIsVerifiedAndEntered() throws Exception {
        forget();
        assertFound(Kind.ORPHAN, false);
        assertTrue(version().placementsOf(HOLDER).isEmpty());
        assertFound(Kind.ORPHAN, true);
        assertEquals(
                PlacementState.VERIFIED, version().placementsOf(HOLDER).get(0).state());
        assertEquals(List.of(), run(false));
    }

    private void purge() throws IOException {
        forget();
        store.catalog()
                .apply(store.catalog()
                        .batch()
                        .setState(result.id(), VersionState.DELETED)
                        .setState(result.id(), VersionState.PURGED));
    }

    /** As in a bucket whose index was lost: what cannot go yet is no open finding for years. */
    private Finding locked(PackLock lock) throws IOException {
        purge();
        LockingTier locking = new LockingTier(tier, Instant::now);
        locking.locks.put(pack, lock);
        Tiers tiers = new Tiers(List.of(locking));
        assertEquals(Kind.RESURRECTED, run(tiers, false).get(0).kind());
        List<Finding> entered = run(tiers, true);
        assertEquals(1, entered.size());
        assertEquals(Kind.LOCKED, entered.get(0).kind());
        assertTrue(entered.get(0).mended(), "its deletion waits");
        assertEquals(entered, run(tiers, false));
        assertTrue(tier.packs().contains(pack));
        return entered.get(0);
    }

    @Test
    void whatWasPurgedAndIsLockedWaitsForItsTime() throws Exception {
        Instant until = Instant.now().plus(Duration.ofDays(400)).truncatedTo(ChronoUnit.MILLIS);
        Finding found = locked(PackLock.of(until));
        assertEquals(Optional.of(until), found.keptUntil());
        assertFalse(found.isHeld());
    }

    @Test
    void whatWasPurgedAndIsHeldWaitsForTheEndOfTheHold() throws Exception {
        Finding found = locked(PackLock.of(Instant.MAX));
        assertEquals(Optional.empty(), found.keptUntil());
        assertTrue(found.isHeld());
    }

    @Test
    void whatWasPurgedAndIsThereAgainGoes() throws Exception {
        purge();
        assertFound(Kind.RESURRECTED, false);
        assertFound(Kind.RESURRECTED, true);
        assertEquals(List.of(), tier.packs());
    }

    @Test
    void objectsThatNobodyKnowsAreLeftAlone() throws Exception {
        String foreign = tier.write(TestPacks.objects(TestPacks.mixed(5, 1))).pack();
        List<Finding> found = run(true);
        assertEquals(1, found.size());
        assertEquals(Kind.UNKNOWN, found.get(0).kind());
        assertEquals(foreign, found.get(0).pack());
        assertTrue(tier.packs().contains(foreign));
    }

    @Test
    void aDamagedPackThatNobodyNamesIsSetAside() throws Exception {
        forget();
        Path file = dir.resolve("longterm/packs/" + pack.substring(0, 2) + "/" + pack + ".pack");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 10] ^= 1;
        Files.write(file, bytes);
        assertEquals(Kind.UNREADABLE, run(true).get(0).kind());
        assertEquals(List.of(), tier.packs());
        assertEquals(1, tier.quarantined().size());
    }

    @Test
    void aTierThatIsAwayIsNotTakenForAnEmptyOne() throws Exception {
        Files.move(dir.resolve("longterm"), dir.resolve("away"));
        assertEquals(List.of(Finding.of(Kind.AWAY, "longterm", "", 1, false)), run(true));
        assertEquals(
                PlacementState.VERIFIED, version().placementsOf(HOLDER).get(0).state());
        Files.move(dir.resolve("away"), dir.resolve("longterm"));
    }
}
