package strata.codec.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.Arrays;

/** RLE Lossless, PS3.5 Annex G. */
final class RleTest {
    private final RleDecoder decoder = new RleDecoder();
    private final RleEncoder encoder = new RleEncoder();

    @Test
    void whatIsEncodedComesBack() throws Exception {
        for (PixelLayout layout : Images.layouts()) {
            byte[] frame = Images.frame(layout, layout.hashCode());
            byte[] encoded = encoder.encode(frame, layout);
            assertEquals(0, encoded.length % 2, layout::toString);
            assertArrayEquals(frame, decoder.decode(encoded, layout), layout::toString);
        }
    }

    @Test
    void aRowIsEncodedByItself() {
        PixelLayout layout = PixelLayout.grey(2, 3, 8, 8);
        byte[] encoded = encoder.encode(new byte[] {7, 7, 7, 7, 7, 7}, layout);
        byte[] expected = new byte[68];
        expected[0] = 1;
        expected[4] = 64;
        System.arraycopy(new byte[] {-2, 7, -2, 7}, 0, expected, 64, 4);
        assertArrayEquals(expected, encoded);
    }

    @Test
    void bytesOfASampleAreSegmentsFromTheHighest() throws Exception {
        byte[] encoded = new byte[70];
        encoded[0] = 2;
        encoded[4] = 64;
        encoded[8] = 66;
        System.arraycopy(new byte[] {0, 0x12, 0, 0x34, 0, 0}, 0, encoded, 64, 6);
        PixelLayout one = PixelLayout.grey(1, 1, 16, 12);
        assertArrayEquals(new byte[] {0x34, 0x12}, decoder.decode(encoded, one));
    }

    @Test
    void whatIsBrokenIsRefused() {
        PixelLayout layout = PixelLayout.grey(10, 10, 16, 16);
        byte[] good = encoder.encode(Images.frame(layout, 1), layout);
        assertRefused(Arrays.copyOf(good, 63), layout);
        assertRefused(Arrays.copyOf(good, good.length - 20), layout);
        byte[] segments = good.clone();
        segments[0] = 3;
        assertRefused(segments, layout);
        byte[] offset = good.clone();
        offset[11] = 0x70;
        assertRefused(offset, layout);
        byte[] backwards = good.clone();
        backwards[4] = (byte) 0xFE;
        assertRefused(backwards, layout);
        assertRefused(good, PixelLayout.grey(65535, 65535, 16, 16));
    }

    private void assertRefused(byte[] encoded, PixelLayout layout) {
        assertThrows(MalformedImageException.class, () -> decoder.decode(encoded, layout));
    }

    @Test
    void samplesThatNeedMoreSegmentsThanThereAreCannotBeEncoded() {
        assertTrue(encoder.supports(PixelLayout.grey(1, 1, 64, 64)));
        assertFalse(
                encoder.supports(new PixelLayout(1, 1, 3, 64, 64, false, false, Photometric.RGB)));
        assertFalse(encoder.supports(PixelLayout.grey(1, 8, 1, 1)));
    }
}
