package strata.codec.image;

import strata.base.Uid;
import strata.dicom.TransferSyntax;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The codecs that are here, by transfer syntax. */
public final class FrameCodecs {
    /** Longest native frame that is decoded or encoded, also a quarter of the heap at most. */
    public static final int MAX_FRAME_BYTES =
            (int) Math.min(256 << 20, Runtime.getRuntime().maxMemory() / 4);

    private static final Map<Uid, FrameDecoder> DECODERS = new HashMap<>();
    private static final Map<Uid, FrameEncoder> ENCODERS = new HashMap<>();

    static {
        DECODERS.put(TransferSyntax.RLE_LOSSLESS.uid(), new RleDecoder());
        ENCODERS.put(TransferSyntax.RLE_LOSSLESS.uid(), new RleEncoder());
        DECODERS.put(TransferSyntax.JPEG_BASELINE.uid(), new DctJpegDecoder());
        DECODERS.put(TransferSyntax.JPEG_EXTENDED.uid(), new DctJpegDecoder());
        DECODERS.put(TransferSyntax.JPEG_LOSSLESS.uid(), new LosslessJpegDecoder());
        DECODERS.put(TransferSyntax.JPEG_LOSSLESS_SV1.uid(), new LosslessJpegDecoder());
        ENCODERS.put(TransferSyntax.JPEG_LOSSLESS_SV1.uid(), new LosslessJpegEncoder());
        DECODERS.put(TransferSyntax.JPEG_LS_LOSSLESS.uid(), new JpegLsDecoder());
        DECODERS.put(TransferSyntax.JPEG_LS_NEAR_LOSSLESS.uid(), new JpegLsDecoder());
        DECODERS.put(TransferSyntax.JPEG_2000_LOSSLESS.uid(), new Jpeg2000Decoder());
        DECODERS.put(TransferSyntax.JPEG_2000.uid(), new Jpeg2000Decoder());
        ENCODERS.put(TransferSyntax.JPEG_LS_LOSSLESS.uid(), new JpegLsEncoder());
    }

    private FrameCodecs() {}

    /** The decoder of an encapsulated syntax; empty for native ones and where there is none. */
    public static Optional<FrameDecoder> decoder(TransferSyntax syntax) {
        return Optional.ofNullable(DECODERS.get(syntax.uid()));
    }

    /** The lossless encoder of an encapsulated syntax; empty where there is none. */
    public static Optional<FrameEncoder> encoder(TransferSyntax syntax) {
        return Optional.ofNullable(ENCODERS.get(syntax.uid()));
    }

    /** Memory for a decoded frame, once it is known to be of a bearable size. */
    static byte[] allocate(PixelLayout decoded) throws MalformedImageException {
        allocatable(decoded);
        return new byte[(int) decoded.frameBytes()];
    }

    static void allocatable(PixelLayout decoded) throws MalformedImageException {
        long bytes = decoded.frameBytes();
        if (bytes > MAX_FRAME_BYTES) {
            throw new MalformedImageException("a frame of " + bytes + " bytes is too long");
        }
    }

    /**
     * @throws MalformedImageException when so little data cannot hold so many samples
     * @param most samples that one encoded byte can stand for at most
     */
    static void checkDensity(byte[] encoded, long samples, long most)
            throws MalformedImageException {
        if (samples > encoded.length * most) {
            throw new MalformedImageException(
                    encoded.length + " bytes cannot hold " + samples + " samples");
        }
    }
}
