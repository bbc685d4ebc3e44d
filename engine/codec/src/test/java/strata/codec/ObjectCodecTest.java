package strata.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.base.CorruptDataException;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32C;

class ObjectCodecTest {
    @Test
    void emptyAndTinyObjectsComeBack() throws Exception {
        for (int length : new int[] {0, 1, 2, 131, 132, 4096}) {
            byte[] original = new byte[length];
            new Random(length).nextBytes(original);
            Encoded encoded = Encoded.of(original, EncodingProfile.FAST);
            assertArrayEquals(original, encoded.decode());
            assertEquals(encoded.bytes().length, encoded.layout().encodedBytes());
            assertEquals(length, encoded.layout().originalBytes());
        }
    }

    @Test
    void randomBytesGrowOnlyByHeaders() throws Exception {
        for (int seed = 0; seed < 12; seed++) {
            byte[] original = new byte[new Random(seed).nextInt(3 << 20)];
            new Random(seed).nextBytes(original);
            Encoded encoded = Encoded.of(original, EncodingProfile.FAST);
            assertArrayEquals(original, encoded.decode(), "seed " + seed);
            int chunks = encoded.layout().chunks().size();
            int most = original.length + chunks * CompactHeader.MAX_LENGTH + 1;
            assertTrue(encoded.bytes().length <= most, "seed " + seed);
        }
    }

    @Test
    void layoutSurvivesItsTableAndIsFoundWithoutIt() throws Exception {
        byte[] original = new byte[3_000_000];
        new Random(3).nextBytes(original);
        Encoded encoded = Encoded.of(original, EncodingProfile.FAST);
        EncodedLayout layout = encoded.layout();
        ByteBuffer table = ByteBuffer.allocate(layout.tableLength());
        layout.write(table);
        assertEquals(0, table.remaining());
        assertEquals(layout, EncodedLayout.read(table.flip(), "test"));
        EncodedSource source = EncodedSource.of(encoded.bytes());
        assertEquals(layout, EncodedLayout.scan(source, encoded.bytes().length, "test"));
    }

    @Test
    void rangesEqualTheSlice() throws Exception {
        byte[] original = TestObjects.ct(new Random(5), 900, 1100);
        Encoded encoded = Encoded.of(original, EncodingProfile.FAST);
        try (ObjectDecoder decoder = encoded.decoder()) {
            for (int seed = 0; seed < 200; seed++) {
                Random random = new Random(seed);
                int from = random.nextInt(original.length + 1);
                int to = from + random.nextInt(Math.min(200_000, original.length - from + 1));
                decoder.skipTo(from);
                ByteBuffer range = ByteBuffer.allocate(to - from);
                decoder.readFully(range);
                byte[] expected = Arrays.copyOfRange(original, from, to);
                assertArrayEquals(expected, range.array(), "seed " + seed);
            }
        }
    }

    @Test
    void aSeriesSharesItsHeader() throws Exception {
        try (SeriesContext series = new SeriesContext()) {
            byte[] first = TestObjects.report(new Random(1), 1);
            byte[] second = TestObjects.report(new Random(1), 2);
            Encoded one = Encoded.of(first, EncodingProfile.FAST, series);
            Encoded two = Encoded.of(second, EncodingProfile.FAST, series);
            assertArrayEquals(first, one.decode());
            assertArrayEquals(second, two.decode());
            assertEquals(one.template(), two.template());
            Encoded alone = Encoded.of(second, EncodingProfile.FAST);
            int without = new ByteCompressor(EncodingProfile.FAST)
                    .compress(second, 0, second.length, new byte[99999], 0, 99999);
            assertTrue(two.bytes().length * 2 < without, two.bytes().length + " of " + without);
            assertTrue(alone.template().isPresent());
        }
    }

    @Test
    void aMissingTemplateIsDamage() throws Exception {
        Encoded encoded = Encoded.of(TestObjects.report(new Random(1), 1), EncodingProfile.FAST);
        Encoded without = new Encoded(encoded.bytes(), encoded.layout(), Optional.empty());
        assertThrows(CorruptDataException.class, without::decode);
    }

    @Test
    void everyFlippedBitIsNoticed() throws Exception {
        byte[] original = TestObjects.report(new Random(2), 3);
        Encoded encoded = Encoded.of(original, EncodingProfile.FAST);
        for (int bit = 0; bit < encoded.bytes().length * 8; bit++) {
            byte[] mutated = encoded.bytes().clone();
            mutated[bit / 8] ^= (byte) (1 << bit % 8);
            Encoded damaged = new Encoded(mutated, encoded.layout(), encoded.template());
            int at = bit;
            assertThrows(CorruptDataException.class, damaged::decode, () -> "bit " + at);
        }
    }

    @Test
    void randomBytesAreNoEncoding() {
        for (int seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            byte[] bytes = new byte[random.nextInt(400)];
            random.nextBytes(bytes);
            if (bytes.length > 0 && (bytes[0] & 0xff) == CompactHeader.EMPTY) {
                bytes[0] = 0;
            }
            EncodedSource source = EncodedSource.of(bytes);
            assertThrows(
                    CorruptDataException.class,
                    () -> decode(source, EncodedLayout.scan(source, bytes.length, "random")),
                    "seed " + seed);
            assertThrows(
                    CorruptDataException.class,
                    () -> decode(source, EncodedLayout.read(ByteBuffer.wrap(bytes), "random")),
                    "seed " + seed);
        }
    }

    private static byte[] decode(EncodedSource source, EncodedLayout layout) throws IOException {
        return Encoded.decode(new ObjectDecoder("random", source, layout, Optional.empty()));
    }

    @Test
    void hundredsOfMegabytesStreamThrough() throws Exception {
        long length = 300L << 20;
        java.nio.file.Path file = java.nio.file.Files.createTempFile("encoded", ".bin");
        try (SeriesContext series = new SeriesContext();
                ObjectEncoder encoder = new ObjectEncoder(EncodingProfile.FAST)) {
            EncodedLayout layout;
            CRC32C sent = new CRC32C();
            try (OutputStream out = java.nio.file.Files.newOutputStream(file)) {
                InputStream in = new TestObjects.Endless(9, length, sent);
                layout = encoder.encode(in, series, out);
            }
            assertEquals(length, layout.originalBytes());
            CRC32C got = new CRC32C();
            try (java.nio.channels.FileChannel channel = java.nio.channels.FileChannel.open(file);
                    ObjectDecoder decoder = new ObjectDecoder(
                            "test",
                            (to, at) -> {
                                while (to.hasRemaining()) {
                                    at += channel.read(to, at);
                                }
                            },
                            layout,
                            series.template())) {
                ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
                while (decoder.read(buffer.clear()) >= 0) {
                    got.update(buffer.flip());
                }
            }
            assertEquals(sent.getValue(), got.getValue());
        } finally {
            java.nio.file.Files.delete(file);
        }
    }
}
