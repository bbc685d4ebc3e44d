package strata.mover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.FaultyDisk;
import strata.base.FaultyDisk.Operation;
import strata.base.FaultyDisk.Outcome;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * T2, T4 and T5 over the whole store on a disk that keeps only what it promises. The full numbers:
 *
 * <pre>
 * ./strata test StoreCrashTest -Dstrata.crash.store.seeds=5000 -Dstrata.crash.every=1
 * ./strata test StoreCrashTest -Dstrata.crash.seed=N     one seed again
 * </pre>
 */
class StoreCrashTest {
    private static final int SEEDS = Integer.getInteger("strata.crash.store.seeds", 60);
    private static final long FIRST_SEED = Long.getLong("strata.crash.seed", 1);
    private static final boolean ONE = System.getProperty("strata.crash.seed") != null;
    private static final int EVERY = Integer.getInteger("strata.crash.every", 9);
    private static final int SYNC_EVERY = Math.max(1, EVERY / 3);
    private static final int STEPS = 40;
    private static final long SCRIPT = 11;

    @TempDir
    Path temporary;

    private Path folder;

    /** In memory where that is, since what the index promises is tested elsewhere. */
    @BeforeEach
    void chooseFolder() throws IOException {
        Path memory = Path.of("/dev/shm");
        folder = Files.isWritable(memory)
                ? Files.createTempDirectory(memory, "strata-crash-")
                : temporary.resolve("index");
    }

    private StoreWorkload workload(FaultyDisk disk, long seed) {
        return new StoreWorkload(disk, seed, folder);
    }

    private static void recoverAndCheck(StoreWorkload work, long seed, String where)
            throws IOException {
        work.crash(seed);
        work.check(where);
        work.run(4);
        work.crash(seed + 1);
        work.check(where + ", second time");
    }

    /** T2. */
    @Test
    void powerCutAtEveryMutation() throws IOException {
        long last;
        FaultyDisk whole = new FaultyDisk(SCRIPT);
        try (StoreWorkload work = workload(whole, SCRIPT)) {
            work.run(STEPS);
            assertEquals(0, work.failures(), "the script itself");
            assertTrue(work.acknowledgedCount() > 10, "acknowledged " + work.acknowledgedCount());
            last = whole.mutations();
        }
        int cuts = 0;
        for (long n = 1 + SCRIPT % EVERY; n <= last; n += EVERY) {
            FaultyDisk disk = new FaultyDisk(n);
            disk.plan(FaultyDisk.Plan.at(n, Outcome.POWER_OFF));
            try (StoreWorkload work = workload(disk, SCRIPT)) {
                work.run(STEPS);
                recoverAndCheck(work, n, "cut at " + n + " of " + last);
            }
            cuts++;
        }
        System.out.printf("%s of %s points cut, nothing acknowledged lost%n", cuts, last);
    }

    /** T4. */
    @Test
    void seedsOfLostTornAndReorderedSectors() throws IOException {
        long acknowledged = 0;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + (ONE ? 1 : SEEDS); seed++) {
            acknowledged += oneSeed(seed).acknowledged();
        }
        assertTrue(acknowledged > 0, "nothing was acknowledged in any run");
        System.out.printf("%s seeds, %s acknowledged, none lost%n", ONE ? 1 : SEEDS, acknowledged);
    }

    private record Run(long acknowledged, long fingerprint) {}

    private Run oneSeed(long seed) throws IOException {
        FaultyDisk disk = new FaultyDisk(seed);
        long cut = 1 + new Random(seed).nextInt(400);
        disk.plan(FaultyDisk.Plan.at(cut, Outcome.POWER_OFF));
        try (StoreWorkload work = workload(disk, seed)) {
            work.run(STEPS);
            recoverAndCheck(work, seed, "seed " + seed + " cut at " + cut);
            return new Run(work.acknowledgedCount(), work.fingerprint());
        }
    }

    @Test
    void aSeedReplaysIdentically() throws IOException {
        Set<Long> prints = new HashSet<>();
        for (long seed = 1; seed <= 3; seed++) {
            Run first = oneSeed(seed);
            assertEquals(first, oneSeed(seed), "seed " + seed);
            prints.add(first.fingerprint());
        }
        assertEquals(3, prints.size(), "other seeds, other runs");
    }

    /** The suite itself: a disk that lies about syncs has to be found out. */
    @Test
    void aDiskThatLiesIsFoundOut() {
        AssertionError found = assertThrows(AssertionError.class, () -> {
            for (long seed = 1; seed <= 40; seed++) {
                FaultyDisk disk = new FaultyDisk(seed);
                disk.lieAboutSyncs();
                try (StoreWorkload work = workload(disk, seed)) {
                    work.run(STEPS);
                    recoverAndCheck(work, seed, "seed " + seed);
                } catch (IOException e) {
                    throw new AssertionError("the store did not open", e);
                }
            }
        });
        assertTrue(!found.getMessage().isEmpty());
    }

    /** T5: each sync fails once; nothing of its batch is acknowledged, the file is left alone. */
    @Test
    void anErrorAtEverySync() throws IOException {
        boolean more = true;
        int failed = 0;
        for (int n = 1; more; n += SYNC_EVERY) {
            FaultyDisk disk = new FaultyDisk(n);
            FailOneSync plan = new FailOneSync(n);
            disk.plan(plan);
            try (StoreWorkload work = workload(disk, SCRIPT)) {
                work.run(STEPS);
                more = plan.failed != null;
                assertEquals(Set.of(), plan.again, "sync " + n + ": synced again");
                recoverAndCheck(work, n, "sync " + n + " failed");
                assertTrue(work.acknowledgedCount() > 5, "sync " + n + ": ingest did not go on");
            }
            failed += more ? 1 : 0;
        }
        assertTrue(failed > 2, failed + " syncs failed");
        System.out.printf("%s syncs failed, none repeated, nothing acknowledged lost%n", failed);
    }

    private static final class FailOneSync implements FaultyDisk.Plan {
        private final int which;
        private final Set<Path> again = new TreeSet<>();
        private int syncs;
        private Path failed;

        FailOneSync(int which) {
            this.which = which;
        }

        @Override
        public Outcome decide(Operation operation, Path path, long number) {
            if (operation == Operation.CREATE && path.equals(failed)) {
                failed = Path.of("/another/file/under/that/name");
            }
            if (operation != Operation.SYNC) {
                return Outcome.DONE;
            }
            if (path.equals(failed)) {
                again.add(path);
            }
            if (++syncs != which) {
                return Outcome.DONE;
            }
            failed = path;
            return Outcome.FAILS;
        }
    }
}
