package strata.tier;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.base.FaultyDisk;
import strata.base.FaultyDisk.Outcome;
import strata.base.FaultyDisk.Plan;
import strata.base.Metrics;
import strata.base.StorageException;
import strata.tier.TestPacks.Sample;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/** A write interrupted at any disk operation leaves the whole pack or nothing. */
class LocalTierCrashTest {
    private static final Path ROOT = Path.of("/tier");
    private static final int SEEDS_PER_POINT = 12;

    private final List<Sample> earlier = TestPacks.mixed(50, 1);
    private final List<Sample> samples = TestPacks.mixed(51, 60);

    private static Tier open(FaultyDisk disk) throws IOException {
        return LocalTier.open(
                disk, ROOT, LocalTierOptions.of("longterm"), Metrics.none(), Clock.systemUTC());
    }

    /** A disk with a durable earlier pack. */
    private FaultyDisk disk(long seed) throws IOException {
        FaultyDisk disk = new FaultyDisk(seed);
        try (Tier tier = open(disk)) {
            tier.write(TestPacks.objects(earlier));
        }
        return disk;
    }

    private long operationsOfOneWrite() throws IOException {
        FaultyDisk disk = disk(0);
        long before = disk.mutations();
        try (Tier tier = open(disk)) {
            tier.write(TestPacks.objects(samples));
        }
        return disk.mutations() - before;
    }

    @Test
    void powerLossAtEveryOperation() throws IOException {
        long operations = operationsOfOneWrite();
        assertTrue(operations > 6, "operations " + operations);
        for (long n = 1; n <= operations; n++) {
            for (int seed = 0; seed < SEEDS_PER_POINT; seed++) {
                FaultyDisk disk = disk(seed);
                String pack = interrupted(disk, Plan.at(disk.mutations() + n, Outcome.POWER_OFF));
                disk.crash(seed * 31L + n);
                assertWholeOrNothing(disk, pack, "operation " + n + " seed " + seed);
            }
        }
    }

    @Test
    void powerLossAfterTheReturnLosesNothing() throws IOException {
        for (int seed = 0; seed < 60; seed++) {
            FaultyDisk disk = disk(seed);
            String pack;
            try (Tier tier = open(disk)) {
                pack = tier.write(TestPacks.objects(samples)).pack();
            }
            disk.crash(seed);
            try (Tier tier = open(disk)) {
                assertTrue(tier.packs().contains(pack), "seed " + seed);
                assertHolds(tier, pack, samples, "seed " + seed);
            }
        }
    }

    @Test
    void anErrorAtEveryOperationLeavesNothingBehindInThisRunEither() throws IOException {
        long operations = operationsOfOneWrite();
        for (long n = 1; n <= operations; n++) {
            FaultyDisk disk = disk(n);
            String pack = interrupted(disk, Plan.at(disk.mutations() + n, Outcome.FAILS));
            disk.plan(Plan.none());
            assertWholeOrNothing(disk, pack, "operation " + n);
        }
    }

    @Test
    void aFullDiskIsAStateAndLeavesNothing() throws IOException {
        FaultyDisk disk = disk(1);
        try (Tier tier = open(disk)) {
            long used = disk.totalBytes(ROOT) - disk.usableBytes(ROOT);
            disk.capacityBytes(used + 100_000);
            assertEquals(TierHealth.FULL, tier.health());
            StorageException full = assertThrows(
                    StorageException.class, () -> tier.write(TestPacks.objects(samples)));
            assertEquals(StorageException.Kind.FULL, full.kind());
            assertEquals(1, tier.packs().size());
            assertEquals(used, disk.totalBytes(ROOT) - disk.usableBytes(ROOT));
            disk.capacityBytes(1L << 40);
            assertEquals(TierHealth.AVAILABLE, tier.health());
            tier.write(TestPacks.objects(samples));
            assertEquals(2, tier.packs().size());
        }
    }

    @Test
    void quarantineAndDeleteSurvivePowerLossAtEveryOperation() throws IOException {
        for (int seed = 0; seed < 40; seed++) {
            for (long n = 1; n <= 3; n++) {
                for (boolean aside : new boolean[] {true, false}) {
                    FaultyDisk disk = disk(seed);
                    Tier tier = open(disk);
                    String pack = tier.packs().get(0);
                    disk.plan(Plan.at(disk.mutations() + n, Outcome.POWER_OFF));
                    boolean returned = removed(tier, pack, aside);
                    disk.crash(seed);
                    assertRemoval(disk, pack, aside, returned, "seed " + seed + " at " + n);
                }
            }
        }
    }

    private static boolean removed(Tier tier, String pack, boolean aside) {
        try {
            if (aside) {
                tier.quarantine(pack);
            } else {
                tier.delete(pack);
            }
            return true;
        } catch (IOException expected) {
            return false;
        }
    }

    private void assertRemoval(
            FaultyDisk disk, String pack, boolean aside, boolean returned, String when)
            throws IOException {
        try (Tier tier = open(disk)) {
            boolean listed = tier.packs().contains(pack);
            int set = tier.quarantined().size();
            assertTrue(!(returned && listed), when);
            if (listed) {
                assertHolds(tier, pack, earlier, when);
            }
            if (aside) {
                assertEquals(1, set + (listed ? 1 : 0), when);
            }
        }
    }

    /** Tries to open the tier and write; gives the name that the pack has or would have. */
    private String interrupted(FaultyDisk disk, Plan plan) {
        disk.plan(plan);
        try (Tier tier = open(disk)) {
            tier.write(TestPacks.objects(samples));
        } catch (IOException expected) {
            assertTrue(expected instanceof StorageException, expected.toString());
        }
        return PackId.of(TestPacks.objects(samples)).toString();
    }

    private void assertWholeOrNothing(FaultyDisk disk, String pack, String when)
            throws IOException {
        try (Tier tier = open(disk)) {
            assertEquals(List.of(), disk.list(ROOT.resolve("temporary")), when);
            String first = PackId.of(TestPacks.objects(earlier)).toString();
            assertHolds(tier, first, earlier, when);
            if (tier.packs().contains(pack)) {
                assertHolds(tier, pack, samples, when);
            } else {
                assertEquals(List.of(first), tier.packs(), when);
            }
            assertEquals(pack, tier.write(TestPacks.objects(samples)).pack(), when);
            assertHolds(tier, pack, samples, when);
        }
    }

    private static void assertHolds(Tier tier, String pack, List<Sample> samples, String when)
            throws IOException {
        try (PackReader reader = tier.open(pack)) {
            assertEquals(samples.size(), reader.entries().size(), when);
            for (int i = 0; i < samples.size(); i += 7) {
                reader.verify(i);
                try (PackEntryReader entry = reader.read(i)) {
                    assertArrayEquals(samples.get(i).bytes(), TierContract.readAll(entry), when);
                }
            }
        }
    }
}
