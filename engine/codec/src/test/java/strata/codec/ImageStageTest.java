package strata.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.base.CorruptDataException;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

class ImageStageTest {
    private final ImageEncoder encoder = new ImageEncoder();
    private final ByteDecompressor decompressor = new ByteDecompressor();
    private final ImageDecoder decoder = new ImageDecoder(decompressor);

    @Test
    void everyShapeAndContentComesBack() throws Exception {
        for (int seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            ImageShape shape = randomShape(random);
            int rows = 1 + random.nextInt(90);
            byte[] pixels = pixels(random, shape.rowBytes() * rows, shape);
            byte[] payload = new byte[pixels.length * 4 + 4096];
            int length = encoder.encode(pixels, 0, pixels.length, shape, payload, payload.length);
            assertTrue(length > 0, "seed " + seed);
            byte[] back = new byte[pixels.length];
            decoder.decode(ByteBuffer.wrap(payload, 0, length).slice(), back, back.length, "test");
            assertArrayEquals(pixels, back, "seed " + seed + " " + shape);
        }
    }

    @Test
    void aPayloadThatDoesNotFitIsRefused() {
        Random random = new Random(7);
        ImageShape shape = new ImageShape(64, 64, 1, 16, false, false, false);
        byte[] pixels = new byte[shape.rowBytes() * 64];
        random.nextBytes(pixels);
        byte[] payload = new byte[pixels.length];
        for (int limit : new int[] {0, 1, 7, 8, 30, 100, 1000, pixels.length / 2}) {
            assertEquals(-1, encoder.encode(pixels, 0, pixels.length, shape, payload, limit));
        }
    }

    @Test
    void damagedPayloadsRaiseOnlyCorruptData() {
        Random random = new Random(11);
        ImageShape shape = new ImageShape(100, 80, 1, 16, false, true, false);
        byte[] pixels = pixels(random, shape.rowBytes() * 80, shape);
        byte[] payload = new byte[pixels.length * 2];
        int length = encoder.encode(pixels, 0, pixels.length, shape, payload, payload.length);
        int refused = 0;
        for (int seed = 0; seed < 3000; seed++) {
            Random mutation = new Random(seed);
            byte[] mutated = Arrays.copyOf(payload, length);
            int flips = 1 + mutation.nextInt(4);
            for (int i = 0; i < flips; i++) {
                int bound = mutation.nextBoolean() ? Math.min(80, length) : length;
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
            byte[] payload = new byte[random.nextInt(300)];
            random.nextBytes(payload);
            byte[] back = new byte[1024];
            assertThrows(
                    CorruptDataException.class,
                    () -> decoder.decode(ByteBuffer.wrap(payload), back, back.length, "random"),
                    "seed " + seed);
        }
    }

    static ImageShape randomShape(Random random) {
        int columns = random.nextInt(5) == 0 ? 1 + random.nextInt(3) : 1 + random.nextInt(200);
        return new ImageShape(
                columns,
                1 + random.nextInt(64),
                random.nextInt(3) == 0 ? 1 + random.nextInt(4) : random.nextBoolean() ? 1 : 3,
                random.nextBoolean() ? 8 : 16,
                random.nextBoolean(),
                random.nextBoolean(),
                random.nextBoolean());
    }

    /** Flat, ramp with noise of some strength, or pure noise. */
    static byte[] pixels(Random random, int length, ImageShape shape) {
        byte[] out = new byte[length];
        int kind = random.nextInt(4);
        if (kind == 0) {
            random.nextBytes(out);
            return out;
        }
        int noise = kind == 1 ? 1 : 1 << random.nextInt(shape.bitsAllocated());
        ByteBuffer buffer = ByteBuffer.wrap(out);
        if (!shape.bigEndian()) {
            buffer.order(java.nio.ByteOrder.LITTLE_ENDIAN);
        }
        int columns = shape.columns() * shape.interleaved();
        for (int i = 0; i < length / shape.bytesPerSample(); i++) {
            int value = i % columns * 3 + i / columns * 2 + random.nextInt(noise) - 50;
            if (shape.bitsAllocated() == 8) {
                buffer.put((byte) value);
            } else {
                buffer.putShort((short) value);
            }
        }
        return out;
    }
}
