package strata.tier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.OperatorException;
import strata.base.StorageException;
import strata.tier.TestPacks.Sample;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

class LocalTierTest extends TierContract {
    private static final LocalTierOptions OPTIONS = LocalTierOptions.of("longterm");

    @TempDir
    Path directory;

    @Override
    protected Tier open() throws Exception {
        return open(OPTIONS);
    }

    private Tier open(LocalTierOptions options) throws Exception {
        return LocalTier.open(new LocalDisk(), root(), options, Metrics.none(), Clock.systemUTC());
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

    @Test
    void leftoversOfUnfinishedWritesGoAtStart() throws Exception {
        Path leftover = root().resolve("temporary").resolve("x.1.tmp");
        Files.writeString(leftover, "torn");
        open().close();
        assertFalse(Files.exists(leftover));
    }

    @Test
    void aMissingMediumIsAStateAndComesBack() throws Exception {
        List<Sample> samples = TestPacks.mixed(20, 2);
        String pack = tier.write(TestPacks.objects(samples)).pack();
        Path away = directory.resolve("away");
        Files.move(root(), away);
        Files.createDirectory(root());
        assertEquals(TierHealth.VANISHED, tier.health());
        StorageException refused = assertThrows(StorageException.class, () -> tier.packs());
        assertEquals(StorageException.Kind.UNAVAILABLE, refused.kind());
        try (Tier late = open(OPTIONS.withExpected(true))) {
            assertEquals(TierHealth.VANISHED, late.health());
            assertThrows(StorageException.class, () -> late.open(pack));
            Files.delete(root());
            Files.move(away, root());
            assertEquals(TierHealth.AVAILABLE, late.health());
            assertEquals(List.of(pack), late.packs());
        }
        assertHolds(pack, samples);
    }

    @Test
    void belowItsReserveItIsFullButReads() throws Exception {
        List<Sample> samples = TestPacks.mixed(21, 1);
        String pack = tier.write(TestPacks.objects(samples)).pack();
        try (Tier full = open(OPTIONS.withReserveBytes(Long.MAX_VALUE))) {
            assertEquals(TierHealth.FULL, full.health());
            try (PackReader reader = full.open(pack)) {
                reader.verify(0);
            }
        }
    }

    @Test
    void aForeignDirectoryIsRefused() throws Exception {
        assertThrows(OperatorException.class, () -> open(LocalTierOptions.of("another")));
        Path other = directory.resolve("photos");
        Files.createDirectory(other);
        Files.writeString(other.resolve("cat.jpg"), "cat");
        OperatorException refused = assertThrows(
                OperatorException.class,
                () -> LocalTier.open(
                        new LocalDisk(), other, OPTIONS, Metrics.none(), Clock.systemUTC()));
        assertTrue(refused.getMessage().contains("not empty"), refused.getMessage());
    }

    @Test
    void aPackUnderAnotherNameIsNoticed() throws Exception {
        String one = tier.write(TestPacks.objects(TestPacks.mixed(22, 1))).pack();
        String two = tier.write(TestPacks.objects(TestPacks.mixed(23, 1))).pack();
        Files.copy(file(one), file(two), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThrows(strata.base.CorruptDataException.class, () -> tier.open(two));
    }
}
