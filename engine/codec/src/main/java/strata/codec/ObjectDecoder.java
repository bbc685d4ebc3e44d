package strata.codec;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdDictContentType;

import strata.base.CorruptDataException;
import strata.codec.dense.PlainBytes;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Gives the original bytes of an encoded object back, in order or from any position, reading only
 * the chunks that are asked for. Every byte given out has passed its chunk's checksums. Holds at
 * most one chunk; not thread-safe; close frees native memory and leaves the source alone.
 */
public final class ObjectDecoder implements Closeable {
    private final String where;
    private final EncodedSource source;
    private final EncodedLayout layout;
    private final SeriesTemplate template;
    private final PixelTally tally;
    private final ByteDecompressor decompressor = new ByteDecompressor();
    private ZstdDecompressCtx templated;

    // Made when a chunk asks for one: their tables are larger than most objects.
    private ImageDecoder images;
    private LinearDecoder linear;
    private DenseStage.Decoder dense;
    private PlainBytes plain;

    private byte[] encoded = new byte[0];
    private byte[] original = new byte[0];
    private int loaded = -1;
    private long position;
    private boolean endChecked;

    /**
     * @param where names the object and its file in errors
     * @param layout as the encoder returned it, or read from a table, or scanned
     */
    public ObjectDecoder(
            String where,
            EncodedSource source,
            EncodedLayout layout,
            Optional<SeriesTemplate> template) {
        this(where, source, layout, template, new PixelTally());
    }

    /** @param tally told of every chunk of native pixel data that was coded as such */
    public ObjectDecoder(
            String where,
            EncodedSource source,
            EncodedLayout layout,
            Optional<SeriesTemplate> template,
            PixelTally tally) {
        this.tally = tally;
        this.where = where;
        this.source = source;
        this.layout = layout;
        this.template = template.orElse(null);
    }

    public long lengthBytes() {
        return layout.originalBytes();
    }

    /** Where the next read starts. */
    public long position() {
        return position;
    }

    /**
     * Moves to a position, 0 up to and including the length; reads nothing yet.
     *
     * @throws IllegalArgumentException outside of that
     */
    public void skipTo(long newPosition) {
        if (newPosition < 0 || newPosition > lengthBytes()) {
            throw new IllegalArgumentException(newPosition + " of " + lengthBytes());
        }
        position = newPosition;
    }

    /**
     * Reads some bytes, at least one when the buffer has room.
     *
     * @return the number of bytes, or -1 at the end
     * @throws CorruptDataException when the encoding is damaged; the position has not moved
     */
    public int read(ByteBuffer to) throws IOException {
        if (position >= lengthBytes()) {
            checkEnd();
            return -1;
        }
        int index = layout.indexOf(position);
        EncodedLayout.Chunk chunk = layout.chunks().get(index);
        if (loaded != index) {
            load(index, chunk);
        }
        int offset = (int) (position - chunk.originalOffset());
        int count = Math.min(to.remaining(), chunk.originalLength() - offset);
        to.put(original, offset, count);
        position += count;
        return count;
    }

    /** Reads exactly the bytes of a range into the buffer's remaining space, from the position. */
    public void readFully(ByteBuffer to) throws IOException {
        while (to.hasRemaining()) {
            if (read(to) < 0) {
                throw new EOFException(where + " ends at " + lengthBytes());
            }
        }
    }

    private void load(int index, EncodedLayout.Chunk chunk) throws IOException {
        loaded = -1;
        if (original.length < chunk.originalLength()) {
            original = new byte[chunk.originalLength()];
        }
        fetch(chunk.encodedOffset(), chunk.encodedLength());
        ByteBuffer bytes = ByteBuffer.wrap(encoded, 0, chunk.encodedLength());
        if (layout.compact()) {
            loadCompact(index, chunk, bytes);
        } else {
            loadFirstVersion(index, chunk, bytes);
        }
        loaded = index;
    }

    private void loadCompact(int index, EncodedLayout.Chunk chunk, ByteBuffer bytes)
            throws CorruptDataException {
        long at = chunk.encodedOffset();
        CompactHeader header = CompactHeader.read(bytes, where, at);
        boolean expected = header.originalLength() == chunk.originalLength()
                && header.payloadLength() == bytes.remaining()
                && header.last() == (index == layout.chunks().size() - 1);
        if (!expected) {
            throw new CorruptDataException(where, at, "chunk " + index + " of the table", header);
        }
        ByteBuffer payload = bytes.slice();
        decode(header.method(), payload.duplicate(), header.originalLength(), at);
        CRC32C sum = new CRC32C();
        sum.update(original, 0, chunk.originalLength());
        sum.update(payload);
        int length = header.length() - CompactHeader.CRC_LENGTH;
        int crc = CompactHeader.finish(sum, encoded, 0, length, chunk.originalOffset());
        check(header.crc(), crc, "chunk", at);
    }

    private void loadFirstVersion(int index, EncodedLayout.Chunk chunk, ByteBuffer bytes)
            throws IOException {
        long at = chunk.encodedOffset();
        ChunkHeader header = ChunkHeader.read(bytes, where, at);
        boolean expected = header.sequence() == (index & ChunkHeader.SEQUENCE_MASK)
                && header.method() != ChunkMethod.END
                && header.originalLength() == chunk.originalLength()
                && header.payloadLength() == bytes.remaining();
        if (!expected) {
            throw new CorruptDataException(where, at, "chunk " + index + " of the table", header);
        }
        check(header.payloadCrc(), ChunkHeader.crc(bytes.slice()), "payload", at);
        decode(header.method(), bytes.slice(), header.originalLength(), at);
        int crc = ChunkHeader.crc(original, 0, chunk.originalLength());
        check(header.originalCrc(), crc, "original", at);
    }

    private void fetch(long at, int length) throws IOException {
        if (encoded.length < length) {
            encoded = new byte[length];
        }
        try {
            source.read(ByteBuffer.wrap(encoded, 0, length), at);
        } catch (EOFException e) {
            throw new CorruptDataException(where, at, length + " bytes", "the end of the file");
        }
    }

    private void check(int stored, int computed, String what, long at) throws CorruptDataException {
        if (stored != computed) {
            throw new CorruptDataException(
                    where,
                    at,
                    what + " CRC " + Integer.toHexString(stored),
                    Integer.toHexString(computed));
        }
    }

    private void decode(ChunkMethod method, ByteBuffer payload, int length, long at)
            throws CorruptDataException {
        int offset = payload.arrayOffset();
        int stored = payload.remaining();
        switch (method) {
            case STORED -> payload.get(original, 0, length);
            case ZSTD ->
                decompressor.decompress(encoded, offset, stored, original, 0, length, where);
            case ZSTD_TEMPLATE ->
                ByteDecompressor.decompress(
                        templated(at), encoded, offset, stored, original, 0, length, where);
            case BLOCKS ->
                decompressor.blocks(null, encoded, offset, stored, original, length, where);
            case BLOCKS_TEMPLATE ->
                decompressor.blocks(
                        templated(at), encoded, offset, stored, original, length, where);
            case BYTES -> plain().decode(encoded, offset, stored, original, length, where);
            case IMAGE, LINEAR, DENSE -> decodePixels(method, payload, length);
            case END -> throw new CorruptDataException(where, at, "a chunk", "the end record");
        }
    }

    private void decodePixels(ChunkMethod method, ByteBuffer payload, int length)
            throws CorruptDataException {
        long started = PixelTally.now();
        if (method == ChunkMethod.LINEAR) {
            linear().decode(payload, original, length, where);
        } else if (method == ChunkMethod.DENSE) {
            dense().decode(payload, original, length, where);
        } else {
            images().decode(payload, original, length, where);
        }
        tally.decoded(length, started);
    }

    private LinearDecoder linear() {
        if (linear == null) {
            linear = new LinearDecoder();
        }
        return linear;
    }

    private DenseStage.Decoder dense() {
        if (dense == null) {
            dense = new DenseStage.Decoder();
        }
        return dense;
    }

    private ImageDecoder images() {
        if (images == null) {
            images = new ImageDecoder(decompressor);
        }
        return images;
    }

    private PlainBytes plain() {
        if (plain == null) {
            plain = new PlainBytes();
        }
        return plain;
    }

    private ZstdDecompressCtx templated(long at) throws CorruptDataException {
        if (templated == null) {
            if (template == null) {
                throw new CorruptDataException(where, at, "a series template", "none");
            }
            templated = new ZstdDecompressCtx();
            templated.loadDict(template.content(), ZstdDictContentType.RAW_CONTENT);
        }
        return templated;
    }

    /** Checks object header and end record once the last byte has been read. */
    private void checkEnd() throws IOException {
        if (endChecked || layout.compact() && !layout.chunks().isEmpty()) {
            return;
        }
        if (layout.compact()) {
            fetch(0, 1);
            check(CompactHeader.EMPTY, encoded[0] & 0xff, "an object without bytes", 0);
            endChecked = true;
            return;
        }
        ByteBuffer head = ByteBuffer.allocate(ObjectFormat.HEADER_LENGTH);
        ByteBuffer end = ByteBuffer.allocate(ObjectFormat.END_LENGTH);
        long at = layout.encodedBytes() - ObjectFormat.END_LENGTH;
        try {
            source.read(head, 0);
            source.read(end, at);
        } catch (EOFException e) {
            throw new CorruptDataException(where, at, "the end record", "the end of the file");
        }
        ObjectFormat.checkHeader(head.flip(), where, 0);
        ChunkHeader header = ChunkHeader.read(end.flip(), where, at);
        check(header.payloadCrc(), ChunkHeader.crc(end.slice()), "end record", at);
        long total = end.getLong();
        boolean right = header.method() == ChunkMethod.END
                && header.sequence() == (layout.chunks().size() & ChunkHeader.SEQUENCE_MASK)
                && total == lengthBytes();
        if (!right) {
            throw new CorruptDataException(where, at, "the end of " + lengthBytes(), total);
        }
        endChecked = true;
    }

    @Override
    public void close() {
        decompressor.close();
        if (templated != null) {
            templated.close();
            templated = null;
        }
    }
}
