package strata.codec;

import com.github.luben.zstd.Zstd;

import strata.base.CorruptDataException;

import java.util.Arrays;

/**
 * What the instances of a series share: the header of one of them, used as prefix when the others
 * are compressed. Needed to decode what was encoded with it. Immutable.
 */
public final class SeriesTemplate {
    public static final int MAX_BYTES = 64 << 10;
    /** More than any template takes as a frame. */
    public static final int MAX_COMPRESSED_BYTES = MAX_BYTES + 1024;

    private static final int KEEPING_LEVEL = 19;

    private final byte[] content;

    /** @param content 1 to {@link #MAX_BYTES} bytes */
    public SeriesTemplate(byte[] content) {
        if (content.length == 0 || content.length > MAX_BYTES) {
            throw new IllegalArgumentException("template of " + content.length + " bytes");
        }
        this.content = content.clone();
    }

    public int lengthBytes() {
        return content.length;
    }

    public byte[] bytes() {
        return content.clone();
    }

    /** The template as one zstd frame, for keeping beside what was encoded with it. */
    public byte[] compress() {
        return Zstd.compress(content, KEEPING_LEVEL);
    }

    /**
     * Undoes {@link #compress}.
     *
     * @throws CorruptDataException when the frame is damaged or not of a template
     */
    public static SeriesTemplate decompress(byte[] frame, int lengthBytes, String where)
            throws CorruptDataException {
        if (lengthBytes < 1 || lengthBytes > MAX_BYTES) {
            throw new CorruptDataException(where, 0, "a template up to " + MAX_BYTES, lengthBytes);
        }
        byte[] content = new byte[lengthBytes];
        try (ByteDecompressor decompressor = new ByteDecompressor()) {
            decompressor.decompress(frame, 0, frame.length, content, 0, lengthBytes, where);
        }
        return new SeriesTemplate(content);
    }

    /** The bytes themselves, for the codec only. */
    byte[] content() {
        return content;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SeriesTemplate that && Arrays.equals(content, that.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    @Override
    public String toString() {
        return "SeriesTemplate[" + content.length + " bytes]";
    }
}
