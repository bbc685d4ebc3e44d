package strata.segment;

import strata.base.Digest;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** SHA-256 of a body and CRC32C of each of its blocks, taken as the bytes go by. Reusable. */
final class BodyChecks {
    private static final int SMALL_TABLE = 64;

    private final MessageDigest sha256 = Digest.newSha256();
    private final CRC32C crc = new CRC32C();
    private int[] table = new int[SMALL_TABLE];
    private int blocks;
    private int inBlock;
    private long lengthBytes;
    private Digest digest;

    /** Forgets everything, ready for the next body. */
    void reset() {
        sha256.reset();
        crc.reset();
        blocks = 0;
        inBlock = 0;
        lengthBytes = 0;
        digest = null;
        if (table.length > SMALL_TABLE) {
            table = new int[SMALL_TABLE];
        }
    }

    /** Takes the remaining bytes; the buffer's position moves to its limit. */
    void update(ByteBuffer bytes) {
        int start = bytes.position();
        int limit = bytes.limit();
        sha256.update(bytes);
        bytes.position(start);
        while (bytes.position() < limit) {
            int step = Math.min(limit - bytes.position(), SegmentFormat.BLOCK_BYTES - inBlock);
            bytes.limit(bytes.position() + step);
            crc.update(bytes);
            bytes.limit(limit);
            inBlock += step;
            if (inBlock == SegmentFormat.BLOCK_BYTES) {
                endBlock();
            }
        }
        lengthBytes += limit - start;
    }

    private void endBlock() {
        if (blocks == table.length) {
            table = Arrays.copyOf(table, blocks * 2);
        }
        table[blocks++] = (int) crc.getValue();
        crc.reset();
        inBlock = 0;
    }

    long lengthBytes() {
        return lengthBytes;
    }

    /** Ends the body. */
    Digest digest() {
        if (digest == null) {
            digest = Digest.finish(sha256);
            if (inBlock > 0) {
                endBlock();
            }
        }
        return digest;
    }

    int trailerBytes(int attributesBytes) {
        return SegmentFormat.trailerBytes(lengthBytes, attributesBytes);
    }

    /**
     * Puts attributes, table and padding at the buffer's position, after {@link #digest}.
     *
     * @return the CRC32C of what was put
     */
    int writeTrailer(ByteBuffer to, byte[] attributes) {
        int start = to.position();
        int end = start + trailerBytes(attributes.length);
        to.put(attributes);
        for (int i = 0; i < blocks; i++) {
            to.putInt(table[i]);
        }
        while (to.position() < end) {
            to.put((byte) 0);
        }
        return SegmentFormat.crc(to, start, end - start);
    }
}
