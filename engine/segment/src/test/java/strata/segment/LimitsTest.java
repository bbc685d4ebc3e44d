package strata.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.base.FaultyDisk;
import strata.base.Metrics;
import strata.base.StorageException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A full disk, misuse, what must be kept when segments go, and the golden file. */
class LimitsTest {
    private static final String GOLDEN = "/golden/segment-v1.seg";

    @Test
    void aFullDiskRefusesAndRecoversWithoutRestart() throws IOException {
        for (int seed = 0; seed < 50; seed++) {
            FaultyDisk disk = new FaultyDisk(seed);
            List<RecordLocation> stored = new ArrayList<>();
            try (SegmentLog log = Records.inline(disk)) {
                stored.add(Records.put(log, 1, 40_000));
                disk.capacityBytes(disk.totalBytes(Records.DIRECTORY)
                        - disk.usableBytes(Records.DIRECTORY)
                        + 1000L * seed);
                StorageException e = null;
                for (int i = 2; e == null; i++) {
                    e = putOrFail(log, stored, i);
                }
                assertEquals(StorageException.Kind.FULL, e.kind(), "seed " + seed);
                checkAll(log, stored);
                disk.capacityBytes(1L << 30);
                stored.add(Records.put(log, stored.size() + 1, 50_000));
                checkAll(log, stored);
            }
            try (SegmentLog log = Records.inline(disk)) {
                checkAll(log, stored);
            }
        }
    }

    private static StorageException putOrFail(
            SegmentLog log, List<RecordLocation> stored, int sequence) throws IOException {
        try {
            stored.add(Records.put(log, sequence, lengthOf(sequence)));
            return null;
        } catch (StorageException e) {
            return e;
        }
    }

    private static int lengthOf(int sequence) {
        return sequence % 2 == 0 ? 50_000 : 40_000;
    }

    private static void checkAll(SegmentLog log, List<RecordLocation> stored) throws IOException {
        for (int i = 0; i < stored.size(); i++) {
            int sequence = i + 1;
            boolean last = sequence == stored.size() && sequence > 1;
            try (RecordReader reader = log.open(stored.get(i), Records.id(sequence))) {
                assertTrue(last || reader.header().bodyLengthBytes() == lengthOf(sequence));
                reader.verify();
            }
        }
    }

    @Test
    void theReserveIsKept() throws IOException {
        FaultyDisk disk = new FaultyDisk();
        disk.capacityBytes(1 << 20);
        SegmentLogOptions options = Records.options().withReserveBytes(600 << 10);
        try (SegmentLog log = SegmentLog.open(
                disk, Records.DIRECTORY, options, Metrics.none(), Background.inline())) {
            StorageException e = null;
            for (int i = 1; e == null && i < 1000; i++) {
                e = putOrFail(log, new ArrayList<>(), i);
            }
            assertTrue(e != null && e.kind() == StorageException.Kind.FULL);
            assertTrue(disk.usableBytes(Records.DIRECTORY) > 400 << 10);
            disk.capacityBytes(4 << 20);
            Records.check(log, Records.put(log, 2000, 100), 2000, 100);
        }
    }

    @Test
    void numbersAndSequencesSurviveTheDeletionOfAllSegments() throws IOException {
        FaultyDisk disk = new FaultyDisk();
        long highestSegment = 0;
        for (int round = 0; round < 4; round++) {
            try (SegmentLog log = Records.inline(disk)) {
                assertEquals(
                        round * 10L, log.highestSequence(Records.SITE).orElse(0), "round " + round);
                RecordLocation at = Records.put(log, round * 10 + 10, 100);
                assertTrue(at.segment() > highestSegment, "round " + round);
                highestSegment = at.segment();
            }
            try (SegmentLog log = Records.inline(disk)) {
                for (SegmentInfo info : log.segments()) {
                    if (info.sealed()) {
                        log.delete(info.id());
                    }
                }
            }
            Records.inline(disk).close();
        }
        assertTrue(disk.list(Records.DIRECTORY).size() <= 3, disk.list(Records.DIRECTORY) + "");
    }

    @Test
    void misuseIsRefused() throws IOException {
        FaultyDisk disk = new FaultyDisk();
        SegmentLog log = Records.inline(disk);
        RecordLocation at = Records.put(log, 1, 10);
        RecordLocation open;
        try (RecordWriter writer = Records.begin(log, 2, 10)) {
            assertThrows(IllegalArgumentException.class, () -> writer.commit(new byte[65_537]));
            open = writer.commit(new byte[65_536]);
            assertThrows(IllegalStateException.class, () -> writer.write(ByteBuffer.allocate(1)));
            assertThrows(IllegalStateException.class, () -> writer.commit(new byte[0]));
            writer.abort();
        }
        RecordReader reader = log.open(at);
        ByteBuffer one = ByteBuffer.allocate(1);
        assertThrows(IndexOutOfBoundsException.class, () -> reader.read(one, 10));
        reader.close();
        reader.close();
        assertThrows(IllegalStateException.class, () -> reader.read(one, 0));
        assertThrows(StorageException.class, () -> log.delete(open.segment()), "still open");
        assertThrows(StorageException.class, () -> log.open(new RecordLocation(99, 4096)));
        assertThrows(
                StorageException.class, () -> log.open(new RecordLocation(at.segment(), 1 << 20)));
        RecordWriter late = Records.begin(log, 3, 50_000);
        log.close();
        log.close();
        assertThrows(StorageException.class, () -> late.commit(new byte[0]));
        late.close();
        assertThrows(StorageException.class, () -> Records.put(log, 4, 10));
        assertThrows(StorageException.class, () -> log.open(at));
        assertThrows(
                IllegalArgumentException.class,
                () -> SegmentLogOptions.defaults().withSegmentBytes(100));
    }

    /** A scan can stop and go on later where it stopped, also in a segment that grows. */
    @Test
    void tailsAGrowingSegment() throws IOException {
        FaultyDisk disk = new FaultyDisk();
        try (SegmentLog log = Records.inline(disk)) {
            List<Long> seen = new ArrayList<>();
            RecordVisitor two = (at, header) -> {
                seen.add(header.id().sequence());
                return seen.size() % 2 != 0;
            };
            long segment = Records.put(log, 1, 100).segment();
            Records.put(log, 2, 100);
            Records.put(log, 3, 100);
            long next = log.scan(segment, 0, two);
            assertEquals(List.of(1L, 2L), seen);
            Commit unsynced = Records.prepare(log, 4, 100);
            next = log.scan(segment, next, two);
            assertEquals(List.of(1L, 2L, 3L), seen);
            assertEquals(next, log.scan(segment, next, two));
            unsynced.await();
            log.scan(segment, next, two);
            assertEquals(List.of(1L, 2L, 3L, 4L), seen);
        }
    }

    private static byte[] makeGolden(List<RecordLocation> at) throws IOException {
        FaultyDisk disk = new FaultyDisk();
        SegmentLogOptions options = Records.options().withStarterBytes(0);
        try (SegmentLog log = SegmentLog.open(
                disk, Records.DIRECTORY, options, Metrics.none(), Background.inline())) {
            at.add(Records.put(log, 1, 0));
            at.add(Records.put(log, 2, 21));
            try (RecordWriter writer = log.begin(RecordKind.TOMBSTONE, Records.id(3))) {
                at.add(writer.commit(new byte[0]));
            }
        }
        return disk.content(Records.DIRECTORY.resolve(SegmentFormat.fileName(1)));
    }

    /** The bytes of version 1 stay as they are, and stay readable. */
    @Test
    void goldenBytes() throws IOException {
        byte[] golden;
        try (InputStream in = LimitsTest.class.getResourceAsStream(GOLDEN)) {
            golden = in.readAllBytes();
        }
        List<RecordLocation> at = new ArrayList<>();
        assertArrayEquals(golden, makeGolden(at));
        FaultyDisk disk = new FaultyDisk();
        disk.createDirectories(Records.DIRECTORY);
        disk.create(Records.DIRECTORY.resolve(SegmentFormat.fileName(1))).close();
        disk.replace(Records.DIRECTORY.resolve(SegmentFormat.fileName(1)), golden);
        try (SegmentLog log = Records.inline(disk)) {
            assertEquals(List.of(), log.recovery().findings());
            Records.check(log, at.get(0), 1, 0);
            Records.check(log, at.get(1), 2, 21);
            try (RecordReader reader = log.open(at.get(2), Records.id(3))) {
                assertEquals(RecordKind.TOMBSTONE, reader.header().kind());
                assertEquals(Records.CLOCK.instant(), reader.header().appendedAt());
            }
        }
    }
}
