package strata.codec;

import strata.base.CorruptDataException;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The 7 to 13 bytes before a payload in an object of version 2; the layout is in the package
 * description.
 *
 * @param length of the header itself, with its checksum
 */
record CompactHeader(
        ChunkMethod method,
        boolean last,
        int originalLength,
        int payloadLength,
        int crc,
        int length) {
    /** Set in the first byte of every object of version 2, and in no magic. */
    static final int MARK = 0x80;

    static final int LAST = 0x40;
    /** The only byte of an object without bytes. */
    static final int EMPTY = MARK | LAST;

    static final int CRC_LENGTH = 4;
    static final int MIN_LENGTH = 3 + CRC_LENGTH;
    static final int MAX_LENGTH = 1 + 4 + 4 + CRC_LENGTH;

    private static final int METHODS = 63;

    /** Length of a header for a chunk. */
    static int lengthFor(int originalLength, int payloadLength) {
        return 1 + numberLength(originalLength) + numberLength(payloadLength) + CRC_LENGTH;
    }

    private static int numberLength(int value) {
        return Math.max(1, (38 - Integer.numberOfLeadingZeros(value)) / 7);
    }

    /**
     * The bytes of a header.
     *
     * @param sum of the original bytes, then the payload; goes on with the header
     * @param offset of the chunk in the object
     */
    static byte[] bytes(
            ChunkMethod method,
            boolean last,
            int originalLength,
            int payloadLength,
            CRC32C sum,
            long offset) {
        ByteBuffer to = ByteBuffer.allocate(lengthFor(originalLength, payloadLength));
        to.put((byte) (MARK | (last ? LAST : 0) | method.code()));
        putNumber(to, originalLength);
        putNumber(to, payloadLength);
        to.putInt(finish(sum, to.array(), to.arrayOffset(), to.position(), offset));
        return to.array();
    }

    /** The checksum, when {@code sum} has seen the original bytes and the payload. */
    static int finish(CRC32C sum, byte[] header, int at, int length, long offset) {
        sum.update(header, at, length);
        sum.update(ByteBuffer.allocate(8).putLong(offset).flip());
        return (int) sum.getValue();
    }

    private static void putNumber(ByteBuffer to, int value) {
        int left = value;
        for (; left > 127; left >>>= 7) {
            to.put((byte) (left & 127 | 128));
        }
        to.put((byte) left);
    }

    /** Takes a header from the buffer; the checksum is to be compared by the caller. */
    static CompactHeader read(ByteBuffer from, String where, long offset)
            throws CorruptDataException {
        try {
            int start = from.position();
            int first = from.get() & 0xff;
            ChunkMethod method = ChunkMethod.of(first & METHODS);
            if ((first & MARK) == 0 || method == null) {
                throw new CorruptDataException(where, offset, "a known chunk method", first);
            }
            int original = number(from, where, offset);
            int payload = number(from, where, offset);
            int crc = from.getInt();
            check(method, original, payload, where, offset);
            boolean last = (first & LAST) != 0;
            return new CompactHeader(method, last, original, payload, crc, from.position() - start);
        } catch (BufferUnderflowException e) {
            throw new CorruptDataException(where, offset, "a chunk header", "the end");
        }
    }

    private static int number(ByteBuffer from, String where, long offset)
            throws CorruptDataException {
        int value = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            int part = from.get();
            value |= (part & 127) << shift;
            if (part >= 0) {
                if (part == 0 && shift > 0) {
                    break;
                }
                return value;
            }
        }
        throw new CorruptDataException(where, offset, "a number of up to 4 bytes", "another");
    }

    private static void check(
            ChunkMethod method, int original, int payload, String where, long offset)
            throws CorruptDataException {
        boolean shorter = payload >= 1 && payload < original;
        boolean fits = method == ChunkMethod.STORED ? payload == original : shorter;
        if (!fits || original < 1 || original > ObjectFormat.MAX_CHUNK_BYTES) {
            throw new CorruptDataException(
                    where, offset, "chunk lengths within limits", original + " in " + payload);
        }
    }
}
