package strata.codec.dense;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.base.CorruptDataException;
import strata.codec.ImageShape;

import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;

class DenseCoderTest {
    private final DenseEncoder encoder = new DenseEncoder();
    private final DenseDecoder decoder = new DenseDecoder();

    @Test
    void everyShapeAndContentComesBack() throws Exception {
        for (int seed = 0; seed < 150; seed++) {
            Random random = new Random(seed);
            ImageShape shape = Phantoms.shape(random);
            int length = Phantoms.length(random, shape);
            byte[] samples = Phantoms.samples(random, shape, length);
            roundTrip(samples, shape, "seed " + seed + " " + shape);
        }
    }

    @Test
    void aPlainReaderOfTheFormatReadsThemToo() {
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            ImageShape shape = Phantoms.shape(random);
            int length = Math.min(6000, Phantoms.length(random, shape));
            length = Math.max(1, length / shape.rowBytes()) * shape.rowBytes();
            byte[] samples = Phantoms.samples(random, shape, length);
            byte[] payload = new byte[length * 2 + 70_000];
            int coded = encoder.encode(samples, 0, length, shape, payload, 0, payload.length);
            byte[] back = PlainReader.read(Arrays.copyOf(payload, coded), shape, length);
            assertArrayEquals(samples, back, "seed " + seed + " " + shape);
        }
    }

    private static final ImageShape DISC = new ImageShape(112, 112, 1, 16, false, true, false);

    @Test
    void aDiscIsReadByBothAndItsPayloadStaysTheSame() throws Exception {
        byte[] samples = Phantoms.disc(new Random(5), DISC);
        byte[] payload = new byte[samples.length];
        int coded = encoder.encode(samples, 0, samples.length, DISC, payload, 0, payload.length);
        assertTrue(coded > 0 && coded < samples.length / 2, "length " + coded);
        payload = Arrays.copyOf(payload, coded);
        assertArrayEquals(samples, PlainReader.read(payload, DISC, samples.length), "plainly");
        assertArrayEquals(golden("dense-1-fit-2-disc.bin"), payload, "as ever");
        roundTrip(samples, DISC, "disc");
        byte[] first = golden("dense-1-disc.bin");
        assertArrayEquals(samples, decode(first, DISC, samples.length, "disc"), "the first one");
    }

    private static final int[] GOLDEN = {1, 2, 3, 6, 8, 12, 14, 17, 22, 33};

    /**
     * Each must stay readable for ever. The first encoder chose other weights: what is written now
     * is compared with what was written first since then.
     */
    @Test
    void goldenPayloadsAreReadAndTheNewerOnesWrittenAlike() throws Exception {
        for (int seed : GOLDEN) {
            Random random = new Random(seed);
            ImageShape shape = Phantoms.shape(random);
            int length = Phantoms.length(random, shape);
            byte[] samples = Phantoms.samples(random, shape, length);
            String what = "seed " + seed;
            byte[] first = golden("dense-1-" + seed + ".bin");
            assertArrayEquals(samples, decode(first, shape, length, what), what);
            byte[] now = golden("dense-1-fit-2-" + seed + ".bin");
            assertArrayEquals(samples, decode(now, shape, length, what), what);
            byte[] payload = new byte[length * 2 + 70_000];
            int coded = encoder.encode(samples, 0, length, shape, payload, 0, payload.length);
            assertArrayEquals(now, Arrays.copyOf(payload, coded), what);
        }
    }

    private byte[] decode(byte[] payload, ImageShape shape, int length, String what)
            throws Exception {
        byte[] back = new byte[length];
        decoder.decode(payload, 0, payload.length, shape, back, 0, length, what);
        return back;
    }

    private static byte[] golden(String name) throws Exception {
        try (InputStream in = DenseCoderTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    @Test
    void theSmallestAndTheNarrowestComeBackOrAreRefused() throws Exception {
        int refused = 0;
        for (int columns : new int[] {1, 2, 3, 7, 65535}) {
            for (int rows : new int[] {1, 2, 5, columns > 7 ? 3 : 30000}) {
                for (int bits : new int[] {8, 16}) {
                    ImageShape shape = new ImageShape(columns, rows, 1, bits, false, true, false);
                    byte[] samples = new byte[shape.rowBytes() * rows];
                    for (int i = 0; i < samples.length; i++) {
                        samples[i] = (byte) (i % 5 * 13 + (i & i >> 3));
                    }
                    refused += roundTrip(samples, shape, shape.toString()) < 0 ? 1 : 0;
                }
            }
        }
        assertEquals(2, refused, "columns of more edge than content");
    }

    private int roundTrip(byte[] samples, ImageShape shape, String what) throws Exception {
        byte[] payload = new byte[samples.length * 2 + 70_000];
        int room = payload.length - 5;
        int length = encoder.encode(samples, 0, samples.length, shape, payload, 5, room);
        if (length < 0) {
            return length;
        }
        byte[] back = new byte[samples.length + 7];
        decoder.decode(payload, 5, length, shape, back, 7, samples.length, what);
        assertArrayEquals(samples, Arrays.copyOfRange(back, 7, back.length), what);
        return length;
    }

    @Test
    void noiseIsHardlyLongerThanItsSamples() throws Exception {
        Random random = new Random(3);
        for (int bits : new int[] {8, 16}) {
            ImageShape shape = new ImageShape(256, 256, 1, bits, false, false, false);
            byte[] samples = new byte[shape.rowBytes() * 256];
            random.nextBytes(samples);
            int length = roundTrip(samples, shape, bits + " bits");
            // A few values are missing among 65,536 samples of 16 bits: the map lists those too.
            assertTrue(length < samples.length * 51 / 50, bits + " bits: " + length);
        }
    }

    @Test
    void whatDoesNotFitIsRefused() throws Exception {
        ImageShape shape = new ImageShape(64, 64, 1, 16, false, false, false);
        byte[] samples = new byte[shape.rowBytes() * 64];
        new Random(7).nextBytes(samples);
        byte[] payload = new byte[samples.length];
        for (int limit : new int[] {0, 1, 2, 7, 30, 100, 1000, samples.length / 2}) {
            Arrays.fill(payload, (byte) 77);
            int length = encoder.encode(samples, 0, samples.length, shape, payload, 3, limit);
            assertEquals(-1, length, "limit " + limit);
            assertEquals(77, payload[3 + limit], "the byte after " + limit);
        }
        int whole = roundTrip(samples, shape, "whole");
        byte[] exact = new byte[whole];
        assertEquals(
                whole, encoder.encode(samples, 0, samples.length, shape, exact, 0, whole), "exact");
    }

    @Test
    void damagedPayloadsRaiseOnlyCorruptData() {
        int refused = 0;
        for (int image = 0; image < 20; image++) {
            Random random = new Random(image);
            ImageShape shape = Phantoms.shape(random);
            int length = Phantoms.length(random, shape);
            byte[] samples = Phantoms.samples(random, shape, length);
            byte[] payload = new byte[length * 2 + 70_000];
            int coded = encoder.encode(samples, 0, length, shape, payload, 0, payload.length);
            for (int seed = 0; seed < 20; seed++) {
                refused += damaged(payload, coded, shape, length, image * 1000 + seed);
            }
        }
        assertTrue(refused > 100, "refused " + refused);
    }

    private int damaged(byte[] payload, int coded, ImageShape shape, int length, int seed) {
        Random random = new Random(seed);
        byte[] damaged = Arrays.copyOf(payload, coded);
        for (int i = random.nextInt(4); i >= 0; i--) {
            int bound = random.nextBoolean() ? Math.min(60, coded) : coded;
            damaged[random.nextInt(bound)] = (byte) random.nextInt();
        }
        int end = random.nextInt(4) == 0 ? random.nextInt(coded) : coded;
        byte[] back = new byte[length];
        try {
            decoder.decode(damaged, 0, end, shape, back, 0, length, "seed " + seed);
            return 0;
        } catch (CorruptDataException expected) {
            return 1;
        }
    }

    @Test
    void randomBytesRaiseOnlyCorruptData() {
        for (int seed = 0; seed < 150; seed++) {
            Random random = new Random(seed);
            ImageShape shape = Phantoms.shape(random);
            int length = Phantoms.length(random, shape);
            byte[] payload = new byte[random.nextInt(300)];
            random.nextBytes(payload);
            if (payload.length > 0 && random.nextBoolean()) {
                payload[0] = (byte) (1 + random.nextInt(2));
            }
            byte[] back = new byte[length];
            assertThrows(
                    CorruptDataException.class,
                    () -> decoder.decode(
                            payload, 0, payload.length, shape, back, 0, length, "random"),
                    "seed " + seed);
        }
    }
}
