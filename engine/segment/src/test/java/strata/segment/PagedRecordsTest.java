package strata.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Disk;
import strata.base.FaultyDisk;
import strata.base.LocalDisk;
import strata.base.Metrics;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Long records are whole pages; nobody who reads sees a difference. */
class PagedRecordsTest {
    private static final long SEED = 20261122;
    private static final int SMALL_BODY_BYTES = 256 << 10;

    private static SegmentLogOptions options() {
        return Records.options()
                .withSegmentBytes(8 << 20)
                .withStarterBytes(2 << 20)
                .withSmallBodyBytes(SMALL_BODY_BYTES);
    }

    /** Short ones, ones of a write, streamed ones, and all that ends near the end of a page. */
    private static int[] lengths() {
        Random random = new Random(SEED);
        int[] lengths = new int[120];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = switch (i % 4) {
                case 0 -> random.nextInt(20_000);
                case 1 -> 100_000 - random.nextInt(8192);
                case 2 -> (1 << 17) - 300 + 8 * random.nextInt(40);
                default -> SMALL_BODY_BYTES + random.nextInt(2 << 20);
            };
        }
        return lengths;
    }

    private static void writeAndRead(Disk disk, Path directory) throws IOException {
        int[] lengths = lengths();
        List<RecordLocation> at = new ArrayList<>();
        try (SegmentLog log = SegmentLog.open(disk, directory, options(), Metrics.none())) {
            for (int i = 0; i < lengths.length; i++) {
                at.add(Records.put(log, i + 1, lengths[i]));
                Records.check(log, at.get(i), i + 1, lengths[i]);
                boolean isLong = lengths[i] > RecordBuffers.SHORT_BYTES;
                assertTrue(
                        !isLong || at.get(i).offset() % SegmentFormat.PAGE_BYTES == 0,
                        "a record of " + lengths[i] + " bytes begins at " + at.get(i));
            }
        }
        try (SegmentLog log = SegmentLog.open(disk, directory, options(), Metrics.none())) {
            assertEquals(List.of(), log.recovery().findings());
            long records = 0;
            for (SegmentInfo info : log.segments()) {
                records += info.recordCount();
                List<Long> visited = new ArrayList<>();
                log.scan(info.id(), 0, (location, header) -> visited.add(location.offset()));
                assertEquals(info.recordCount(), visited.size(), info.toString());
            }
            assertEquals(lengths.length, records);
            for (int i = 0; i < lengths.length; i++) {
                Records.check(log, at.get(i), i + 1, lengths[i]);
            }
        }
    }

    @Test
    void everyLengthComesBackFromTheModelDisk() throws IOException {
        writeAndRead(new FaultyDisk(), Records.DIRECTORY);
    }

    @Test
    void everyLengthComesBackFromThisMachinesDisk(@TempDir Path directory) throws IOException {
        Path segments = directory.resolve("segments");
        LocalDisk disk = new LocalDisk();
        disk.createDirectories(segments);
        writeAndRead(disk, segments);
    }

    /** The process dies after the last of them was acknowledged. */
    @Test
    void aTornRecordBehindThemIsCutOffWithItsPadding() throws IOException {
        FaultyDisk disk = new FaultyDisk(SEED);
        SegmentLog dying = SegmentLog.open(disk, Records.DIRECTORY, options(), Metrics.none());
        RecordLocation small = Records.put(dying, 1, 700);
        RecordLocation longOne = Records.put(dying, 2, 100_000);
        Records.prepare(dying, 3, 100_001);
        disk.crash(SEED);
        try (SegmentLog log = SegmentLog.open(disk, Records.DIRECTORY, options(), Metrics.none())) {
            Records.check(log, small, 1, 700);
            Records.check(log, longOne, 2, 100_000);
            assertEquals(List.of(), log.recovery().findings(RecoveryReport.Kind.DAMAGED));
        }
    }
}
