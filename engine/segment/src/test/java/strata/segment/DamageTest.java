package strata.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import strata.base.ByteRange;
import strata.base.CorruptDataException;
import strata.base.Digest;
import strata.base.FaultyDisk;
import strata.base.FormatException;
import strata.base.Metrics;
import strata.base.StorageException;
import strata.segment.RecoveryReport.Kind;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Every kind of damage at rest is noticed, named, and no wrong byte is given. */
class DamageTest {
    private static final int[] LENGTHS = {300, 70_000, 0, 5000};

    private FaultyDisk disk;
    private final List<RecordLocation> at = new ArrayList<>();

    @BeforeEach
    void makeSegments() throws IOException {
        disk = new FaultyDisk();
        at.clear();
    }

    /** All four records in one sealed segment; the streamed one comes by copying. */
    private Path sealedSegment() throws IOException {
        try (SegmentLog log = log(200 << 10)) {
            for (int i = 0; i < LENGTHS.length; i++) {
                at.add(Records.put(log, i + 1, LENGTHS[i]));
            }
            assertEquals(
                    1, at.stream().mapToLong(RecordLocation::segment).distinct().count());
        }
        return fileOf(at.get(0));
    }

    private SegmentLog log(int smallBodyBytes) throws IOException {
        return SegmentLog.open(
                disk,
                Records.DIRECTORY,
                Records.options().withStarterBytes(150 << 10).withSmallBodyBytes(smallBodyBytes),
                Metrics.none(),
                Background.inline());
    }

    private static Path fileOf(RecordLocation location) {
        return Records.DIRECTORY.resolve(SegmentFormat.fileName(location.segment()));
    }

    /** Reads and verifies everything as a scrub does; whether all was sound. */
    private boolean isSound(SegmentLog log) throws IOException {
        boolean[] sound = {log.recovery().findings().isEmpty()};
        for (SegmentInfo info : log.segments()) {
            log.scan(info.id(), 0, new RecordVisitor() {
                @Override
                public boolean visit(RecordLocation location, RecordHeader header) {
                    return true;
                }

                @Override
                public void damaged(long segment, ByteRange range, CorruptDataException cause) {
                    sound[0] = false;
                }
            });
        }
        for (int i = 0; i < LENGTHS.length; i++) {
            try {
                Records.check(log, at.get(i), i + 1, LENGTHS[i]);
            } catch (CorruptDataException | StorageException expected) {
                sound[0] = false;
            }
        }
        return sound[0];
    }

    @Test
    void aFlippedBitIsDetectedWhereverItIs() throws IOException {
        Path file = sealedSegment();
        byte[] whole = disk.content(file);
        try (SegmentLog log = log(200 << 10)) {
            assertTrue(isSound(log));
        }
        Random random = new Random(1);
        List<Integer> offsets = new ArrayList<>();
        for (int i = 0; i < 48; i++) {
            offsets.add(i);
        }
        for (RecordLocation one : at) {
            for (int i = 0; i < RawHeader.LENGTH_BYTES; i++) {
                offsets.add((int) one.offset() + i);
            }
        }
        for (int i = 0; i < 150; i++) {
            offsets.add(random.nextInt(whole.length));
            offsets.add(whole.length - 1 - random.nextInt(420));
        }
        for (int offset : offsets) {
            int bit = random.nextInt(8);
            disk.replace(file, whole);
            disk.flipBit(file, offset, bit);
            String where = "bit " + bit + " of offset " + offset + " flipped";
            try (SegmentLog log = log(200 << 10)) {
                assertFalse(isSound(log), where);
            } catch (FormatException e) {
                throw new AssertionError(where, e);
            }
        }
    }

    @Test
    void zeroedPagesAndTruncationAreDetected() throws IOException {
        Path file = sealedSegment();
        byte[] whole = disk.content(file);
        for (int page = 0; page * 4096 < whole.length; page++) {
            byte[] damaged = whole.clone();
            Arrays.fill(damaged, page * 4096, Math.min(whole.length, (page + 1) * 4096), (byte) 0);
            disk.replace(file, damaged);
            try (SegmentLog log = log(200 << 10)) {
                assertFalse(isSound(log), "page " + page + " zeroed");
            }
            disk.replace(file, Arrays.copyOf(whole, page * 4096 + 77));
            try (SegmentLog log = log(200 << 10)) {
                assertFalse(isSound(log), "cut in page " + page);
            }
            // Recovery may have removed or sealed what was left; begin again.
            restore(file, whole);
        }
    }

    private void restore(Path file, byte[] whole) throws IOException {
        if (!disk.exists(file)) {
            disk.create(file).close();
            disk.syncDirectory(Records.DIRECTORY);
        }
        disk.replace(file, whole);
    }

    @Test
    void damageNamesFileAndOffset() throws IOException {
        Path file = sealedSegment();
        long offset = at.get(1).offset() + RawHeader.LENGTH_BYTES + 65_536 + 17;
        disk.flipBit(file, offset, 3);
        try (SegmentLog log = log(200 << 10);
                RecordReader reader = log.open(at.get(1))) {
            ByteBuffer first = ByteBuffer.allocate(65_536);
            reader.read(first, 0);
            CorruptDataException e = assertThrows(
                    CorruptDataException.class, () -> reader.read(ByteBuffer.allocate(1), 65_536));
            assertTrue(e.where().contains(file.toString()), e.where());
            assertEquals(offset - 17, e.offset());
            assertThrows(
                    CorruptDataException.class, () -> reader.read(ByteBuffer.allocate(70_000), 0));
            assertThrows(
                    CorruptDataException.class,
                    () -> log.verify(
                            at.get(1),
                            Records.id(2),
                            Digest.ofBytes(Records.content(2, LENGTHS[1]))));
        }
    }

    @Test
    void aValidRecordInTheWrongPlaceIsNoticed() throws IOException {
        Path file = sealedSegment();
        byte[] content = disk.content(file);
        // The first record over the last one, and back: both are whole in themselves.
        int from = (int) at.get(0).offset();
        int to = (int) at.get(3).offset();
        byte[] swapped = content.clone();
        System.arraycopy(content, from, swapped, to, 400);
        disk.replace(file, swapped);
        try (SegmentLog log = log(200 << 10)) {
            assertThrows(CorruptDataException.class, () -> log.open(at.get(3)));
            Records.check(log, at.get(0), 1, LENGTHS[0]);
        }
    }

    @Test
    void anotherFileUnderTheNameIsRefused() throws IOException {
        Path file = sealedSegment();
        byte[] content = disk.content(file);
        Path other = Records.DIRECTORY.resolve(SegmentFormat.fileName(77));
        disk.create(other).close();
        disk.replace(other, content);
        FormatException e = assertThrows(FormatException.class, () -> Records.inline(disk));
        assertEquals(FormatException.Kind.WRONG_FILE, e.kind());
    }

    @Test
    void aNewerVersionIsRefusedAndLeftUntouched() throws IOException {
        Path file = sealedSegment();
        byte[] content = disk.content(file);
        ByteBuffer page = ByteBuffer.wrap(content);
        page.putInt(12, SegmentFormat.VERSION + 1);
        page.putInt(4092, SegmentFormat.crc(page, 0, 4092));
        disk.replace(file, content);
        // An unsealed one beside it must not be touched either.
        Path torn = Records.DIRECTORY.resolve(SegmentFormat.fileName(1 << 20));
        disk.create(torn).close();
        long mutations = disk.mutations();
        FormatException e = assertThrows(FormatException.class, () -> Records.inline(disk));
        assertEquals(FormatException.Kind.TOO_NEW, e.kind());
        assertArrayEquals(content, disk.content(file));
        assertEquals(mutations + 1, disk.mutations(), "only the directory was made sure of");
    }

    /** The process dies without closing: three durable records, the middle one then damaged. */
    @Test
    void damageInTheMiddleOfAnUnsealedSegmentIsReportedNotCut() throws IOException {
        SegmentLog dying = log(200 << 10);
        for (int i = 0; i < LENGTHS.length; i++) {
            at.add(Records.put(dying, i + 1, LENGTHS[i]));
        }
        disk.crash(1);
        Path file = fileOf(at.get(0));
        disk.flipBit(file, at.get(1).offset() + 9, 0);
        try (SegmentLog log = log(200 << 10)) {
            List<RecoveryReport.Finding> damage = log.recovery().findings(Kind.DAMAGED);
            assertEquals(1, damage.size(), log.recovery().toString());
            ByteRange range = damage.get(0).range();
            assertEquals(at.get(1).offset(), range.offset());
            // Of what lies before the next record only the padding can be sound.
            assertTrue(range.lengthBytes() > LENGTHS[1], range.toString());
            assertTrue(range.end() <= at.get(2).offset(), range.toString());
            assertThrows(CorruptDataException.class, () -> log.open(at.get(1)));
            for (int i : new int[] {0, 2, 3}) {
                Records.check(log, at.get(i), i + 1, LENGTHS[i]);
            }
        }
    }

    @Test
    void aDamagedFooterIsWrittenAnewWithoutLoss() throws IOException {
        Path file = sealedSegment();
        disk.flipBit(file, disk.content(file).length - 20, 1);
        try (SegmentLog log = log(200 << 10)) {
            assertEquals(1, log.recovery().findings(Kind.FOOTER_REWRITTEN).size());
            for (int i = 0; i < LENGTHS.length; i++) {
                Records.check(log, at.get(i), i + 1, LENGTHS[i]);
            }
        }
        try (SegmentLog log = log(200 << 10)) {
            assertEquals(List.of(), log.recovery().findings());
        }
    }

    @Test
    void randomFilesEndInAReportOrATypedError() throws IOException {
        for (int seed = 0; seed < 300; seed++) {
            FaultyDisk other = new FaultyDisk(seed);
            other.createDirectories(Records.DIRECTORY);
            Random random = new Random(seed);
            byte[] content = new byte[random.nextInt(20_000)];
            random.nextBytes(content);
            if (random.nextBoolean() && content.length > 4096) {
                byte[] page = new byte[4096];
                SegmentFormat.segmentPage(1, 5, 6, 0).get(page);
                System.arraycopy(page, 0, content, 0, 4096);
            }
            Path file = Records.DIRECTORY.resolve(SegmentFormat.fileName(1));
            other.create(file).close();
            other.replace(file, content);
            try (SegmentLog log = Records.inline(other)) {
                RecordLocation at = Records.put(log, 1, 10);
                Records.check(log, at, 1, 10);
            }
        }
    }
}
