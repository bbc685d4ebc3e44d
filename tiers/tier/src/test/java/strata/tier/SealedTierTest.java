package strata.tier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.Uid;
import strata.tier.TestPacks.Sample;
import strata.tier.crypto.DirectoryKeys;
import strata.tier.crypto.KeyLedger;
import strata.tier.crypto.MissingKeyException;
import strata.tier.crypto.SiteKeyFile;

import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The local tier with sealed packs keeps the promises of every tier, and says nothing. */
class SealedTierTest extends TierContract {
    @TempDir
    Path directory;

    private KeyLedger keys;

    @Override
    protected Tier open() throws Exception {
        return open(true);
    }

    private Tier open(boolean sealed) throws Exception {
        Path file = directory.resolve("site.keys");
        keys = KeyLedger.open(
                Files.exists(file) ? SiteKeyFile.read(file) : SiteKeyFile.create(file),
                new DirectoryKeys(new LocalDisk(), directory.resolve("data/keys")),
                Metrics.none(),
                Clock.systemUTC());
        return LocalTier.open(
                new LocalDisk(),
                root(),
                LocalTierOptions.of("longterm").withKeys(keys, sealed),
                Metrics.none(),
                Clock.systemUTC());
    }

    private Path root() {
        return directory.resolve("tier");
    }

    private Path file(String pack) {
        return root().resolve("packs").resolve(pack.substring(0, 2)).resolve(pack + ".pack");
    }

    @Override
    protected void flipBit(String pack, long offset, int bit) throws Exception {
        try (RandomAccessFile file = new RandomAccessFile(file(pack).toFile(), "rw")) {
            file.seek(offset);
            int value = file.read();
            file.seek(offset);
            file.write(value ^ 1 << bit);
        }
    }

    @Override
    protected boolean damageStaysInItsEntry() {
        return false;
    }

    private static List<Uid> uids(List<Sample> samples) {
        List<Uid> out = new ArrayList<>();
        for (Sample sample : samples) {
            out.add(sample.object().key().study());
            out.add(sample.object().key().instance());
        }
        return out;
    }

    private boolean found(String text) throws Exception {
        try (Stream<Path> files = Files.walk(root())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                        .contains(text)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    void nothingOfAPackIsReadableInItsFiles() throws Exception {
        byte[] marker = "PLANTED^MARKER ".repeat(3000).getBytes(StandardCharsets.US_ASCII);
        List<Sample> samples = new ArrayList<>(TestPacks.mixed(70, 3));
        Uid study = samples.get(0).object().key().study();
        Sample planted = TestPacks.sample(
                99,
                new strata.catalog.InstanceKey(study, new Uid("1.2.3.4.5"), new Uid("1.2.3.4.5.6")),
                marker);
        samples.add(planted);
        String pack = tier.write(TestPacks.objects(samples)).pack();
        assertHolds(pack, samples);
        List<String> markers = new ArrayList<>(List.of("PLANTED", "attributes of", "STRATAPK"));
        uids(samples).forEach(uid -> markers.add(uid.value()));
        for (String each : markers) {
            assertFalse(found(each), each);
        }
        // The search finds what is not sealed.
        tier.close();
        tier = open(false);
        tier.delete(pack);
        tier.write(TestPacks.objects(samples));
        assertTrue(found(study.value()));
    }

    @Test
    void aTierReadsWhatWasWrittenBeforeSealingWasSwitched() throws Exception {
        List<Sample> sealed = TestPacks.mixed(71, 2);
        String one = tier.write(TestPacks.objects(sealed)).pack();
        tier.close();
        tier = open(false);
        List<Sample> plain = TestPacks.mixed(72, 2);
        String two = tier.write(TestPacks.objects(plain)).pack();
        tier.close();
        tier = open(true);
        assertHolds(one, sealed);
        assertHolds(two, plain);
    }

    @Test
    void packAndKeyFileSufficeWhenTheDataDirectoryIsLost() throws Exception {
        List<Sample> samples = TestPacks.mixed(73, 2);
        String pack = tier.write(TestPacks.objects(samples)).pack();
        tier.close();
        Files.move(directory.resolve("data"), directory.resolve("lost"));
        tier = open();
        assertHolds(pack, samples);
        assertTrue(Files.exists(directory.resolve("data/keys/00000001.keys")));
    }

    @Test
    void aShreddedStudyIsUnreadableAndMayComeBackAnew() throws Exception {
        List<Sample> samples = TestPacks.mixed(74, 2);
        List<Sample> others = TestPacks.mixed(75, 2);
        String pack = tier.write(TestPacks.objects(samples)).pack();
        String other = tier.write(TestPacks.objects(others)).pack();
        Path copy = directory.resolve("copy");
        Files.copy(file(pack), copy);
        assertEquals(List.of(), keys.shred(samples.get(0).object().key().study()));
        MissingKeyException gone = assertThrows(MissingKeyException.class, () -> tier.open(pack));
        assertEquals(MissingKeyException.Kind.SHREDDED, gone.kind());
        assertHolds(other, others);

        assertEquals(pack, tier.write(TestPacks.objects(samples)).pack());
        assertHolds(pack, samples);
        Files.copy(copy, file(pack), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThrows(MissingKeyException.class, () -> tier.open(pack));
    }

    @Test
    void aStudyOfASharedPackIsShreddedAlone() throws Exception {
        List<Sample> samples = TestPacks.shared(76, 3);
        String pack = tier.write(TestPacks.objects(samples)).pack();
        Uid gone = samples.get(3).object().key().study();
        assertEquals(List.of(), keys.shred(gone));
        try (PackReader reader = tier.open(pack)) {
            List<Integer> left =
                    reader.entries().stream().map(PackEntry::number).toList();
            for (int i = 0; i < samples.size(); i++) {
                int entry = i;
                boolean shredded = samples.get(i).object().key().study().equals(gone);
                assertEquals(!shredded, left.contains(i));
                if (shredded) {
                    MissingKeyException missing =
                            assertThrows(MissingKeyException.class, () -> reader.verify(entry));
                    assertEquals(MissingKeyException.Kind.SHREDDED, missing.kind());
                } else {
                    reader.verify(i);
                }
            }
        }
        assertEquals(pack, tier.write(TestPacks.objects(samples)).pack());
        assertHolds(pack, samples);
    }

    @Test
    void nothingOfASharedPackIsReadableInItsFiles() throws Exception {
        List<Sample> samples = TestPacks.shared(77, 3);
        tier.write(TestPacks.objects(samples));
        for (Uid uid : uids(samples)) {
            assertFalse(found(uid.value()), uid.value());
        }
        assertFalse(found("STRATAPK"));
        assertTrue(found("STRATASH"));
    }
}
