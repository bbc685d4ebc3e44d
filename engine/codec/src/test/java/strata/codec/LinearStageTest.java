package strata.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.base.CorruptDataException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/** Method LINEAR, against itself, against a reader made from its description, and damaged. */
class LinearStageTest {
    private final LinearEncoder encoder = new LinearEncoder();
    private final LinearDecoder decoder = new LinearDecoder();

    @Test
    void everyShapeAndContentComesBackThroughBothReaders() throws Exception {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            ImageShape shape = ImageStageTest.randomShape(random);
            int rows = 1 + random.nextInt(seed % 4 == 0 ? 200 : 60);
            byte[] pixels = ImageStageTest.pixels(random, shape.rowBytes() * rows, shape);
            byte[] payload = new byte[pixels.length * 4 + 8192];
            int length = encoder.encode(pixels, 0, pixels.length, shape, payload, payload.length);
            assertTrue(length > 0, "seed " + seed);
            byte[] back = new byte[pixels.length];
            decoder.decode(ByteBuffer.wrap(payload, 0, length).slice(), back, back.length, "test");
            assertArrayEquals(pixels, back, "seed " + seed + " " + shape);
            byte[] exact = Arrays.copyOf(payload, length);
            assertArrayEquals(
                    pixels,
                    SimpleLinearReader.read(exact, pixels.length),
                    "simple reader, seed " + seed + " " + shape);
        }
    }

    /** Small frames of a series, then one of another kind, through one encoder. */
    @Test
    void framesLikeTheOnesBeforeComeBackThroughBothReaders() throws Exception {
        ImageShape shape = new ImageShape(64, 64, 1, 16, false, false, false);
        int alone = 0;
        int together = 0;
        for (int seed = 0; seed < 24; seed++) {
            Random random = new Random(seed);
            byte[] pixels = frame(random, seed == 12 ? 4000 : 20);
            byte[] payload = new byte[2 * pixels.length];
            int length = encoder.encode(pixels, 0, pixels.length, shape, payload, payload.length);
            byte[] back = new byte[pixels.length];
            decoder.decode(ByteBuffer.wrap(payload, 0, length).slice(), back, back.length, "test");
            assertArrayEquals(pixels, back, "seed " + seed);
            byte[] exact = Arrays.copyOf(payload, length);
            assertArrayEquals(pixels, SimpleLinearReader.read(exact, pixels.length), "" + seed);
            together += length;
            alone += new LinearEncoder()
                    .encode(pixels, 0, pixels.length, shape, payload, payload.length);
        }
        assertTrue(together < alone * 1.01, together + " bytes, " + alone + " each alone");
    }

    private static byte[] frame(Random random, int noise) {
        ByteBuffer samples = ByteBuffer.allocate(2 * 64 * 64).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 64 * 64; i++) {
            int shade = 20 * (i % 64) + 10 * (i / 64);
            samples.putShort((short) (8000 + shade + random.nextGaussian() * noise));
        }
        return samples.array();
    }

    @Test
    void aPayloadThatDoesNotFitIsRefused() {
        Random random = new Random(7);
        ImageShape shape = new ImageShape(64, 64, 1, 16, false, false, false);
        byte[] pixels = new byte[shape.rowBytes() * 64];
        random.nextBytes(pixels);
        byte[] payload = new byte[pixels.length];
        for (int limit : new int[] {0, 1, 9, 10, 30, 100, 1000, pixels.length / 2}) {
            assertEquals(-1, encoder.encode(pixels, 0, pixels.length, shape, payload, limit));
        }
    }

    @Test
    void everyTokenHasItsValues() {
        for (int value = 0; value < 1 << 16; value++) {
            int values = LinearStage.TOKEN_VALUES[LinearStage.token(value)];
            int first = values >>> 5;
            assertTrue(value >= first && value - first < 1 << (values & 31), "value " + value);
        }
    }

    @Test
    void damagedPayloadsRaiseOnlyCorruptData() {
        Random random = new Random(11);
        ImageShape shape = new ImageShape(180, 120, 1, 16, false, true, false);
        byte[] pixels = ImageStageTest.pixels(random, shape.rowBytes() * 120, shape);
        byte[] payload = new byte[pixels.length * 2];
        int length = encoder.encode(pixels, 0, pixels.length, shape, payload, payload.length);
        int refused = 0;
        for (int seed = 0; seed < 2000; seed++) {
            Random mutation = new Random(seed);
            byte[] mutated = Arrays.copyOf(payload, length);
            int flips = 1 + mutation.nextInt(4);
            for (int i = 0; i < flips; i++) {
                int bound = mutation.nextBoolean() ? Math.min(400, length) : length;
                mutated[mutation.nextInt(bound)] = (byte) mutation.nextInt();
            }
            int end = mutation.nextInt(4) == 0 ? mutation.nextInt(length) : length;
            byte[] back = new byte[pixels.length];
            try {
                ByteBuffer from = ByteBuffer.wrap(mutated, 0, end).slice();
                decoder.decode(from, back, back.length, "seed " + seed);
            } catch (CorruptDataException expected) {
                refused++;
            }
        }
        assertTrue(refused > 500, "refused " + refused);
    }

    @Test
    void randomBytesRaiseOnlyCorruptData() {
        for (int seed = 0; seed < 3000; seed++) {
            Random random = new Random(seed);
            byte[] payload = new byte[random.nextInt(400)];
            random.nextBytes(payload);
            byte[] back = new byte[1024];
            assertThrows(
                    CorruptDataException.class,
                    () -> decoder.decode(ByteBuffer.wrap(payload), back, back.length, "random"),
                    "seed " + seed);
        }
    }
}
