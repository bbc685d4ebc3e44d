package strata.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.CorruptDataException;
import strata.base.Digest;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.ObjectId;
import strata.base.SiteId;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class SegmentLogTest {
    private static final SiteId SITE = new SiteId(7);
    private static final SegmentLogOptions SMALL = SegmentLogOptions.defaults()
            .withSegmentBytes(256 << 10)
            .withStarterBytes(64 << 10)
            .withSmallBodyBytes(32 << 10)
            .withReserveBytes(0);

    @TempDir
    Path directory;

    private SegmentLog open() throws IOException {
        return SegmentLog.open(new LocalDisk(), directory, SMALL, Metrics.none());
    }

    private static byte[] content(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static RecordLocation put(SegmentLog log, long sequence, int length)
            throws IOException {
        try (RecordWriter writer = log.begin(RecordKind.OBJECT, new ObjectId(SITE, sequence))) {
            byte[] body = content(sequence, length);
            for (int at = 0; at < length; at += 10_000) {
                writer.write(ByteBuffer.wrap(body, at, Math.min(10_000, length - at)));
            }
            return writer.commit(("attributes " + sequence).getBytes());
        }
    }

    private static void check(SegmentLog log, RecordLocation at, long sequence, int length)
            throws IOException {
        ObjectId id = new ObjectId(SITE, sequence);
        try (RecordReader reader = log.open(at, id)) {
            assertEquals(length, reader.header().bodyLengthBytes());
            assertArrayEquals(
                    ("attributes " + sequence).getBytes(), reader.header().attributes());
            ByteBuffer body = ByteBuffer.allocate(length);
            reader.read(body, 0);
            assertArrayEquals(content(sequence, length), body.array());
            if (length > 70_000) {
                ByteBuffer part = ByteBuffer.allocate(70_000 - 5);
                reader.read(part, 5);
                assertEquals(ByteBuffer.wrap(content(sequence, length), 5, 69_995), part.flip());
            }
            log.verify(at, id, Digest.ofBytes(content(sequence, length)));
        }
    }

    @Test
    void givesBackWhatWasCommittedAlsoAfterReopening() throws IOException {
        int[] lengths = {0, 1, 100, 32 << 10, (32 << 10) + 1, 65536, 131072, 700_001, 5};
        List<RecordLocation> at = new ArrayList<>();
        try (SegmentLog log = open()) {
            for (int i = 0; i < lengths.length; i++) {
                at.add(put(log, i + 1, lengths[i]));
            }
            for (int i = 0; i < lengths.length; i++) {
                check(log, at.get(i), i + 1, lengths[i]);
            }
        }
        try (SegmentLog log = open()) {
            assertTrue(log.recovery().findings().isEmpty(), log.recovery().toString());
            assertEquals(0, log.recovery().replayedRecords());
            assertEquals(lengths.length, log.highestSequence(SITE).orElseThrow());
            for (int i = 0; i < lengths.length; i++) {
                check(log, at.get(i), i + 1, lengths[i]);
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
            RecordLocation at = put(log, 1, 100);
            ObjectId other = new ObjectId(SITE, 2);
            assertThrows(CorruptDataException.class, () -> log.open(at, other));
        }
    }

    @Test
    void copiesForCompactionAndDeletes() throws IOException {
        try (SegmentLog log = open()) {
            RecordLocation at = put(log, 1, 90_000);
            RecordLocation small = put(log, 2, 90);
            log.seal(at.segment());
            log.seal(small.segment());
            RecordLocation copy = log.copy(at);
            try (RecordReader old = log.open(at);
                    RecordReader young = log.open(copy)) {
                assertEquals(old.header(), young.header());
                log.delete(at.segment());
                log.delete(small.segment());
                old.verify();
            }
            check(log, copy, 1, 90_000);
            assertThrows(IOException.class, () -> log.open(at));
        }
        try (SegmentLog log = open()) {
            assertEquals(2, log.highestSequence(SITE).orElseThrow());
        }
    }
}
