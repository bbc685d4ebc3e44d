package strata.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.StorageException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

class ConcurrencyTest {
    private static final int WRITERS = 8;
    private static final int EACH = 60;

    @TempDir
    Path directory;

    private SegmentLog open(SegmentLogOptions options) throws IOException {
        return SegmentLog.open(new LocalDisk(), directory, options, Metrics.none());
    }

    private static int lengthOf(long sequence) {
        Random random = new Random(sequence * 31);
        return random.nextInt(6) == 0 ? random.nextInt(300_000) : random.nextInt(20_000);
    }

    @Test
    void eightWritersWithReadersCompactionAndAborts() throws Exception {
        Map<Long, RecordLocation> stored = new ConcurrentHashMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS + 1);
        AtomicLong sequence = new AtomicLong();
        try (SegmentLog log = open(Records.options().withLanes(2, 3))) {
            List<Future<?>> running = new ArrayList<>();
            for (int w = 0; w < WRITERS; w++) {
                running.add(threads.submit(() -> {
                    for (int i = 0; i < EACH; i++) {
                        writeOne(log, sequence.incrementAndGet(), stored);
                    }
                    return null;
                }));
            }
            running.add(threads.submit(() -> {
                compactSome(log, stored);
                return null;
            }));
            for (Future<?> one : running) {
                one.get();
            }
            checkAll(log, stored);
        } finally {
            threads.shutdownNow();
        }
        try (SegmentLog log = open(Records.options())) {
            assertEquals(List.of(), log.recovery().findings());
            checkAll(log, stored);
        }
    }

    private static void writeOne(SegmentLog log, long sequence, Map<Long, RecordLocation> stored)
            throws IOException {
        try (RecordWriter writer = Records.begin(log, sequence, lengthOf(sequence))) {
            if (sequence % 11 == 0) {
                return;
            }
            RecordLocation at = writer.commit(Records.attributes(sequence));
            Records.check(log, at, sequence, lengthOf(sequence));
            stored.put(sequence, at);
        }
    }

    /** Copies and reads while others append; deletes nothing that others may just be reading. */
    private static void compactSome(SegmentLog log, Map<Long, RecordLocation> stored)
            throws IOException {
        for (int i = 0; i < 20; i++) {
            for (Map.Entry<Long, RecordLocation> one : stored.entrySet()) {
                if (one.getKey() % 7 == i % 7) {
                    RecordLocation copy =
                            log.relocate(one.getValue(), bytes -> {}).await();
                    Records.check(log, copy, one.getKey(), lengthOf(one.getKey()));
                    stored.put(one.getKey(), copy);
                    break;
                }
            }
            for (SegmentInfo info : log.segments()) {
                log.scan(info.id(), 0, (at, header) -> true);
            }
        }
    }

    private static void checkAll(SegmentLog log, Map<Long, RecordLocation> stored)
            throws IOException {
        assertEquals(WRITERS * EACH - WRITERS * EACH / 11, stored.size());
        for (Map.Entry<Long, RecordLocation> one : stored.entrySet()) {
            Records.check(log, one.getValue(), one.getKey(), lengthOf(one.getKey()));
        }
    }

    @Test
    void slowWritersOfLargeBodiesBlockNobodyWithSmallOnes() throws Exception {
        SegmentLogOptions options =
                Records.options().withLanes(1, 2).withLaneTimeout(Duration.ofMillis(20));
        try (SegmentLog log = open(options);
                RecordWriter slow = Records.begin(log, 1, 50_000);
                RecordWriter slower = Records.begin(log, 2, 60_000)) {
            Records.check(log, Records.put(log, 3, 100), 3, 100);
            StorageException e =
                    assertThrows(StorageException.class, () -> Records.begin(log, 4, 70_000));
            assertEquals(StorageException.Kind.UNAVAILABLE, e.kind());
            RecordLocation first = slow.commit(Records.attributes(1));
            Records.check(log, first, 1, 50_000);
            Records.check(log, Records.put(log, 5, 70_000), 5, 70_000);
            Records.check(log, slower.commit(Records.attributes(2)), 2, 60_000);
        }
    }

    @Test
    void streamsABodyLargerThanTheHeapAllows() throws Exception {
        // Far beyond a segment's length; the writer holds a block table and two small buffers.
        long blocks = 1600;
        ByteBuffer block = ByteBuffer.allocateDirect(64 << 10);
        Random random = new Random(3);
        byte[] content = new byte[64 << 10];
        random.nextBytes(content);
        block.put(content);
        try (SegmentLog log = open(Records.options())) {
            RecordLocation at;
            long used = usedHeap();
            try (RecordWriter writer = log.begin(RecordKind.OBJECT, Records.id(1))) {
                for (long i = 0; i < blocks; i++) {
                    block.putLong(0, i).clear();
                    writer.write(block);
                }
                at = writer.commit(new byte[0]);
            }
            assertTrue(usedHeap() - used < 48 << 20, "heap grew by the body");
            try (RecordReader reader = log.open(at, Records.id(1))) {
                assertEquals(blocks * content.length, reader.header().bodyLengthBytes());
                ByteBuffer number = ByteBuffer.allocate(8);
                for (long i = 0; i < blocks; i += 777) {
                    reader.read(number.clear(), i * content.length);
                    assertEquals(i, number.getLong(0));
                }
                reader.verify();
            }
        }
    }

    private static long usedHeap() {
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
