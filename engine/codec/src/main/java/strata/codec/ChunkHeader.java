package strata.codec;

import strata.base.CorruptDataException;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The 24 bytes before a payload in an object of version 1; the layout is in the package
 * description.
 */
record ChunkHeader(
        ChunkMethod method,
        int sequence,
        int originalLength,
        int payloadLength,
        int originalCrc,
        int payloadCrc) {
    static final int LENGTH = 24;
    static final int SEQUENCE_MASK = 0xffffff;

    private static final int CRC_OFFSET = 20;

    /** Takes 24 bytes from the buffer. */
    static ChunkHeader read(ByteBuffer from, String where, long offset)
            throws CorruptDataException {
        int computed = crc(from.slice(from.position(), CRC_OFFSET));
        int first = from.getInt();
        ChunkHeader header = new ChunkHeader(
                ChunkMethod.of(first >>> 24),
                first & SEQUENCE_MASK,
                from.getInt(),
                from.getInt(),
                from.getInt(),
                from.getInt());
        int stored = from.getInt();
        if (computed != stored) {
            throw new CorruptDataException(
                    where,
                    offset,
                    "chunk header CRC " + Integer.toHexString(stored),
                    Integer.toHexString(computed));
        }
        header.check(where, offset);
        return header;
    }

    private void check(String where, long offset) throws CorruptDataException {
        if (method == null) {
            throw new CorruptDataException(where, offset, "a known chunk method", "another");
        }
        boolean lengths = switch (method) {
            case END -> payloadLength == ObjectFormat.END_PAYLOAD_LENGTH;
            case STORED -> inRange(originalLength) && payloadLength == originalLength;
            case ZSTD, ZSTD_TEMPLATE, IMAGE, LINEAR, DENSE, BLOCKS, BLOCKS_TEMPLATE, BYTES ->
                inRange(originalLength) && payloadLength >= 1 && payloadLength < originalLength;
        };
        if (!lengths) {
            throw new CorruptDataException(
                    where,
                    offset,
                    "chunk lengths within limits",
                    originalLength + " in " + payloadLength);
        }
    }

    private static boolean inRange(int length) {
        return length >= 1 && length <= ObjectFormat.MAX_CHUNK_BYTES;
    }

    static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    static int crc(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }
}
