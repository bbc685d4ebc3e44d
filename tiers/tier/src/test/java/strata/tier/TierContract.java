package strata.tier;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import strata.base.CorruptDataException;
import strata.tier.TestPacks.Sample;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** What every tier promises; each implementation inherits it. */
public abstract class TierContract {
    protected Tier tier;

    /** Opens the tier under test: the same medium each time within one test. */
    protected abstract Tier open() throws Exception;

    /** Flips one bit of a stored pack behind the tier's back. */
    protected abstract void flipBit(String pack, long offset, int bit) throws Exception;

    @BeforeEach
    void openTier() throws Exception {
        tier = open();
    }

    @AfterEach
    void closeTier() throws Exception {
        tier.close();
    }

    @Test
    void aNewTierIsEmptyAndAvailable() throws Exception {
        assertEquals(List.of(), tier.packs());
        assertEquals(List.of(), tier.quarantined());
        assertEquals(TierHealth.AVAILABLE, tier.health());
        TierSpace space = tier.space();
        assertTrue(space.usableBytes() <= space.totalBytes());
        assertTrue(space.fill() >= 0 && space.fill() <= 1, space.toString());
    }

    @Test
    void whatWasWrittenIsReadVerifiedAndListed() throws Exception {
        List<Sample> samples = TestPacks.mixed(1, 6);
        PackSummary summary = tier.write(TestPacks.objects(samples));
        assertEquals(List.of(summary.pack()), tier.packs());
        assertEquals(samples.size(), summary.entries().size());
        assertHolds(summary.pack(), samples);
    }

    @Test
    void severalStudiesShareAPack() throws Exception {
        List<Sample> samples = TestPacks.shared(10, 12);
        PackSummary summary = tier.write(TestPacks.objects(samples));
        assertEquals(List.of(summary.pack()), tier.packs());
        assertHolds(summary.pack(), samples);
        try (PackReader reader = tier.open(summary.pack())) {
            assertEquals(summary, reader.summary());
            assertEquals(samples.size(), reader.size());
            assertThrows(IllegalArgumentException.class, () -> reader.verify(samples.size()));
            for (int entry : List.of(35, 0, 17)) {
                try (PackEntryReader bytes = reader.read(entry)) {
                    assertArrayEquals(samples.get(entry).bytes(), readAll(bytes));
                }
            }
        }
        assertEquals(summary, tier.write(TestPacks.objects(samples)), "a repeat");
    }

    @Test
    void eachTemplateCountsTheEntriesThatItServes() throws Exception {
        List<Sample> samples = TestPacks.mixed(9, 6);
        String pack = tier.write(TestPacks.objects(samples)).pack();
        try (PackReader reader = tier.open(pack)) {
            List<PackTemplate> templates = reader.templates();
            assertTrue(!templates.isEmpty(), "six images of a series have one");
            assertEquals(6, templates.get(0).serves());
            int served = 0;
            for (PackTemplate template : templates) {
                assertEquals(served == 0 ? 0 : 1, template.number());
                served += template.serves();
            }
            long named = reader.entries().stream()
                    .filter(e -> e.template() != PackFormat.NO_TEMPLATE)
                    .count();
            assertEquals(named, served);
        }
    }

    @Test
    void itIsStillThereAfterReopening() throws Exception {
        List<Sample> samples = TestPacks.mixed(2, 4);
        PackSummary summary = tier.write(TestPacks.objects(samples));
        tier.close();
        tier = open();
        assertEquals(List.of(summary.pack()), tier.packs());
        assertHolds(summary.pack(), samples);
    }

    @Test
    void aRepeatedWriteGivesTheSamePackWithoutReadingTheSources() throws Exception {
        List<Sample> samples = TestPacks.mixed(3, 3);
        PackSummary first = tier.write(TestPacks.objects(samples));
        List<PackObject> unreadable = new ArrayList<>();
        for (Sample sample : samples) {
            PackObject o = sample.object();
            unreadable.add(new PackObject(
                    o.id(), o.key(), o.digest(), o.lengthBytes(), o.attributes(), () -> {
                        throw new IOException("not to be read");
                    }));
        }
        assertEquals(first, tier.write(unreadable));
        assertEquals(1, tier.packs().size());
    }

    @Test
    void anySliceOfAnEntryCanBeRead() throws Exception {
        List<Sample> samples = TestPacks.mixed(4, 2);
        PackSummary summary = tier.write(TestPacks.objects(samples));
        Random random = new Random(4);
        try (PackReader reader = tier.open(summary.pack())) {
            for (int i = 0; i < 100; i++) {
                int number = random.nextInt(samples.size());
                byte[] bytes = samples.get(number).bytes();
                int from = random.nextInt(bytes.length + 1);
                int to = from + random.nextInt(bytes.length - from + 1);
                ByteBuffer slice = ByteBuffer.allocate(to - from);
                try (PackEntryReader entry = reader.read(number)) {
                    entry.skipTo(from);
                    while (slice.hasRemaining()) {
                        assertTrue(entry.read(slice) > 0);
                    }
                }
                assertArrayEquals(Arrays.copyOfRange(bytes, from, to), slice.array());
            }
        }
    }

    @Test
    void aSourceThatFailsLeavesNothing() throws Exception {
        List<PackObject> objects = new ArrayList<>(TestPacks.objects(TestPacks.mixed(5, 3)));
        PackObject last = objects.remove(objects.size() - 1);
        objects.add(replaceContent(
                last, () -> new FilterInputStream(last.content().open()) {
                    @Override
                    public int read(byte[] b, int off, int len) throws IOException {
                        throw new IOException("source broke");
                    }
                }));
        assertThrows(IOException.class, () -> tier.write(objects));
        assertEquals(List.of(), tier.packs());
    }

    @Test
    void aSourceWithOtherBytesIsRefused() throws Exception {
        List<Sample> samples = TestPacks.mixed(6, 1);
        Sample image = samples.get(0);
        byte[] other = image.bytes().clone();
        other[other.length - 1] ^= 1;
        byte[] shorter = Arrays.copyOf(image.bytes(), other.length - 2);
        for (byte[] wrong : List.of(other, shorter)) {
            PackObject object =
                    replaceContent(image.object(), () -> new java.io.ByteArrayInputStream(wrong));
            assertThrows(CorruptDataException.class, () -> tier.write(List.of(object)));
        }
        assertEquals(List.of(), tier.packs());
    }

    private static PackObject replaceContent(PackObject object, PackObject.Content content) {
        return new PackObject(
                object.id(),
                object.key(),
                object.digest(),
                object.lengthBytes(),
                object.attributes(),
                content);
    }

    @Test
    void whatIsNotThereIsReportedAsSuch() throws Exception {
        String absent = "00112233445566778899aabbccddeeff";
        assertThrows(NoSuchFileException.class, () -> tier.open(absent));
        tier.delete(absent);
        tier.quarantine(absent);
        for (String bad : List.of("", "../../etc/passwd", "00", absent.toUpperCase())) {
            assertThrows(IllegalArgumentException.class, () -> tier.open(bad), bad);
            assertThrows(IllegalArgumentException.class, () -> tier.delete(bad), bad);
            assertThrows(IllegalArgumentException.class, () -> tier.quarantine(bad), bad);
        }
    }

    @Test
    void deletedIsGoneAndMayBeWrittenAgain() throws Exception {
        List<Sample> samples = TestPacks.mixed(7, 2);
        String pack = tier.write(TestPacks.objects(samples)).pack();
        tier.delete(pack);
        tier.delete(pack);
        assertEquals(List.of(), tier.packs());
        assertThrows(NoSuchFileException.class, () -> tier.open(pack));
        assertEquals(pack, tier.write(TestPacks.objects(samples)).pack());
        assertHolds(pack, samples);
    }

    /** Whether damage of one entry leaves its neighbours readable: not where frames are sealed. */
    protected boolean damageStaysInItsEntry() {
        return true;
    }

    private void verify(String pack, int entry) throws IOException {
        try (PackReader reader = tier.open(pack)) {
            reader.verify(entry);
        }
    }

    @Test
    void damageIsFoundSetAsideAndReplaced() throws Exception {
        List<Sample> samples = TestPacks.mixed(8, 3);
        String pack = tier.write(TestPacks.objects(samples)).pack();
        long inSecond;
        try (PackReader reader = tier.open(pack)) {
            inSecond =
                    reader.entries().get(1).offset() + reader.entries().get(1).storedBytes() / 2;
        }
        flipBit(pack, inSecond, 3);
        if (damageStaysInItsEntry()) {
            try (PackReader reader = tier.open(pack)) {
                reader.verify(0);
                assertThrows(CorruptDataException.class, () -> reader.verify(1));
                reader.verify(2);
            }
        } else {
            assertThrows(CorruptDataException.class, () -> verify(pack, 1));
        }
        tier.quarantine(pack);
        assertEquals(List.of(), tier.packs());
        assertEquals(1, tier.quarantined().size());
        assertThrows(NoSuchFileException.class, () -> tier.open(pack));
        assertEquals(pack, tier.write(TestPacks.objects(samples)).pack());
        assertHolds(pack, samples);
        tier.quarantine(pack);
        assertEquals(2, tier.quarantined().size());
    }

    @Test
    void severalWritersAndReadersShareIt() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            AtomicInteger seeds = new AtomicInteger(100);
            List<Future<Void>> results = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Callable<Void> work = () -> {
                    List<Sample> own = TestPacks.mixed(seeds.incrementAndGet(), 3);
                    String pack = tier.write(TestPacks.objects(own)).pack();
                    assertTrue(tier.packs().contains(pack));
                    assertHolds(pack, own);
                    return null;
                };
                results.add(threads.submit(work));
            }
            for (Future<Void> result : results) {
                result.get();
            }
            List<String> packs = tier.packs();
            assertEquals(8, packs.size());
            assertEquals(packs.stream().sorted().toList(), packs);
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void anObjectOfSeveralChunksComesBack() throws Exception {
        byte[] large = new byte[5 << 20];
        Random random = new Random(9);
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) (random.nextInt(8) + i / 65536);
        }
        Sample sample = TestPacks.sample(77, TestPacks.key(9, 9, 9), large);
        PackSummary summary = tier.write(List.of(sample.object()));
        assertFalse(summary.lengthBytes() > large.length);
        assertHolds(summary.pack(), List.of(sample));
    }

    /** Fails unless the pack holds exactly these objects in this order. */
    protected final void assertHolds(String pack, List<Sample> samples) throws IOException {
        try (PackReader reader = tier.open(pack)) {
            assertEquals(samples.size(), reader.entries().size());
            for (int i = 0; i < samples.size(); i++) {
                PackObject object = samples.get(i).object();
                PackEntry entry = reader.entries().get(i);
                assertEquals(i, entry.number());
                assertEquals(object.id(), entry.id());
                assertEquals(object.key(), entry.key());
                assertEquals(object.digest(), entry.digest());
                assertEquals(object.lengthBytes(), entry.lengthBytes());
                assertArrayEquals(object.attributes(), entry.attributes());
                reader.verify(i);
                try (PackEntryReader bytes = reader.read(i)) {
                    assertArrayEquals(samples.get(i).bytes(), readAll(bytes));
                }
            }
        }
    }

    /** Reads an entry from its position to its end. */
    protected static byte[] readAll(PackEntryReader reader) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(4099);
        while (reader.read(buffer.clear()) >= 0) {
            out.write(buffer.array(), 0, buffer.position());
        }
        return out.toByteArray();
    }
}
