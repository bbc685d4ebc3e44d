package strata.codec.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import strata.dicom.TransferSyntax;

import java.util.List;
import java.util.Random;

/** What each encoder writes, its decoder gives back, bit for bit. */
final class LosslessCodecsTest {
    private static final List<TransferSyntax> ENCODED = List.of(
            TransferSyntax.RLE_LOSSLESS,
            TransferSyntax.JPEG_LOSSLESS_SV1,
            TransferSyntax.JPEG_LS_LOSSLESS);

    private static void assertComesBack(TransferSyntax syntax, byte[] frame, PixelLayout layout)
            throws MalformedImageException {
        FrameEncoder encoder = FrameCodecs.encoder(syntax).orElseThrow();
        byte[] encoded = encoder.encode(frame, layout);
        assertEquals(0, encoded.length % 2, layout::toString);
        PixelLayout described = encoder.encodedLayout(layout);
        FrameDecoder decoder = FrameCodecs.decoder(syntax).orElseThrow();
        byte[] decoded = decoder.decode(encoded, described);
        PixelLayout given = decoder.decodedLayout(described);
        assertArrayEquals(
                Images.interleaved(frame, layout),
                Images.interleaved(decoded, given),
                () -> syntax + " " + layout);
    }

    @Test
    void everyDepthSignAndNumberOfComponentsComesBack() throws Exception {
        for (PixelLayout layout : Images.layouts()) {
            byte[] frame = Images.frame(layout, layout.hashCode());
            for (TransferSyntax syntax : ENCODED) {
                assertComesBack(syntax, frame, layout);
            }
        }
    }

    @Test
    void noiseAndExtremesComeBack() throws Exception {
        Random random = new Random(11);
        for (int bits : new int[] {8, 16}) {
            PixelLayout layout = PixelLayout.grey(50, 50, bits, bits);
            byte[] noise = new byte[(int) layout.frameBytes()];
            random.nextBytes(noise);
            byte[] extremes = noise.clone();
            for (int i = 0; i < extremes.length; i++) {
                extremes[i] = (byte) (extremes[i - i % (bits / 8)] < 0 ? -1 : 0);
            }
            for (TransferSyntax syntax : ENCODED) {
                assertComesBack(syntax, noise, layout);
                assertComesBack(syntax, extremes, layout);
                assertComesBack(syntax, new byte[noise.length], layout);
            }
        }
    }

    @Test
    void bitsBeyondThoseStoredComeBackToo() throws Exception {
        PixelLayout layout = PixelLayout.grey(20, 20, 16, 12);
        byte[] frame = Images.frame(layout, 3);
        frame[77] |= (byte) 0xF0;
        frame[401] |= (byte) 0x80;
        for (TransferSyntax syntax : ENCODED) {
            assertComesBack(syntax, frame, layout);
        }
    }
}
