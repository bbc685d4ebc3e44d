package strata.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import strata.base.CorruptDataException;
import strata.base.Digest;
import strata.base.FaultyDisk;
import strata.base.StorageException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;

/** A record that is read in one piece: all of it checked, and by one operation of the disk. */
class WholeRecordTest {
    private final FaultyDisk disk = new FaultyDisk();
    private SegmentLog log;
    private int reads;

    @BeforeEach
    void open() throws IOException {
        log = Records.inline(disk);
    }

    @AfterEach
    void close() throws IOException {
        log.close();
    }

    private ByteBuffer read(RecordLocation at, long sequence, int length) throws IOException {
        ByteBuffer into = ByteBuffer.allocateDirect((int) SegmentLog.wholeBytes(length));
        Digest digest = Digest.ofBytes(Records.content(sequence, length));
        log.readWhole(at, Records.id(sequence), digest, length, into);
        return into;
    }

    private void assertReads(RecordLocation at, long sequence, int length) throws IOException {
        ByteBuffer body = read(at, sequence, length);
        byte[] found = new byte[body.remaining()];
        body.get(found);
        assertArrayEquals(Records.content(sequence, length), found, length + " bytes");
    }

    @Test
    void bodiesOfAllLengthsLieBetweenPositionAndLimit() throws Exception {
        int[] lengths = {0, 1, 7, 65_535, 65_536, 65_537, 131_072, 150_000};
        for (int i = 0; i < lengths.length; i++) {
            RecordLocation at = Records.put(log, i + 1, lengths[i]);
            assertReads(at, i + 1, lengths[i]);
        }
    }

    @Test
    void oneReadIsEnough() throws Exception {
        RecordLocation at = Records.put(log, 1, 150_000);
        assertReads(at, 1, 150_000);
        disk.plan((operation, path, number) -> {
            reads += operation == FaultyDisk.Operation.READ ? 1 : 0;
            return FaultyDisk.Outcome.DONE;
        });
        assertReads(at, 1, 150_000);
        assertEquals(1, reads);
    }

    @Test
    void longAttributesCostASecondReadAndAreCheckedToo() throws Exception {
        byte[] attributes = new byte[5000];
        new Random(3).nextBytes(attributes);
        RecordLocation at;
        try (RecordWriter writer = Records.begin(log, 1, 70_000)) {
            at = writer.commit(attributes);
        }
        Records.put(log, 2, 10);
        assertReads(at, 1, 70_000);
        disk.flipBit(file(at), at.offset() + RawHeader.LENGTH_BYTES + 70_000 + 4000, 1);
        assertThrows(CorruptDataException.class, () -> read(at, 1, 70_000));
    }

    @Test
    void everyBitOfARecordCounts() throws Exception {
        int length = 70_000;
        RecordLocation at = Records.put(log, 1, length);
        int whole = RawHeader.LENGTH_BYTES
                + length
                + SegmentFormat.trailerBytes(length, Records.attributes(1).length);
        long seed = 11;
        Random random = new Random(seed);
        for (int i = 0; i < 400; i++) {
            // Header and trailer are short beside the body: each is hit as often.
            int offset = switch (i % 3) {
                case 0 -> random.nextInt(RawHeader.LENGTH_BYTES);
                case 1 -> RawHeader.LENGTH_BYTES + random.nextInt(length);
                default -> whole - 1 - random.nextInt(whole - RawHeader.LENGTH_BYTES - length);
            };
            int bit = random.nextInt(8);
            disk.flipBit(file(at), at.offset() + offset, bit);
            assertThrows(
                    IOException.class,
                    () -> read(at, 1, length),
                    "bit " + bit + " of byte " + offset + ", seed " + seed);
            disk.flipBit(file(at), at.offset() + offset, bit);
        }
        assertReads(at, 1, length);
    }

    private static Path file(RecordLocation at) {
        return Records.DIRECTORY.resolve(SegmentFormat.fileName(at.segment()));
    }

    @Test
    void anotherRecordThanTheExpectedOneIsDamage() throws Exception {
        RecordLocation at = Records.put(log, 1, 1000);
        ByteBuffer into = ByteBuffer.allocateDirect((int) SegmentLog.wholeBytes(2000));
        Digest digest = Digest.ofBytes(Records.content(1, 1000));
        assertThrows(
                CorruptDataException.class,
                () -> log.readWhole(at, Records.id(2), digest, 1000, into));
        assertThrows(
                CorruptDataException.class,
                () -> log.readWhole(at, Records.id(1), Digest.ofBytes(new byte[] {1}), 1000, into));
        assertThrows(
                CorruptDataException.class,
                () -> log.readWhole(at, Records.id(1), digest, 999, into));
        assertThrows(
                CorruptDataException.class,
                () -> log.readWhole(at, Records.id(1), digest, 2000, into));
    }

    @Test
    void whereNothingDurableIsNothingIsRead() throws Exception {
        RecordLocation at = Records.put(log, 1, 1000);
        RecordLocation behind = new RecordLocation(at.segment(), 1 << 20);
        assertThrows(StorageException.class, () -> read(behind, 1, 1000));
        RecordLocation nowhere = new RecordLocation(999, 4096);
        assertThrows(StorageException.class, () -> read(nowhere, 1, 1000));
    }

    @Test
    void readsEndAtBlocksWhereverTheyBegin() {
        int block = SegmentFormat.BLOCK_BYTES;
        assertEquals(4 * block - 400, RecordReader.wholeBlocks(400, 4 * block));
        assertEquals(4 * block, RecordReader.wholeBlocks(4L * block, 4 * block));
        assertEquals(100, RecordReader.wholeBlocks(400, 100));
        assertEquals(2 * block, RecordReader.wholeBlocks(block, 3 * block - 1));
    }
}
