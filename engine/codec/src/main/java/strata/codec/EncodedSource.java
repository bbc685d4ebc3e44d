package strata.codec;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Where the bytes of an encoded object come from: a part of a file, of an answer, of memory. */
@FunctionalInterface
public interface EncodedSource {
    /**
     * Fills the buffer's remaining space with the bytes from the position on, counted from the
     * start of the encoded object.
     *
     * @throws java.io.EOFException when the source ends before that
     */
    void read(ByteBuffer to, long position) throws IOException;

    /** The bytes of an array. */
    static EncodedSource of(byte[] encoded) {
        return (to, position) -> {
            if (position < 0 || position + to.remaining() > encoded.length) {
                throw new java.io.EOFException("at " + position);
            }
            to.put(encoded, (int) position, to.remaining());
        };
    }
}
