package strata.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import strata.codec.TestObjects.ShapedPixels;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/**
 * Made images of modalities that no shared series is of: all come back, none is longer than zstd.
 */
class ModalitiesTest {
    /** What a sample is, at a place of a frame. */
    private enum Modality {
        ULTRASOUND(8, 3, false, false),
        RADIOGRAPH(16, 1, false, false),
        PET(16, 1, true, false),
        ANGIOGRAPHY(8, 1, false, false),
        BIG_ENDIAN_CT(16, 1, true, true),
        SEGMENTATION(8, 1, false, false),
        SATURATED(16, 1, false, false),
        PHOTOGRAPH(8, 3, false, false),
        EMPTY(16, 1, false, false);

        private final ImageShape shape;

        Modality(int bits, int samples, boolean signed, boolean bigEndian) {
            boolean planar = ordinal() == 7;
            shape = new ImageShape(144, 100, samples, bits, planar, signed, bigEndian);
        }

        private int sample(Random random, int frame, int x, int y, int component) {
            int distance = (x - 72) * (x - 72) + (y - 50 + frame) * (y - 50 + frame);
            boolean inside = distance < 2000;
            int speckle = (int) Math.abs(random.nextGaussian() * 20);
            return switch (this) {
                case ULTRASOUND ->
                    inside ? Math.min(255, 40 + speckle) : x < 20 ? x * component : 0;
                case RADIOGRAPH -> Math.min(16383, 4000 + distance + speckle);
                case PET -> inside ? speckle * speckle * 9 : random.nextInt(30) == 0 ? 7 : 0;
                case ANGIOGRAPHY -> Math.min(255, 90 + x / 3 + speckle / 4);
                case BIG_ENDIAN_CT -> inside ? speckle + y - 30 : -1024;
                case SEGMENTATION -> inside ? 1 : 0;
                case SATURATED -> distance > 4000 ? 65535 : 65400 + speckle;
                case PHOTOGRAPH -> (x * 2 + y + component * 20 + speckle / 5) & 255;
                case EMPTY -> 65535;
            };
        }

        private byte[] file(int frames) {
            Random random = new Random(ordinal());
            int pixels = shape.columns() * shape.rows();
            int count = pixels * shape.samplesPerPixel() * frames;
            ByteBuffer bytes = ByteBuffer.allocate(count * shape.bytesPerSample())
                    .order(shape.bigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < count; i++) {
                int n = shape.samplesPerPixel();
                int pixel = shape.planar() ? i % pixels : i / n % pixels;
                int component = shape.planar() ? i / pixels % n : i % n;
                int y = pixel / shape.columns();
                int value = sample(random, i / n / pixels, pixel % shape.columns(), y, component);
                if (shape.bitsAllocated() == 8) {
                    bytes.put((byte) value);
                } else {
                    bytes.putShort((short) value);
                }
            }
            return new ShapedPixels(shape).file(bytes.array(), frames);
        }
    }

    @ParameterizedTest
    @EnumSource(Modality.class)
    void imagesComeBackAndAreNotLongerThanZstd(Modality modality) throws Exception {
        byte[] original = modality.file(2);
        int peer = zstd(original);
        for (EncodingProfile profile : EncodingProfile.values()) {
            try (SeriesContext alone = SeriesContext.ofOne()) {
                Encoded encoded = Encoded.of(original, profile, alone);
                assertArrayEquals(original, encoded.decode(), profile + " " + modality);
                int length = encoded.bytes().length;
                assertTrue(
                        length <= peer, profile + " " + modality + ": " + length + " of " + peer);
            }
        }
    }

    /** Bits allocated of 1, 32 and 64, which no pixel coder takes. */
    @Test
    void otherSamplesComeBackAndAreNotLongerThanZstd() throws Exception {
        ByteBuffer floats = ByteBuffer.allocate(40_000).order(ByteOrder.LITTLE_ENDIAN);
        byte[] mask = new byte[20_000];
        Random random = new Random(5);
        while (floats.hasRemaining()) {
            floats.putFloat((float) (random.nextGaussian() / 100 + floats.position() / 9999.0));
        }
        for (int i = 0; i < mask.length; i++) {
            mask[i] = (byte) (i / 64 % 40 > 30 && i % 64 > 20 && i % 64 < 40 ? -1 : 0);
        }
        for (byte[] samples : new byte[][] {floats.array(), mask}) {
            ImageShape shape = new ImageShape(100, 100, 1, 8, false, false, false);
            byte[] original = new ShapedPixels(shape).file(samples, 1);
            // The value of Bits Allocated, which only these have.
            int at = original.length - samples.length - 12 - 3 * 10 - 2;
            original[at] = (byte) (samples.length == 40_000 ? 32 : 1);
            for (EncodingProfile profile : EncodingProfile.values()) {
                try (SeriesContext alone = SeriesContext.ofOne()) {
                    Encoded encoded = Encoded.of(original, profile, alone);
                    assertArrayEquals(original, encoded.decode());
                    assertTrue(encoded.bytes().length <= zstd(original));
                }
            }
        }
    }

    /** As the program writes it: with a checksum. */
    private static int zstd(byte[] original) {
        return Zstd.compress(Arrays.copyOf(original, original.length), 19).length + 4;
    }
}
