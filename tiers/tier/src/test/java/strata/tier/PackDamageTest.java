package strata.tier;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import strata.base.CorruptDataException;
import strata.base.FormatException;
import strata.base.StrataException;
import strata.codec.EncodingProfile;
import strata.tier.TestPacks.Sample;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Every region of a pack is guarded, and the documented layout is what is written. */
class PackDamageTest {
    private final List<Sample> samples = TestPacks.mixed(31, 3);
    private byte[] pack;

    @BeforeEach
    void write() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PackWriter.write(TestPacks.objects(samples), EncodingProfile.FAST, Instant.EPOCH, out);
        pack = out.toByteArray();
    }

    @Test
    void everyFlippedBitIsNoticed() throws IOException {
        verifyAll(pack);
        Random random = new Random(1);
        for (int at = 0; at < pack.length; at++) {
            byte[] mutated = pack.clone();
            mutated[at] ^= (byte) (1 << random.nextInt(8));
            int offset = at;
            StrataException thrown = assertThrows(
                    StrataException.class, () -> verifyAll(mutated), () -> "at " + offset);
            assertTrue(
                    thrown instanceof CorruptDataException || thrown instanceof FormatException,
                    "at " + at + ": " + thrown);
        }
    }

    @Test
    void everyTruncationAndEveryZeroedPageIsNoticed() {
        for (int length = 0; length < pack.length; length += 1 + length / 37) {
            byte[] cut = Arrays.copyOf(pack, length);
            assertThrows(CorruptDataException.class, () -> verifyAll(cut), "cut at " + length);
        }
        for (int page = 0; page < pack.length; page += 512) {
            byte[] zeroed = pack.clone();
            Arrays.fill(zeroed, page, Math.min(page + 512, pack.length), (byte) 0);
            assertThrows(StrataException.class, () -> verifyAll(zeroed), "page at " + page);
        }
    }

    @Test
    void randomMutationsRaiseOnlyTypedErrors() {
        for (int seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            byte[] mutated = pack.clone();
            for (int i = 0; i < 1 + random.nextInt(20); i++) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            }
            if (!Arrays.equals(mutated, pack)) {
                assertThrows(StrataException.class, () -> verifyAll(mutated), "seed " + seed);
            }
        }
    }

    @Test
    void anotherKindOfFileAndANewerVersionAreNamed() {
        byte[] other = new byte[5000];
        new Random(2).nextBytes(other);
        FormatException wrong = assertThrows(FormatException.class, () -> open(other));
        assertEquals(FormatException.Kind.WRONG_FILE, wrong.kind());
        byte[] newer = pack.clone();
        newer[9] = PackFormat.VERSION + 1;
        ByteBuffer header = ByteBuffer.wrap(newer);
        header.position(PackFormat.HEADER_LENGTH - PackFormat.CRC_LENGTH);
        PackFormat.putCrc(header);
        FormatException tooNew = assertThrows(FormatException.class, () -> open(newer));
        assertEquals(FormatException.Kind.TOO_NEW, tooNew.kind());
    }

    @Test
    void aReaderWrittenFromTheDescriptionAloneReadsIt() throws Exception {
        SimplePackReader simple = new SimplePackReader(pack);
        assertEquals(samples.size(), simple.entryCount());
        for (int i = 0; i < samples.size(); i++) {
            assertArrayEquals(samples.get(i).bytes(), simple.object(i), "entry " + i);
            String uid = samples.get(i).object().key().instance().value();
            assertEquals(uid, simple.instanceUid(i));
        }
        assertTrue(simple.methods().containsAll(List.of(5, 8)), simple.methods().toString());
    }

    private static PackReader open(byte[] bytes) throws IOException {
        return PackReader.open("test", source(bytes));
    }

    private static void verifyAll(byte[] bytes) throws IOException {
        try (PackReader reader = open(bytes)) {
            for (PackEntry entry : reader.entries()) {
                reader.verify(entry.number());
            }
        }
    }

    static PackSource source(byte[] bytes) {
        return new PackSource() {
            @Override
            public long lengthBytes() {
                return bytes.length;
            }

            @Override
            public void read(ByteBuffer to, long position) throws IOException {
                if (position + to.remaining() > bytes.length) {
                    throw new EOFException("at " + position);
                }
                to.put(bytes, (int) position, to.remaining());
            }

            @Override
            public void dropCache() {}

            @Override
            public void close() {}
        };
    }
}
