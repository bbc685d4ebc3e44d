package strata.codec.image;

/**
 * Decodes one frame of encapsulated pixel data. Whatever the bytes are, it answers with a frame of
 * the size that the layout asks for, or with {@link MalformedImageException}; the time it takes is
 * proportional to the sizes of both. Stateless and safe for several threads.
 */
public interface FrameDecoder {
    /** How the decoded frame lies, given what the data set says of the encoded one, PS3.5 8.2. */
    PixelLayout decodedLayout(PixelLayout encoded);

    /**
     * Decodes a frame to native little endian bytes, PS3.5 8.1.
     *
     * @param encoded the fragments of the frame, joined; trailing padding is allowed
     * @param layout what the data set says of the encoded frame
     * @return exactly {@code decodedLayout(layout).frameBytes()} bytes
     */
    byte[] decode(byte[] encoded, PixelLayout layout) throws MalformedImageException;
}
