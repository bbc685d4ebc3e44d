package strata.tier;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import strata.base.CorruptDataException;
import strata.base.Digest;
import strata.base.FormatException;
import strata.base.Metrics;
import strata.base.StrataException;
import strata.codec.EncodingProfile;
import strata.tier.TestPacks.Sample;
import strata.tier.crypto.KeyLedger;
import strata.tier.crypto.MemoryKeys;
import strata.tier.crypto.MissingKeyException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** The layout of a sealed pack that studies share is as described, and all of it is guarded. */
class SharedPackTest {
    private static final String GOLDEN = "/golden/shared-v1/";
    private static final int STUDIES = 4;

    private final List<Sample> samples = TestPacks.shared(5, STUDIES);
    private final MemoryKeys medium = new MemoryKeys();
    private KeyLedger keys;
    private byte[] pack;

    @BeforeEach
    void write() throws IOException {
        keys = ledger(medium);
        pack = pack(samples, keys);
    }

    private static KeyLedger ledger(MemoryKeys medium) throws IOException {
        KeyLedger out = KeyLedger.open(
                MemoryKeys.siteKeys(1), new MemoryKeys(), Metrics.none(), Clock.systemUTC());
        out.attach("tier", medium);
        return out;
    }

    private static byte[] pack(List<Sample> samples, KeyLedger keys) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new PackSealing(keys, "tier")
                .write(TestPacks.objects(samples), EncodingProfile.FAST, Instant.EPOCH, out);
        return out.toByteArray();
    }

    private PackReader open(byte[] bytes) throws IOException {
        return PackReader.open("test", PackDamageTest.source(bytes), Optional.of(keys));
    }

    private void verifyAll(byte[] bytes) throws IOException {
        try (PackReader reader = open(bytes)) {
            assertEquals(samples.size(), reader.entries().size());
            for (PackEntry entry : reader.entries()) {
                reader.verify(entry.number());
            }
        }
    }

    /** Where each part begins, and where the last one ends, read as the description says. */
    private static List<Integer> parts(byte[] bytes) {
        ByteBuffer from = ByteBuffer.wrap(bytes);
        int index = (int) from.getLong(bytes.length - 48 + 8);
        int count = from.getInt(12);
        List<Integer> out = new ArrayList<>(List.of(64));
        for (int i = 0; i < count; i++) {
            out.add(out.get(i) + (int) from.getLong(index + 12 * i));
        }
        assertEquals(index, out.get(count));
        return out;
    }

    @Test
    void theLayoutIsAsDescribed() throws Exception {
        ByteBuffer from = ByteBuffer.wrap(pack);
        byte[] magic = new byte[8];
        from.get(magic);
        assertEquals("STRATASH", new String(magic, StandardCharsets.US_ASCII));
        assertEquals(1, from.getShort());
        assertEquals(STUDIES, from.getInt(12));
        byte[] id = Arrays.copyOfRange(pack, 16, 32);
        assertArrayEquals(id, Arrays.copyOfRange(pack, pack.length - 24, pack.length - 8));
        List<Integer> parts = parts(pack);
        int index = parts.get(STUDIES);
        for (int number = 0; number < STUDIES; number++) {
            int at = parts.get(number);
            assertEquals(3, from.getInt(index + 12 * number + 8), "entries of part " + number);
            assertEquals("STRATASE", new String(pack, at, 8, StandardCharsets.US_ASCII));
            MessageDigest sha256 = Digest.newSha256();
            sha256.update("strata part 1".getBytes(StandardCharsets.US_ASCII));
            sha256.update(id);
            sha256.update(ByteBuffer.allocate(4).putInt(number).flip());
            assertArrayEquals(
                    Arrays.copyOf(sha256.digest(), 16),
                    Arrays.copyOfRange(pack, at + 28, at + 44),
                    "the name of part " + number);
        }
    }

    @Test
    void everyFlippedBitIsNoticed() throws IOException {
        verifyAll(pack);
        Random random = new Random(1);
        for (int at = 0; at < pack.length; at += 1 + at % 3) {
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
    void everyTruncationAndRandomMutationRaisesATypedError() {
        for (int length = 0; length < pack.length; length += 1 + length / 37) {
            byte[] cut = Arrays.copyOf(pack, length);
            assertThrows(StrataException.class, () -> verifyAll(cut), "cut at " + length);
        }
        for (int seed = 0; seed < 500; seed++) {
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
    void damageStaysInItsPart() throws IOException {
        byte[] mutated = pack.clone();
        mutated[parts(pack).get(2) - 30] ^= 1;
        List<Integer> unlisted = new ArrayList<>();
        try (PackReader reader = open(mutated)) {
            List<PackEntry> left = reader.entries((first, count, cause) -> {
                assertTrue(cause instanceof CorruptDataException, cause.toString());
                unlisted.addAll(List.of(first, count));
            });
            assertEquals(List.of(3, 3), unlisted);
            assertEquals(9, left.size());
            for (PackEntry entry : left) {
                reader.verify(entry.number());
            }
            assertThrows(CorruptDataException.class, () -> reader.entry(4));
            assertThrows(CorruptDataException.class, reader::entries);
        }
    }

    /** Each opens by its key wherever it lies; it is read only where it was sealed. */
    @Test
    void aPartOpensInItsPlaceOfItsPackOnly() throws IOException {
        List<Integer> at = parts(pack);
        List<Sample> others = new ArrayList<>(samples);
        others.set(0, samples.get(0));
        others.remove(others.size() - 1);
        byte[] other = pack(others, keys);
        byte[] stolen = other.clone();
        List<Integer> otherAt = parts(other);
        // The same study with the same objects, sealed for the other pack: of one length.
        assertEquals(at.get(1) - at.get(0), otherAt.get(1) - otherAt.get(0));
        System.arraycopy(pack, at.get(0), stolen, otherAt.get(0), at.get(1) - at.get(0));
        try (PackReader reader = open(stolen)) {
            CorruptDataException thrown =
                    assertThrows(CorruptDataException.class, () -> reader.entry(0));
            assertTrue(thrown.getMessage().contains("another part"), thrown.getMessage());
            reader.verify(3);
        }
    }

    @Test
    void oneEntryIsReadWithoutTheOthers() throws IOException {
        List<Sample> many = TestPacks.shared(6, 200);
        byte[] large = pack(many, keys);
        AtomicLong fetched = new AtomicLong();
        PackSource source = PackDamageTest.source(large);
        PackSource counted = new PackSource() {
            @Override
            public long lengthBytes() throws IOException {
                return source.lengthBytes();
            }

            @Override
            public void read(ByteBuffer to, long position) throws IOException {
                fetched.addAndGet(to.remaining());
                source.read(to, position);
            }

            @Override
            public void dropCache() {}

            @Override
            public void close() {}
        };
        try (PackReader reader = PackReader.open("test", counted, Optional.of(keys));
                PackEntryReader entry = reader.read(301)) {
            assertArrayEquals(many.get(301).bytes(), TierContract.readAll(entry));
        }
        assertTrue(fetched.get() < large.length / 20, fetched + " of " + large.length);
    }

    @Test
    void withoutItsKeysItIsNotRead() throws IOException {
        try (PackReader reader = PackReader.open("test", PackDamageTest.source(pack))) {
            MissingKeyException thrown = assertThrows(MissingKeyException.class, reader::entries);
            assertEquals(MissingKeyException.Kind.UNKNOWN, thrown.kind());
        }
    }

    @Test
    void aStudyInTwoPlacesIsRefused() {
        List<Sample> mixed = new ArrayList<>(samples);
        mixed.add(mixed.remove(0));
        assertThrows(IllegalArgumentException.class, () -> pack(mixed, keys));
    }

    /** What version 1 wrote stays readable; the files are made by -Dstrata.golden.write=DIR. */
    @Test
    void theGoldenPackIsRead() throws IOException {
        String target = System.getProperty("strata.golden.write");
        if (target != null) {
            Files.write(Path.of(target, "shared.pack"), pack);
            Files.write(Path.of(target, "00000001.keys"), medium.read("00000001.keys", 1 << 20));
        }
        MemoryKeys golden = new MemoryKeys();
        golden.write("00000001.keys", resource("00000001.keys"));
        keys = ledger(golden);
        byte[] bytes = resource("shared.pack");
        verifyAll(bytes);
        try (PackReader reader = open(bytes)) {
            for (int i = 0; i < samples.size(); i++) {
                PackEntry entry = reader.entry(i);
                assertEquals(samples.get(i).object().key(), entry.key());
                try (PackEntryReader from = reader.read(i)) {
                    assertArrayEquals(samples.get(i).bytes(), TierContract.readAll(from));
                }
            }
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream from = SharedPackTest.class.getResourceAsStream(GOLDEN + name)) {
            return from.readAllBytes();
        }
    }
}
