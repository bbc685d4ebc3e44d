package strata.codec;

import java.util.Arrays;

/**
 * What the instances of a series share: the header of one of them, used as prefix when the others
 * are compressed. Needed to decode what was encoded with it. Immutable.
 */
public final class SeriesTemplate {
    public static final int MAX_BYTES = 64 << 10;

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
