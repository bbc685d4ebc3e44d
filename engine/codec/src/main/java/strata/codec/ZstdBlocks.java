package strata.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * zstd frames without their header, which follows from the original length: single segment, no
 * checksum, no dictionary id (RFC 8878, 3.1.1).
 */
final class ZstdBlocks {
    /** The most that {@link #restore} adds. */
    static final int MAX_HEADER = 9;

    private static final int MAGIC = 0xFD2FB528;
    private static final int MAGIC_LENGTH = 4;
    private static final int SINGLE_SEGMENT = 0x20;
    private static final int TWO_BYTES = 0x40;
    private static final int FOUR_BYTES = 0x80;

    private ZstdBlocks() {}

    /** Length of the header of such a frame. */
    static int headerLength(int originalLength) {
        return MAGIC_LENGTH + 1 + (originalLength < 256 ? 1 : originalLength < 65792 ? 2 : 4);
    }

    /** Whether the frame's header is the one that {@link #restore} makes. */
    static boolean fits(byte[] frame, int originalLength) {
        byte[] header = new byte[headerLength(originalLength)];
        writeHeader(originalLength, header);
        for (int i = 0; i < header.length; i++) {
            if (frame[i] != header[i]) {
                return false;
            }
        }
        return true;
    }

    /** The frame of the blocks. */
    static byte[] restore(byte[] blocks, int offset, int length, int originalLength) {
        int header = headerLength(originalLength);
        byte[] frame = new byte[header + length];
        writeHeader(originalLength, frame);
        System.arraycopy(blocks, offset, frame, header, length);
        return frame;
    }

    private static void writeHeader(int originalLength, byte[] to) {
        ByteBuffer out = ByteBuffer.wrap(to).order(ByteOrder.LITTLE_ENDIAN).putInt(MAGIC);
        if (originalLength < 256) {
            out.put((byte) SINGLE_SEGMENT).put((byte) originalLength);
        } else if (originalLength < 65792) {
            out.put((byte) (SINGLE_SEGMENT | TWO_BYTES)).putShort((short) (originalLength - 256));
        } else {
            out.put((byte) (SINGLE_SEGMENT | FOUR_BYTES)).putInt(originalLength);
        }
    }
}
