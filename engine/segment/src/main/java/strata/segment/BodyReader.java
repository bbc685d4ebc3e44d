package strata.segment;

import strata.base.CorruptDataException;
import strata.base.Digest;
import strata.base.DiskFile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;

/** Reads a record's body from an open file and checks each block. For one thread at a time. */
final class BodyReader {
    private static final int VERIFY_BYTES = 4 * SegmentFormat.BLOCK_BYTES;

    private final DiskFile file;
    private final Path path;
    private final RawHeader raw;
    private final ByteBuffer trailer;
    private ByteBuffer block;
    private long blockIndex = -1;

    BodyReader(DiskFile file, Path path, RawHeader raw, ByteBuffer trailer) {
        this.file = file;
        this.path = path;
        this.raw = raw;
        this.trailer = trailer;
    }

    void read(ByteBuffer to, long position) throws IOException {
        long length = raw.bodyLengthBytes();
        if (position < 0 || position + to.remaining() > length) {
            throw new IndexOutOfBoundsException(
                    position + " + " + to.remaining() + " of a body of " + length + " bytes");
        }
        long at = position;
        while (to.hasRemaining()) {
            long index = at / SegmentFormat.BLOCK_BYTES;
            int inBlock = (int) (at % SegmentFormat.BLOCK_BYTES);
            if (inBlock == 0 && to.remaining() >= blockLength(index) && index != blockIndex) {
                at += readWhole(to, index);
            } else {
                at += copyPart(to, index, inBlock);
            }
        }
    }

    /** Reads as many whole blocks as fit, in one operation. */
    private int readWhole(ByteBuffer to, long firstIndex) throws IOException {
        int start = to.position();
        int limit = to.limit();
        int whole = 0;
        long last = SegmentFormat.blocks(raw.bodyLengthBytes()) - 1L;
        long index = firstIndex;
        while (index <= last && whole + blockLength(index) <= limit - start) {
            whole += blockLength(index++);
        }
        to.limit(start + whole);
        RecordAccess.fill(
                file, path, to, raw.bodyOffset() + firstIndex * SegmentFormat.BLOCK_BYTES);
        int at = start;
        for (long i = firstIndex; i < index; i++) {
            check(to, at, i);
            at += blockLength(i);
        }
        to.limit(limit).position(start + whole);
        return whole;
    }

    private int copyPart(ByteBuffer to, long index, int inBlock) throws IOException {
        if (index != blockIndex) {
            load(index);
        }
        int count = Math.min(to.remaining(), blockLength(index) - inBlock);
        to.put(to.position(), block, inBlock, count);
        to.position(to.position() + count);
        return count;
    }

    private void load(long index) throws IOException {
        if (block == null) {
            block = ByteBuffer.allocate(
                    (int) Math.min(SegmentFormat.BLOCK_BYTES, raw.bodyLengthBytes()));
        }
        blockIndex = -1;
        block.clear().limit(blockLength(index));
        RecordAccess.fill(file, path, block, raw.bodyOffset() + index * SegmentFormat.BLOCK_BYTES);
        check(block, 0, index);
        blockIndex = index;
    }

    private int blockLength(long index) {
        return (int) Math.min(
                SegmentFormat.BLOCK_BYTES,
                raw.bodyLengthBytes() - index * SegmentFormat.BLOCK_BYTES);
    }

    /** Checks all blocks of a body that stands in memory from an index on. */
    void check(ByteBuffer buffer, int start) throws CorruptDataException {
        int at = start;
        long blocks = SegmentFormat.blocks(raw.bodyLengthBytes());
        for (long index = 0; index < blocks; index++) {
            check(buffer, at, index);
            at += blockLength(index);
        }
    }

    private void check(ByteBuffer buffer, int at, long index) throws CorruptDataException {
        int expected = trailer.getInt(raw.attributesBytes() + (int) (4 * index));
        int found = SegmentFormat.crc(buffer, at, blockLength(index));
        if (expected != found) {
            throw new CorruptDataException(
                    path + " body of " + raw.id(),
                    raw.bodyOffset() + index * SegmentFormat.BLOCK_BYTES,
                    "CRC32C " + SegmentFormat.hex(expected),
                    SegmentFormat.hex(found));
        }
    }

    /** Reads all of it and compares its SHA-256 with the header's. */
    void verify() throws IOException {
        MessageDigest sha256 = Digest.newSha256();
        long length = raw.bodyLengthBytes();
        ByteBuffer buffer = ByteBuffer.allocateDirect((int) Math.min(VERIFY_BYTES, length));
        for (long at = 0; at < length; at += VERIFY_BYTES) {
            buffer.clear().limit((int) Math.min(VERIFY_BYTES, length - at));
            read(buffer, at);
            sha256.update(buffer.flip());
        }
        Digest found = Digest.finish(sha256);
        if (!found.equals(raw.digest())) {
            throw new CorruptDataException(
                    path + " body of " + raw.id(),
                    raw.bodyOffset(),
                    "SHA-256 " + raw.digest(),
                    found);
        }
    }
}
