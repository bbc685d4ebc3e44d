package strata.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.base.FormatException;

import java.io.IOException;
import java.io.InputStream;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Encoded objects as every version of the format wrote them, all methods among them, of made
 * images: they stay readable for ever. What is written today is compared with what was written
 * first, where no other library decides it.
 */
class GoldenObjectsTest {
    private static final ImageShape[] SHAPES = {
        new ImageShape(61, 40, 3, 8, false, false, false),
        new ImageShape(50, 44, 1, 16, false, true, true),
        new ImageShape(40, 30, 3, 16, true, false, false)
    };

    @Test
    void objectsOfTheFirstVersionAreRead() throws Exception {
        Set<ChunkMethod> methods = EnumSet.noneOf(ChunkMethod.class);
        for (EncodingProfile profile : EncodingProfile.values()) {
            String name = "object-1-" + profile.profileName();
            Optional<SeriesTemplate> template =
                    Optional.of(new SeriesTemplate(golden(name + "-template.bin")));
            Random random = new Random(11);
            for (int i = 0; i < 2; i++) {
                byte[] original = TestObjects.ct(random, 96, 80);
                check(golden(name + "-series-" + i + ".bin"), template, original, methods);
            }
            for (int i = 0; i < SHAPES.length; i++) {
                byte[] encoded = golden(name + "-shape-" + i + ".bin");
                check(encoded, Optional.empty(), shaped(i), methods);
            }
            byte[] noise = new byte[300];
            new Random(3).nextBytes(noise);
            check(
                    golden(name + "-stored.bin"),
                    Optional.of(new SeriesTemplate(noise)),
                    noise,
                    methods);
        }
        assertTrue(methods.containsAll(EnumSet.of(ChunkMethod.LINEAR, ChunkMethod.DENSE)));
        assertTrue(methods.containsAll(EnumSet.of(ChunkMethod.ZSTD, ChunkMethod.ZSTD_TEMPLATE)));
    }

    @Test
    void aNewerFirstVersionIsNamed() throws Exception {
        byte[] newer = golden("object-1-fast-shape-0.bin");
        newer[4] = 2;
        EncodedSource source = EncodedSource.of(newer);
        FormatException thrown = assertThrows(
                FormatException.class, () -> EncodedLayout.scan(source, newer.length, "newer"));
        assertEquals(FormatException.Kind.TOO_NEW, thrown.kind());
    }

    /** The encoders chose other weights then. */
    @Test
    void firstObjectsOfTheSecondVersionAreRead() throws Exception {
        Set<ChunkMethod> methods = EnumSet.noneOf(ChunkMethod.class);
        for (EncodingProfile profile : EncodingProfile.values()) {
            for (int i = 0; i < SHAPES.length; i++) {
                String name = "object-2-" + profile.profileName() + "-" + i + ".bin";
                check(golden(name), Optional.empty(), shaped(i), methods);
            }
        }
        assertTrue(methods.containsAll(EnumSet.of(ChunkMethod.LINEAR, ChunkMethod.DENSE)));
    }

    /** Payloads of the pixel coders and of plain bytes are ours to the last bit. */
    @Test
    void objectsOfTheSecondVersionAreReadAndTheirModelledChunksWrittenAlike() throws Exception {
        Set<ChunkMethod> methods = EnumSet.noneOf(ChunkMethod.class);
        for (EncodingProfile profile : EncodingProfile.values()) {
            String name = "object-2-" + profile.profileName() + "-fit-2";
            for (int i = 0; i < SHAPES.length; i++) {
                byte[] encoded = golden(name + "-" + i + ".bin");
                check(encoded, Optional.empty(), shaped(i), methods);
                byte[] again;
                try (SeriesContext alone = SeriesContext.ofOne()) {
                    again = Encoded.of(shaped(i), profile, alone).bytes();
                }
                EncodedLayout layout = layout(encoded);
                EncodedLayout now = layout(again);
                EncodedLayout.Chunk last = layout.chunks().get(layout.chunks().size() - 1);
                assertEquals(layout.chunks().size(), now.chunks().size());
                assertArrayEquals(
                        payload(encoded, last),
                        payload(again, now.chunks().get(now.chunks().size() - 1)),
                        profile + " " + i);
            }
        }
        assertTrue(methods.containsAll(EnumSet.of(ChunkMethod.LINEAR, ChunkMethod.DENSE)));
        assertTrue(methods.contains(ChunkMethod.BYTES), methods.toString());
    }

    private static byte[] payload(byte[] encoded, EncodedLayout.Chunk chunk) {
        int from = (int) chunk.encodedOffset();
        return java.util.Arrays.copyOfRange(encoded, from, from + chunk.encodedLength());
    }

    private static void check(
            byte[] encoded,
            Optional<SeriesTemplate> template,
            byte[] original,
            Set<ChunkMethod> methods)
            throws IOException {
        EncodedLayout layout = layout(encoded);
        assertEquals(encoded.length, layout.encodedBytes());
        for (EncodedLayout.Chunk chunk : layout.chunks()) {
            int first = encoded[(int) chunk.encodedOffset()];
            methods.add(ChunkMethod.of(first & (layout.compact() ? 63 : 127)));
        }
        assertArrayEquals(original, new Encoded(encoded, layout, template).decode());
    }

    private static EncodedLayout layout(byte[] encoded) throws IOException {
        return EncodedLayout.scan(EncodedSource.of(encoded), encoded.length, "golden");
    }

    /** Two frames of steps and noise. */
    static byte[] shaped(int which) {
        ImageShape shape = SHAPES[which];
        byte[] samples = new byte[(int) shape.frameBytes() * 2];
        Random random = new Random(which);
        for (int i = 0; i < samples.length; i++) {
            int step = i / shape.bytesPerSample() % shape.columns() / 3;
            int high = shape.bigEndian() == (i % 2 == 0) ? 0 : 40;
            samples[i] = (byte) (step + random.nextInt(9) + high);
        }
        return new TestObjects.ShapedPixels(shape).file(samples, 2);
    }

    private static byte[] golden(String name) throws IOException {
        try (InputStream in = GoldenObjectsTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }
}
