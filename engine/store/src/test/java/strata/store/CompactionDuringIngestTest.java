package strata.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Digest;
import strata.base.Uid;
import strata.catalog.VersionEntry;
import strata.segment.DurableListener;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A record that is durable and not yet in the catalog looks dead, and must not be compacted away.
 */
class CompactionDuringIngestTest {
    @TempDir
    Path dir;

    @Test
    void compactionWaitsForWhatIsDurableAndNotEnteredYet() throws Exception {
        CountDownLatch durable = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        DurableListener pause = (segment, end) -> {
            durable.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (TestStore store = TestStore.open(dir)) {
            store.store().segments().addListener(pause);
            Future<IngestResult> ingest = threads.submit(() -> store.put(TestStore.image(
                    new Uid("1.2.3"), new Uid("1.2.3.1"), new Uid("1.2.3.1.1"), 16, 7)));
            durable.await();
            store.store().segments().removeListener(pause);
            Future<?> compaction = threads.submit(() -> {
                store.store().compaction().all();
                return null;
            });
            assertThrows(TimeoutException.class, () -> compaction.get(300, TimeUnit.MILLISECONDS));
            goOn.countDown();
            IngestResult result = ingest.get();
            compaction.get();
            VersionEntry version = store.catalog().version(result.id()).orElseThrow();
            assertEquals(result.digest(), Digest.ofBytes(store.read(version)));
        } finally {
            goOn.countDown();
            threads.shutdownNow();
        }
    }
}
