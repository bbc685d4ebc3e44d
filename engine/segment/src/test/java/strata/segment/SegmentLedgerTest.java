package strata.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Disk;
import strata.base.DiskFile;
import strata.base.FormatException;
import strata.base.LocalDisk;
import strata.base.StorageException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What is known of segments that are gone. */
class SegmentLedgerTest {
    @TempDir
    Path dir;

    private final Disk disk = new LocalDisk();

    private SegmentLog open() throws IOException {
        return SegmentLog.open(disk, dir, Records.options(), strata.base.Metrics.none());
    }

    private Path file(long segment) {
        return dir.resolve(SegmentFormat.fileName(segment));
    }

    /** Stores one record, deletes its segment, and puts the file back as a crash may. */
    private RecordLocation resurrected() throws IOException {
        RecordLocation at;
        try (SegmentLog log = open()) {
            at = Records.put(log, 1, 5000);
            Records.put(log, 2, 90_000);
            log.seal(at.segment());
        }
        byte[] bytes = Files.readAllBytes(file(at.segment()));
        try (SegmentLog log = open()) {
            log.delete(at.segment());
        }
        assertFalse(Files.exists(file(at.segment())));
        Files.write(file(at.segment()), bytes);
        return at;
    }

    @Test
    void aFileThatComesBackIsRemovedAgain() throws IOException {
        RecordLocation at = resurrected();
        try (SegmentLog log = open()) {
            assertEquals(
                    List.of(at.segment()),
                    log.recovery().findings(RecoveryReport.Kind.RESURRECTED).stream()
                            .map(RecoveryReport.Finding::segment)
                            .toList());
            assertThrows(StorageException.class, () -> log.open(at));
        }
        assertFalse(Files.exists(file(at.segment())));
        try (SegmentLog log = open()) {
            assertEquals(List.of(), log.recovery().findings(RecoveryReport.Kind.RESURRECTED));
        }
    }

    @Test
    void noNumberAndNoSequenceIsGivenAgain() throws IOException {
        long highest = 0;
        for (int round = 1; round <= 5; round++) {
            try (SegmentLog log = open()) {
                RecordLocation at = Records.put(log, 100 * round, 5000);
                assertTrue(at.segment() > highest, at + " after " + highest);
                highest = at.segment();
            }
            try (SegmentLog log = open()) {
                log.delete(log.segments().stream().map(SegmentInfo::id).toList());
                assertEquals(100L * round, log.highestSequence(Records.SITE).orElseThrow());
            }
        }
        try (SegmentLog log = open()) {
            assertEquals(500, log.highestSequence(Records.SITE).orElseThrow());
            assertEquals(List.of(), log.segments());
        }
    }

    @Test
    void oneDamagedPageIsSurvivedAndTwoAreSaid() throws IOException {
        RecordLocation at = resurrected();
        Path ledger = dir.resolve(SegmentLedger.NAME);
        flip(ledger, 20);
        assertTrue(SegmentLedger.open(disk, dir).deleted().contains(at.segment()));
        flip(ledger, SegmentFormat.FIRST_RECORD + 20);
        assertEquals(0, SegmentLedger.open(disk, dir).highestNumber());
    }

    @Test
    void aNewerLedgerStopsTheStart() throws IOException {
        resurrected();
        Path ledger = dir.resolve(SegmentLedger.NAME);
        ByteBuffer page = ByteBuffer.wrap(Files.readAllBytes(ledger));
        page.putInt(12, SegmentFormat.VERSION + 1);
        SegmentFormat.closed(page);
        Files.write(ledger, page.array());
        byte[] before = Files.readAllBytes(ledger);
        FormatException e = assertThrows(FormatException.class, this::open);
        assertEquals(FormatException.Kind.TOO_NEW, e.kind());
        assertEquals(ByteBuffer.wrap(before), ByteBuffer.wrap(Files.readAllBytes(ledger)));
    }

    @Test
    void listsTheLastDeletedOnes() throws IOException {
        SegmentLedger ledger = SegmentLedger.open(disk, dir);
        for (long id = 1; id <= 1200; id++) {
            ledger.delete(
                    List.of(Segment.found(
                            id,
                            file(id),
                            0,
                            SegmentState.SEALED,
                            new GroupSync.Extent(SegmentFormat.FIRST_RECORD, 0, 0),
                            java.util.Map.of(Records.SITE, id),
                            java.util.OptionalLong.empty())),
                    id);
        }
        SegmentLedger read = SegmentLedger.open(disk, dir);
        assertEquals(1200, read.highestNumber());
        assertEquals(1200L, read.highest().get(Records.SITE));
        assertTrue(read.deleted().size() > 400, read.deleted().size() + "");
        assertTrue(read.deleted().contains(1200L));
        assertFalse(read.deleted().contains(1L));
    }

    private void flip(Path path, long at) throws IOException {
        try (DiskFile file = disk.open(path)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            file.read(one, at);
            one.put(0, (byte) (one.get(0) ^ 1)).rewind();
            file.write(one, at);
        }
    }
}
