package strata.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import strata.base.Await;
import strata.base.FaultyDisk;
import strata.base.FaultyDisk.Operation;
import strata.base.RecordingMetrics;
import strata.base.StorageException;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

class GroupCommitTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private FaultyDisk disk;
    private RecordingMetrics metrics;

    @BeforeEach
    void makeDisk() {
        disk = new FaultyDisk();
        metrics = new RecordingMetrics();
    }

    private SegmentLog open() throws IOException {
        return SegmentLog.open(
                disk, Records.DIRECTORY, Records.options().withStarterBytes(200 << 10), metrics);
    }

    /** From now on syncs of segment files wait until they are let through. */
    private Semaphore holdSyncs(CountDownLatch reached) {
        Semaphore permits = new Semaphore(0);
        disk.hook((operation, path) -> {
            if (operation == Operation.SYNC
                    && Thread.currentThread().getName().startsWith("committer")) {
                reached.countDown();
                permits.acquireUninterruptibly();
            }
        });
        return permits;
    }

    private static ExecutorService committers() {
        return Executors.newCachedThreadPool(task -> new Thread(task, "committer"));
    }

    @Test
    void commitsThatWaitShareOneSync() throws Exception {
        ExecutorService threads = committers();
        try (SegmentLog log = open()) {
            Records.put(log, 1, 10);
            CountDownLatch syncing = new CountDownLatch(1);
            Semaphore permits = holdSyncs(syncing);
            Future<RecordLocation> leader = threads.submit(() -> Records.put(log, 2, 10));
            assertTrue(syncing.await(30, TimeUnit.SECONDS));
            double observed = metrics.observations("strata_segment_sync_batch_records");
            List<Future<RecordLocation>> followers = new ArrayList<>();
            for (int i = 3; i <= 10; i++) {
                long sequence = i;
                followers.add(threads.submit(() -> Records.put(log, sequence, 10)));
            }
            // Header of 128 and body, attributes, table: all nine are appended.
            Await.until(
                    "nine records are appended",
                    LIMIT,
                    () -> log.highestSequence(Records.SITE).orElse(0) == 10
                            && metrics.sum("strata_segment_append_bytes_total") >= 10 * 160);
            permits.release(2);
            leader.get();
            for (Future<RecordLocation> follower : followers) {
                follower.get();
            }
            assertEquals(
                    observed + 2,
                    metrics.observations("strata_segment_sync_batch_records"),
                    "one sync for the leader, one for all the others");
            assertEquals(10, metrics.sum("strata_segment_sync_batch_records"));
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void theNextObjectIsTakenWhileTheSyncRuns() throws Exception {
        ExecutorService threads = committers();
        try (SegmentLog log = open()) {
            CountDownLatch syncing = new CountDownLatch(1);
            Commit first = Records.prepare(log, 1, 100);
            Semaphore permits = holdSyncs(syncing);
            Future<RecordLocation> waiting = threads.submit(first::await);
            assertTrue(syncing.await(30, TimeUnit.SECONDS));
            Commit second = Records.prepare(log, 2, 100);
            assertFalse(waiting.isDone());
            assertThrows(
                    StorageException.class,
                    () -> log.open(second.location()),
                    "not durable, so not readable");
            permits.release(10);
            waiting.get();
            Records.check(log, second.await(), 2, 100);
            Records.check(log, first.await(), 1, 100);
        } finally {
            threads.shutdownNow();
        }
    }

    private static CompletableFuture<RecordLocation> told(Commit commit) {
        CompletableFuture<RecordLocation> told = new CompletableFuture<>();
        commit.onDurable(new CommitListener() {
            @Override
            public void committed(RecordLocation location) {
                told.complete(location);
            }

            @Override
            public void failed(StorageException cause) {
                told.completeExceptionally(cause);
            }
        });
        return told;
    }

    @Test
    void listenersHearOfSuccessWithoutAnyThreadWaiting() throws Exception {
        try (SegmentLog log = open()) {
            List<CompletableFuture<RecordLocation>> all = new ArrayList<>();
            for (int i = 1; i <= 50; i++) {
                all.add(told(Records.prepare(log, i, i % 5 == 0 ? 40_000 : 50)));
            }
            for (int i = 1; i <= 50; i++) {
                RecordLocation at = all.get(i - 1).get(30, TimeUnit.SECONDS);
                Records.check(log, at, i, i % 5 == 0 ? 40_000 : 50);
            }
        }
    }

    @Test
    void nobodyOfAFailedBatchIsAcknowledgedAndTheNextGoElsewhere() throws Exception {
        try (SegmentLog log = open()) {
            RecordLocation before = Records.put(log, 1, 100);
            Commit a = Records.prepare(log, 2, 100);
            Commit b = Records.prepare(log, 3, 100);
            // Only the batch: the next segment is prepared and synced by a thread of the log.
            String segment = SegmentFormat.fileName(a.location().segment());
            AtomicBoolean failed = new AtomicBoolean();
            disk.plan((operation, path, number) -> operation == Operation.SYNC
                            && path.endsWith(segment)
                            && failed.compareAndSet(false, true)
                    ? FaultyDisk.Outcome.FAILS
                    : FaultyDisk.Outcome.DONE);
            StorageException thrown = assertThrows(StorageException.class, a::await);
            assertEquals(StorageException.Kind.FAILED, thrown.kind());
            assertThrows(StorageException.class, b::await);
            assertThrows(StorageException.class, a::await, "and again");
            assertTrue(told(b).isCompletedExceptionally());
            assertThrows(StorageException.class, () -> log.open(a.location()));

            RecordLocation after = Records.put(log, 4, 100);
            assertTrue(after.segment() != before.segment());
            Records.check(log, before, 1, 100);
            Records.check(log, after, 4, 100);
            assertTrue(log.segment(before.segment()).retired());
            assertEquals(1, metrics.sum("strata_segment_retired_total"));
        }
        try (SegmentLog log = open()) {
            List<Long> seen = new ArrayList<>();
            for (SegmentInfo info : log.segments()) {
                log.scan(info.id(), 0, (at, header) -> seen.add(header.id().sequence()));
            }
            assertEquals(List.of(1L, 4L), seen, "what was refused stays invisible");
        }
    }

    @Test
    void tellsOfEveryAdvance() throws Exception {
        try (SegmentLog log = open()) {
            ConcurrentLinkedQueue<Long> heard = new ConcurrentLinkedQueue<>();
            DurableListener listener = (segment, end) -> heard.add(end);
            log.addListener(listener);
            long seen = log.durableAdvances();
            assertEquals(seen, log.awaitDurable(seen, Duration.ofMillis(1)));
            RecordLocation at = Records.put(log, 1, 100);
            assertTrue(log.awaitDurable(seen, LIMIT) > seen);
            assertEquals(
                    List.of(log.segment(at.segment()).durableLengthBytes()), List.copyOf(heard));
            log.removeListener(listener);
            Records.put(log, 2, 100);
            assertEquals(1, heard.size());
        }
    }

    @Test
    void publishesItsMetrics() throws Exception {
        try (SegmentLog log = open()) {
            Records.put(log, 1, 1000);
        }
        assertTrue(metrics.sum("strata_segment_append_bytes_total") > 1128);
        assertTrue(metrics.observations("strata_segment_sync_seconds") >= 1);
        assertTrue(metrics.gauges().contains("strata_segment_usable_bytes"));
    }
}
