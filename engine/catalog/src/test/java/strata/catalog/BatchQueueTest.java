package strata.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import strata.base.Await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;

class BatchQueueTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final ReentrantLock lock = new ReentrantLock();
    private final List<List<CatalogBatch>> writes = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private CatalogBatch refused;

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    private void write(List<BatchQueue.Entry> entries) throws IOException {
        List<CatalogBatch> batches =
                entries.stream().map(BatchQueue.Entry::batch).toList();
        if (batches.contains(refused)) {
            throw new IOException("refused");
        }
        writes.add(batches);
        entries.forEach(entry -> entry.skipped(entry.batch().size()));
    }

    /** Has the batches wait for the lock together, and gives it back. */
    private List<Future<Integer>> apply(BatchQueue queue, List<CatalogBatch> batches)
            throws Exception {
        List<Future<Integer>> out = new ArrayList<>();
        lock.lock();
        try {
            for (CatalogBatch batch : batches) {
                out.add(threads.submit(() -> queue.apply(batch)));
                int waiting = out.size();
                Await.until("a batch waits", LIMIT, () -> lock.getQueueLength() == waiting);
            }
        } finally {
            lock.unlock();
        }
        return out;
    }

    private static List<CatalogBatch> batches(int count) {
        List<CatalogBatch> out = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            CatalogBatch batch = new CatalogBatch();
            for (int step = 0; step < i; step++) {
                batch.removeMark("mark");
            }
            out.add(batch);
        }
        return out;
    }

    @Test
    void whatWaitsBecomesOneWriteInItsOrder() throws Exception {
        List<CatalogBatch> batches = batches(5);
        List<Future<Integer>> applied = apply(new BatchQueue(lock, this::write), batches);
        for (int i = 0; i < 5; i++) {
            assertEquals(i, applied.get(i).get(), "each hears of its own steps");
        }
        assertEquals(List.of(batches), writes);
    }

    @Test
    void aRefusedBatchFailsAlone() throws Exception {
        List<CatalogBatch> batches = batches(4);
        refused = batches.get(2);
        List<Future<Integer>> applied = apply(new BatchQueue(lock, this::write), batches);
        for (int i = 0; i < 4; i++) {
            Future<Integer> each = applied.get(i);
            if (i == 2) {
                Throwable cause =
                        assertThrows(ExecutionException.class, each::get).getCause();
                assertEquals("refused", cause.getMessage());
            } else {
                assertEquals(i, each.get());
            }
        }
        assertEquals(3, writes.size(), "one by one after all of them were refused");
    }

    @Test
    void anErrorLeavesNobodyWaiting() throws Exception {
        Error error = new AssertionError("out of luck");
        BatchQueue queue = new BatchQueue(lock, entries -> {
            throw error;
        });
        List<Future<Integer>> applied = apply(queue, batches(3));
        Throwable first =
                assertThrows(ExecutionException.class, applied.get(0)::get).getCause();
        assertSame(error, first, "who met it");
        for (Future<Integer> other : applied.subList(1, 3)) {
            Throwable cause = assertThrows(ExecutionException.class, other::get).getCause();
            assertEquals("the batch was not applied", cause.getMessage());
        }
        assertEquals(0, lock.getQueueLength());
    }
}
