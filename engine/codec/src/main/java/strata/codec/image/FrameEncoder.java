package strata.codec.image;

/** Encodes one native frame without loss. Stateless and safe for several threads. */
public interface FrameEncoder {
    /** Whether frames of this layout can be encoded without loss. */
    boolean supports(PixelLayout layout);

    /** How the data set has to describe the encoded frame, PS3.5 8.2. */
    PixelLayout encodedLayout(PixelLayout raw);

    /**
     * Encodes a frame.
     *
     * @param frame native little endian bytes, exactly {@code layout.frameBytes()}
     * @return an even number of bytes
     */
    byte[] encode(byte[] frame, PixelLayout layout);
}
