package strata.codec;

import strata.base.CorruptDataException;
import strata.base.FormatException;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Constants of an encoded object, and the header of version 1; the layout is in the package
 * description.
 */
public final class ObjectFormat {
    /** The most original bytes of one chunk: what a decoder has to hold at a time. */
    public static final int MAX_CHUNK_BYTES = 4 << 20;
    /** What an encoder fills a chunk of pixels to, more or less. */
    public static final int TARGET_CHUNK_BYTES = 1 << 20;

    static final int HEADER_LENGTH = 8;
    static final int END_PAYLOAD_LENGTH = 8;
    static final int END_LENGTH = ChunkHeader.LENGTH + END_PAYLOAD_LENGTH;
    static final int VERSION = 1;

    private static final byte[] MAGIC = "STRO".getBytes(StandardCharsets.US_ASCII);

    private ObjectFormat() {}

    static void checkHeader(ByteBuffer from, String where, long offset)
            throws CorruptDataException, FormatException {
        byte[] magic = new byte[MAGIC.length];
        from.get(magic);
        if (!java.util.Arrays.equals(magic, MAGIC)) {
            throw new CorruptDataException(where, offset, "an encoded object", "other bytes");
        }
        int version = from.get() & 0xff;
        int reserved = (from.get() & 0xff) << 16 | (from.getShort() & 0xffff);
        if (reserved != 0 || version == 0) {
            throw new CorruptDataException(where, offset, "version and zeros", "other bytes");
        }
        if (version > VERSION) {
            throw new FormatException(FormatException.Kind.TOO_NEW, where, VERSION, version);
        }
    }
}
