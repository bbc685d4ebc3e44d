package strata.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.CorruptDataException;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.ObjectId;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

class SegmentLogTest {
    @TempDir
    Path directory;

    private SegmentLog open() throws IOException {
        return SegmentLog.open(new LocalDisk(), directory, Records.options(), Metrics.none());
    }

    @Test
    void givesBackWhatWasCommittedAlsoAfterReopening() throws IOException {
        int[] lengths = {0, 1, 100, 32 << 10, (32 << 10) + 1, 65536, 131072, 700_001, 5};
        List<RecordLocation> at = new ArrayList<>();
        try (SegmentLog log = open()) {
            for (int i = 0; i < lengths.length; i++) {
                at.add(Records.put(log, i + 1, lengths[i]));
            }
            for (int i = 0; i < lengths.length; i++) {
                Records.check(log, at.get(i), i + 1, lengths[i]);
            }
        }
        try (SegmentLog log = open()) {
            assertTrue(log.recovery().findings().isEmpty(), log.recovery().toString());
            assertEquals(0, log.recovery().replayedRecords());
            assertEquals(lengths.length, log.highestSequence(Records.SITE).orElseThrow());
            for (int i = 0; i < lengths.length; i++) {
                Records.check(log, at.get(i), i + 1, lengths[i]);
            }
            List<RecordLocation> scanned = new ArrayList<>();
            for (SegmentInfo info : log.segments()) {
                log.scan(info.id(), 0, (location, header) -> scanned.add(location));
            }
            assertEquals(
                    at.stream().sorted().toList(), scanned.stream().sorted().toList());
        }
    }

    @Test
    void noticesAnotherObjectsRecord() throws IOException {
        try (SegmentLog log = open()) {
            RecordLocation at = Records.put(log, 1, 100);
            ObjectId other = Records.id(2);
            assertThrows(CorruptDataException.class, () -> log.open(at, other));
        }
    }

    @Test
    void copiesForCompactionAndDeletes() throws IOException {
        try (SegmentLog log = open()) {
            RecordLocation at = Records.put(log, 1, 90_000);
            RecordLocation small = Records.put(log, 2, 90);
            log.seal(at.segment());
            log.seal(small.segment());
            RecordLocation copy = log.relocate(at, bytes -> {}).await();
            try (RecordReader old = log.open(at);
                    RecordReader young = log.open(copy)) {
                assertEquals(old.header(), young.header());
                log.delete(at.segment());
                log.delete(small.segment());
                old.verify();
            }
            Records.check(log, copy, 1, 90_000);
            assertThrows(IOException.class, () -> log.open(at));
        }
        try (SegmentLog log = open()) {
            assertEquals(2, log.highestSequence(Records.SITE).orElseThrow());
        }
    }
}
