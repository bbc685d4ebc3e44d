package strata.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.base.FaultyDisk;
import strata.base.FaultyDisk.Operation;
import strata.base.StorageException;
import strata.segment.RecoveryReport.Kind;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/**
 * T2, T4 and T5 of segments: power cuts and failures at every point of scripted runs; the oracle
 * decides. The full number of seeds: {@code ./strata test CrashTest -Dstrata.crash.seeds=100000}.
 */
class CrashTest {
    private static final int SEEDS = Integer.getInteger("strata.crash.seeds", 5000);
    private static final int STEPS = 30;
    private static final long SCRIPT = 20;

    private static long mutationsOf(long script) {
        FaultyDisk disk = new FaultyDisk(script);
        new Workload(disk, script).run(STEPS);
        return disk.mutations();
    }

    /** Opens after a crash, compares, goes on working, crashes again, compares again. */
    private static void recoverAndCheck(FaultyDisk disk, Workload work, long seed, String where)
            throws IOException {
        disk.crash(seed);
        try (SegmentLog log = work.open()) {
            work.check(log, where);
        }
        work.run(3);
        disk.crash(seed + 1);
        try (SegmentLog log = work.open()) {
            work.check(log, where + ", second time");
        }
    }

    @Test
    void powerCutAtEveryMutation() throws IOException {
        long last = mutationsOf(SCRIPT);
        for (long n = 1; n <= last; n++) {
            for (long seed = 0; seed < 2; seed++) {
                FaultyDisk disk = new FaultyDisk(seed);
                disk.plan(FaultyDisk.Plan.at(n, FaultyDisk.Outcome.POWER_OFF));
                Workload work = new Workload(disk, SCRIPT);
                work.run(STEPS);
                recoverAndCheck(disk, work, seed, "cut at " + n + " seed " + seed);
            }
        }
    }

    /**
     * The recovery itself is cut, at each of its mutations; among others in all runs where records
     * had to be hidden, since there its order of writes matters most.
     */
    @Test
    void powerCutAtEveryMutationOfARecovery() throws IOException {
        int hidden = 0;
        for (long seed = 0; seed < 3000 && hidden < 3; seed++) {
            FaultyDisk disk = new FaultyDisk(seed);
            Workload work = crashed(disk, seed);
            try (SegmentLog log = work.open()) {
                boolean hides = !log.recovery().findings(Kind.DOUBTFUL).isEmpty();
                hidden += hides ? 1 : 0;
                if (seed >= 5 && !hides) {
                    continue;
                }
            }
            cutRecoveries(seed);
        }
        assertEquals(3, hidden, "recoveries that hid records");
    }

    private static Workload crashed(FaultyDisk disk, long seed) {
        Workload work = new Workload(disk, seed);
        long cut = 1 + new Random(seed).nextInt(250);
        disk.plan(FaultyDisk.Plan.at(cut, FaultyDisk.Outcome.POWER_OFF));
        work.run(STEPS);
        disk.crash(seed);
        return work;
    }

    private static void cutRecoveries(long seed) throws IOException {
        boolean whole = false;
        for (long n = 1; !whole; n++) {
            for (long again = 0; again < 4; again++) {
                FaultyDisk disk = new FaultyDisk(seed);
                Workload work = crashed(disk, seed);
                long before = disk.mutations();
                disk.plan(FaultyDisk.Plan.at(before + n, FaultyDisk.Outcome.POWER_OFF));
                try {
                    work.open();
                } catch (StorageException expected) {
                    assertTrue(disk.mutations() > before);
                }
                whole = disk.mutations() < before + n;
                String where = "seed " + seed + " recovery cut " + n + " again " + again;
                recoverAndCheck(disk, work, seed * 31 + n * 7 + again, where);
            }
        }
    }

    @Test
    void seedsOfPowerCuts() throws IOException {
        for (long seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            FaultyDisk disk = new FaultyDisk(seed);
            long cut = 1 + random.nextInt(250);
            disk.plan(FaultyDisk.Plan.at(cut, FaultyDisk.Outcome.POWER_OFF));
            Workload work = new Workload(disk, seed);
            work.run(STEPS);
            recoverAndCheck(disk, work, seed, "seed " + seed + " cut at " + cut);
        }
    }

    @Test
    void anErrorAtEveryMutation() throws IOException {
        long last = mutationsOf(SCRIPT);
        for (long n = 1; n <= last; n++) {
            FaultyDisk disk = new FaultyDisk(n);
            disk.plan(FaultyDisk.Plan.at(n, FaultyDisk.Outcome.FAILS));
            Workload work = new Workload(disk, SCRIPT);
            work.run(STEPS);
            recoverAndCheck(disk, work, n, "error at " + n);
        }
    }

    @Test
    void manyErrorsAndThenAPowerCut() throws IOException {
        for (long seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            FaultyDisk disk = new FaultyDisk(seed);
            disk.plan((operation, path, number) -> operation.mutates() && random.nextInt(20) == 0
                    ? FaultyDisk.Outcome.FAILS
                    : FaultyDisk.Outcome.DONE);
            Workload work = new Workload(disk, seed);
            work.run(STEPS);
            recoverAndCheck(disk, work, seed, "seed " + seed);
        }
    }

    /**
     * After a failed sync the file is neither written nor synced again. A recovery that could not
     * seal may try again at the next start, after it has read the records from the medium.
     */
    @Test
    void aFileWhoseSyncFailedIsLeftAlone() {
        long last = mutationsOf(SCRIPT);
        int failed = 0;
        for (long n = 1; n <= last; n++) {
            FaultyDisk disk = new FaultyDisk(n);
            FailOneSync plan = new FailOneSync(disk, n);
            disk.plan(plan);
            new Workload(disk, SCRIPT).run(STEPS);
            failed += plan.failed;
            assertEquals(Set.of(), plan.touched, "failed sync is mutation " + n);
        }
        assertTrue(failed > 20, failed + " syncs failed");
    }

    private static final class FailOneSync implements FaultyDisk.Plan {
        private final FaultyDisk disk;
        private final long mutation;
        private final Set<Path> broken = new HashSet<>();
        private final Set<String> touched = new HashSet<>();
        private int failed;

        FailOneSync(FaultyDisk disk, long mutation) {
            this.disk = disk;
            this.mutation = mutation;
        }

        @Override
        public FaultyDisk.Outcome decide(Operation operation, Path path, long number) {
            switch (operation) {
                case CREATE_DIRECTORIES -> // a new start
                    broken.removeIf(file -> !disk.exists(SegmentFormat.retiredMarker(file)));
                case CREATE -> broken.remove(path); // another file of that name
                case WRITE, SYNC, ALLOCATE, TRUNCATE -> {
                    if (broken.contains(path)) {
                        touched.add(operation + " " + path);
                    }
                }
                case RENAME, DELETE, SYNC_DIRECTORY, OPEN, READ -> {}
            }
            if (operation == Operation.SYNC && number == mutation) {
                broken.add(path);
                failed++;
                return FaultyDisk.Outcome.FAILS;
            }
            return FaultyDisk.Outcome.DONE;
        }
    }

    /** The canary: on a disk that lies about its syncs, this suite has to find losses. */
    @Test
    void aDiskThatLiesIsFoundOut() {
        assertThrows(AssertionError.class, () -> {
            for (long seed = 0; seed < 50; seed++) {
                FaultyDisk disk = new FaultyDisk(seed);
                disk.lieAboutSyncs();
                disk.plan(FaultyDisk.Plan.at(150, FaultyDisk.Outcome.POWER_OFF));
                Workload work = new Workload(disk, seed);
                work.run(STEPS);
                recoverAndCheck(disk, work, seed, "seed " + seed);
            }
        });
    }
}
