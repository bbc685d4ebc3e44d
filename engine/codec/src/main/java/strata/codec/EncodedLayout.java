package strata.codec;

import strata.base.CorruptDataException;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the chunks of one encoded object lie: what a reader needs to fetch only a range. Immutable.
 *
 * @param chunks in order, without gaps in original or encoded bytes; the end record is not among
 *     them
 * @param compact whether the object is of version 2, with smaller headers
 */
public record EncodedLayout(List<Chunk> chunks, boolean compact) {
    private static final int CHUNK_ENTRY_LENGTH = 8;
    /** In the number of chunks of a table: the object is compact. */
    private static final int COMPACT = 1 << 31;

    /**
     * One chunk.
     *
     * @param originalOffset of its first byte in the object
     * @param encodedOffset of its header in the encoded object
     * @param encodedLength with its header
     */
    public record Chunk(
            long originalOffset, int originalLength, long encodedOffset, int encodedLength) {}

    public EncodedLayout {
        chunks = List.copyOf(chunks);
    }

    /** Length of the object in bytes. */
    public long originalBytes() {
        if (chunks.isEmpty()) {
            return 0;
        }
        Chunk last = chunks.get(chunks.size() - 1);
        return last.originalOffset() + last.originalLength();
    }

    /** Length of the encoded object in bytes, with its header and end record. */
    public long encodedBytes() {
        long end = compact ? 0 : ObjectFormat.HEADER_LENGTH;
        if (compact && chunks.isEmpty()) {
            return 1;
        }
        if (!chunks.isEmpty()) {
            Chunk last = chunks.get(chunks.size() - 1);
            end = last.encodedOffset() + last.encodedLength();
        }
        return compact ? end : end + ObjectFormat.END_LENGTH;
    }

    /** Index of the chunk with the byte; the number of chunks when it lies at or after the end. */
    int indexOf(long originalOffset) {
        int low = 0;
        int high = chunks.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            Chunk chunk = chunks.get(middle);
            if (chunk.originalOffset() + chunk.originalLength() <= originalOffset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Bytes that {@link #write} takes. */
    public int tableLength() {
        return 4 + CHUNK_ENTRY_LENGTH * chunks.size();
    }

    /**
     * Writes the chunk table: a count, its highest bit set when compact, then original and encoded
     * length of each chunk.
     */
    public void write(ByteBuffer to) {
        to.putInt(chunks.size() | (compact ? COMPACT : 0));
        for (Chunk chunk : chunks) {
            to.putInt(chunk.originalLength()).putInt(chunk.encodedLength());
        }
    }

    /** Reads a chunk table; the buffer bounds the memory taken. */
    public static EncodedLayout read(ByteBuffer from, String where) throws CorruptDataException {
        int start = from.position();
        try {
            int first = from.getInt();
            boolean compact = (first & COMPACT) != 0;
            int count = first & ~COMPACT;
            if (count > from.remaining() / CHUNK_ENTRY_LENGTH) {
                throw new CorruptDataException(where, start, "a chunk table", count + " chunks");
            }
            int least = compact ? CompactHeader.MIN_LENGTH : ChunkHeader.LENGTH;
            int most = compact ? CompactHeader.MAX_LENGTH : ChunkHeader.LENGTH;
            Builder builder = new Builder(compact);
            for (int i = 0; i < count; i++) {
                int original = from.getInt();
                int encoded = from.getInt();
                if (original < 1
                        || original > ObjectFormat.MAX_CHUNK_BYTES
                        || encoded <= least
                        || encoded > most + original) {
                    throw new CorruptDataException(
                            where,
                            start,
                            "chunk lengths within limits",
                            original + " in " + encoded);
                }
                builder.add(original, encoded);
            }
            return builder.build();
        } catch (BufferUnderflowException e) {
            throw new CorruptDataException(where, start, "a chunk table", "its end");
        }
    }

    /**
     * Rebuilds the layout from the chunk headers alone, without a table.
     *
     * @param encodedBytes length of the encoded object, or more
     */
    public static EncodedLayout scan(EncodedSource from, long encodedBytes, String where)
            throws IOException {
        require(encodedBytes >= 1, where, 0);
        ByteBuffer first = ByteBuffer.allocate(1);
        from.read(first, 0);
        return (first.get(0) & CompactHeader.MARK) != 0
                ? scanCompact(from, encodedBytes, where)
                : scanFirstVersion(from, encodedBytes, where);
    }

    private static EncodedLayout scanCompact(EncodedSource from, long encodedBytes, String where)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(CompactHeader.MAX_LENGTH);
        buffer.limit(1);
        from.read(buffer, 0);
        Builder builder = new Builder(true);
        if ((buffer.get(0) & 0xff) == CompactHeader.EMPTY) {
            return builder.build();
        }
        for (long at = 0; ; ) {
            require(at + CompactHeader.MIN_LENGTH < encodedBytes, where, at);
            buffer.clear().limit((int) Math.min(buffer.capacity(), encodedBytes - at));
            from.read(buffer, at);
            CompactHeader header = CompactHeader.read(buffer.flip(), where, at);
            int encoded = header.length() + header.payloadLength();
            require(at + encoded <= encodedBytes, where, at);
            builder.add(header.originalLength(), encoded);
            at += encoded;
            if (header.last()) {
                return builder.build();
            }
        }
    }

    private static EncodedLayout scanFirstVersion(
            EncodedSource from, long encodedBytes, String where) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(ChunkHeader.LENGTH);
        long at = ObjectFormat.HEADER_LENGTH;
        buffer.limit(ObjectFormat.HEADER_LENGTH);
        require(at <= encodedBytes, where, 0);
        from.read(buffer, 0);
        ObjectFormat.checkHeader(buffer.flip(), where, 0);
        Builder builder = new Builder(false);
        while (true) {
            require(at + ChunkHeader.LENGTH <= encodedBytes, where, at);
            from.read(buffer.clear(), at);
            ChunkHeader header = ChunkHeader.read(buffer.flip(), where, at);
            if (header.method() == ChunkMethod.END) {
                return builder.build();
            }
            int encoded = ChunkHeader.LENGTH + header.payloadLength();
            builder.add(header.originalLength(), encoded);
            at += encoded;
        }
    }

    private static void require(boolean fits, String where, long at) throws CorruptDataException {
        if (!fits) {
            throw new CorruptDataException(where, at, "a chunk", "the end");
        }
    }

    /** Collects chunks in order. */
    static final class Builder {
        private final List<Chunk> chunks = new ArrayList<>();
        private long original;
        private final boolean compact;
        private long encoded;

        Builder(boolean compact) {
            this.compact = compact;
            encoded = compact ? 0 : ObjectFormat.HEADER_LENGTH;
        }

        void add(int originalLength, int encodedLength) {
            chunks.add(new Chunk(original, originalLength, encoded, encodedLength));
            original += originalLength;
            encoded += encodedLength;
        }

        long originalBytes() {
            return original;
        }

        EncodedLayout build() {
            return new EncodedLayout(chunks, compact);
        }
    }
}
