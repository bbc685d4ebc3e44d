package strata.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Digest;
import strata.base.Uid;
import strata.catalog.VersionEntry;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Compaction while objects come in: it keeps to its rate, space comes back, nothing is lost, and
 * the time of an ingest is printed beside that without compaction. More of it:
 *
 * <pre>./strata test CompactionUnderLoadTest -Dstrata.compaction.objects=4000</pre>
 */
class CompactionUnderLoadTest {
    private static final int OBJECTS = Integer.getInteger("strata.compaction.objects", 250);
    private static final long RATE = 4L << 20;
    private static final int COLUMNS = 180;

    @TempDir
    Path dir;

    private final Map<Uid, Digest> kept = new HashMap<>();
    private int number;

    private long[] ingest(TestStore store, int count) throws IOException {
        long[] nanos = new long[count];
        for (int i = 0; i < count; i++) {
            Uid instance = new Uid("1.2.3.1.1." + ++number);
            long start = System.nanoTime();
            IngestResult result = store.put(TestStore.image(
                    new Uid("1.2.3.1"), new Uid("1.2.3.1.1"), instance, COLUMNS, number));
            nanos[i] = System.nanoTime() - start;
            kept.put(instance, result.digest());
        }
        Arrays.sort(nanos);
        return nanos;
    }

    private static String millis(long[] sorted) {
        return String.format(
                java.util.Locale.ROOT,
                "p50 %.1f ms, p99 %.1f ms",
                sorted[sorted.length / 2] / 1e6,
                sorted[(int) (sorted.length * 0.99)] / 1e6);
    }

    @Test
    void keepsToItsRateWhileObjectsComeIn() throws Exception {
        StoreOptions options =
                StoreOptions.defaults().withCompaction(new CompactionOptions(RATE, 0.25, 0.99));
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (TestStore store = TestStore.open(dir, options)) {
            long[] alone = ingest(store, OBJECTS);
            for (int i = 1; i <= number; i++) {
                if (i % 5 < 3) {
                    store.delete(new Uid("1.2.3.1.1." + i));
                    kept.remove(new Uid("1.2.3.1.1." + i));
                }
            }
            store.purgeAll();
            long start = System.nanoTime();
            Future<Compaction.Report> running =
                    thread.submit(() -> store.store().compaction().run());
            long[] beside = ingest(store, OBJECTS);
            Compaction.Report report = running.get();
            double seconds = (System.nanoTime() - start) / 1e9;
            assertTrue(report.reclaimedBytes() > 1 << 20, report.toString());
            // Each byte is taken from the budget when it is copied and when it is read again.
            assertTrue(
                    2 * report.copiedBytes() <= RATE * (seconds + 1),
                    report + " in " + seconds + " s");
            System.out.printf(
                    "%s objects of %s bytes alone: %s; beside compaction: %s; %s bytes given back,"
                            + " %s moved in %.1f s at %s bytes/s%n",
                    OBJECTS,
                    2 * COLUMNS * COLUMNS,
                    millis(alone),
                    millis(beside),
                    report.reclaimedBytes(),
                    report.copiedBytes(),
                    seconds,
                    RATE);
            for (Map.Entry<Uid, Digest> each : kept.entrySet()) {
                VersionEntry entry = store.catalog().current(each.getKey()).orElseThrow();
                assertEquals(each.getValue(), Digest.ofBytes(store.read(entry)));
            }
            store.catalog().verify();
        } finally {
            thread.shutdownNow();
        }
    }
}
