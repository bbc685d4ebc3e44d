package strata.codec.dense;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.base.CorruptDataException;
import strata.codec.ImageShape;
import strata.codec.PlainBytesReader;

import java.util.Arrays;
import java.util.Random;

class PlainBytesTest {
    private static final int KINDS = 6;

    private final PlainBytes coder = new PlainBytes();

    /** Constant, noise, text, repeats with changes, 16-bit steps, the highest bytes first. */
    private static byte[] made(int seed, int length) {
        Random random = new Random(seed);
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte)
                    switch (seed % KINDS) {
                        case 0 -> 255;
                        case 1 -> random.nextInt();
                        case 2 ->
                            "the quick brown fox 0123".charAt((i * 7 + random.nextInt(3)) % 24);
                        case 3 ->
                            i > 99 && random.nextInt(90) > 0 ? bytes[i - 97] : random.nextInt(50);
                        case 4 -> i % 2 == 0 ? i / 5 : i / 2000;
                        default -> i < 5 ? 255 : random.nextInt(3);
                    };
        }
        return bytes;
    }

    private byte[] encode(byte[] bytes) {
        byte[] payload = new byte[bytes.length + bytes.length / 8 + 64];
        byte[] copy = bytes.clone();
        int length = coder.encode(copy, 0, copy.length, payload, payload.length);
        assertArrayEquals(bytes, copy, "what is encoded stays as it is");
        return Arrays.copyOf(payload, length);
    }

    @Test
    void stringsComeBackAndAreReadFromTheDescriptionAlone() throws Exception {
        for (int seed = 0; seed < 60; seed++) {
            int length = seed < 6 ? seed + 1 : new Random(seed).nextInt(seed == 9 ? 90_000 : 4000);
            byte[] bytes = made(seed, seed == 9 ? 70_000 : Math.max(1, length));
            byte[] payload = encode(bytes);
            byte[] back = new byte[bytes.length];
            coder.decode(payload, 0, payload.length, back, back.length, "seed " + seed);
            assertArrayEquals(bytes, back, "seed " + seed);
            if (seed % 3 == 0) {
                assertArrayEquals(bytes, PlainBytesReader.read(payload, bytes.length), "" + seed);
            }
        }
    }

    @Test
    void repeatsAreShortAndNoiseIsHardlyLonger() {
        assertTrue(encode(made(0, 50_000)).length < 60);
        assertTrue(encode(made(3, 20_000)).length < 2500);
        assertTrue(encode(made(1, 20_000)).length < 20_600);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        byte[] bytes = made(1, 500);
        byte[] payload = new byte[600];
        for (int room : new int[] {0, 1, 5, 100, 400}) {
            Arrays.fill(payload, (byte) 77);
            assertEquals(-1, coder.encode(bytes, 0, 500, payload, room), "room " + room);
            assertEquals(77, payload[room], "the byte after " + room);
        }
    }

    @Test
    void anyOtherBytesGiveAStringOrAreRefused() {
        int refused = 0;
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            byte[] payload = seed % 2 == 0 ? new byte[random.nextInt(90)] : encode(made(seed, 300));
            if (seed % 2 == 0) {
                random.nextBytes(payload);
            } else if (payload.length > 0) {
                payload[random.nextInt(payload.length)] ^= (byte) (1 + random.nextInt(255));
            }
            try {
                coder.decode(payload, 0, payload.length, new byte[300], 300, "seed");
            } catch (CorruptDataException expected) {
                refused++;
            }
        }
        assertTrue(refused > 200, "refused " + refused);
    }

    @Test
    void aStringCutShortIsRefused() {
        byte[] payload = encode(made(2, 900));
        assertThrows(
                CorruptDataException.class,
                () -> coder.decode(payload, 0, payload.length - 1, new byte[900], 900, "cut"));
    }

    /**
     * The first byte of the code is 255 then, which once was taken for one that waits for a carry.
     */
    @Test
    void imagesOfNothingButTheHighestValuesComeBack() throws Exception {
        ImageShape shape = new ImageShape(40, 20, 1, 16, false, false, false);
        for (int lowest : new int[] {0xffff, 0xff00, 0xfffe}) {
            byte[] samples = new byte[1600];
            Random random = new Random(lowest);
            for (int i = 0; i < 1600; i += 2) {
                int value = lowest + (lowest == 0xffff ? 0 : random.nextInt(2));
                samples[i] = (byte) value;
                samples[i + 1] = (byte) (value >> 8);
            }
            byte[] payload = new byte[5000];
            int length = new DenseEncoder().encode(samples, 0, 1600, shape, payload, 0, 5000);
            byte[] back = new byte[1600];
            new DenseDecoder().decode(payload, 0, length, shape, back, 0, 1600, "high");
            assertArrayEquals(samples, back, "from " + lowest);
        }
    }
}
