package strata.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.CorruptDataException;
import strata.base.FaultyDisk;
import strata.base.FormatException;
import strata.base.LocalDisk;
import strata.base.ObjectId;
import strata.base.OperatorException;
import strata.base.SiteId;
import strata.base.StorageException;
import strata.segment.RecordKind;
import strata.segment.RecordWriter;
import strata.segment.SegmentLog;
import strata.segment.SegmentLogOptions;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Whose directory it is: T7 and T18 of its two small files, and missing media. */
class DataDirectoryTest {
    private static final Path DATA = Path.of("/data");
    private static final Path HOT = Path.of("/fast/hot");
    private static final Path SITE = DATA.resolve("site");
    private static final Path MARK = HOT.resolve(SegmentLog.SITE_FILE);

    private final FaultyDisk disk = new FaultyDisk();

    private SiteId open() throws IOException {
        return open(HOT);
    }

    private SiteId open(Path hot) throws IOException {
        try (DataDirectory directory = DataDirectory.open(DATA, hot, disk)) {
            return directory.site();
        }
    }

    private void putSegment(Path hot) throws IOException {
        SegmentLogOptions options = SegmentLogOptions.defaults().withSegmentBytes(1 << 20);
        try (SegmentLog log = SegmentLog.open(disk, hot, options, strata.base.Metrics.none());
                RecordWriter writer =
                        log.begin(RecordKind.TOMBSTONE, new ObjectId(new SiteId(1), 1))) {
            writer.commit(new byte[0]);
        }
    }

    @Test
    void aFileInItsPlaceIsSaidInWords(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("data"), "x");
        OperatorException e = assertThrows(
                OperatorException.class,
                () -> DataDirectory.open(file, file.resolve("hot"), new LocalDisk()));
        assertTrue(e.getMessage().endsWith("cannot be written: it is no directory"), e::toString);
    }

    @Test
    void isTheSameSiteAtEachStartAndForOneProcess() throws IOException {
        SiteId site = open();
        assertEquals(site, open());
        try (DataDirectory held = DataDirectory.open(DATA, HOT, disk)) {
            assertEquals(site, held.site());
            OperatorException e = assertThrows(OperatorException.class, this::open);
            assertTrue(e.getMessage().contains("in use"), e.getMessage());
        }
    }

    /** A first start that is cut anywhere leaves what the next one can go on with. */
    @Test
    void aCutAnywhereInTheFirstStartIsTakenUp() throws IOException {
        open();
        long last = disk.mutations();
        for (long n = 1; n <= last; n++) {
            for (int seed = 0; seed < 20; seed++) {
                FaultyDisk cut = new FaultyDisk(seed);
                cut.plan(FaultyDisk.Plan.at(n, FaultyDisk.Outcome.POWER_OFF));
                assertThrows(IOException.class, () -> DataDirectory.open(DATA, HOT, cut));
                cut.crash(seed);
                SiteId site;
                try (DataDirectory directory = DataDirectory.open(DATA, HOT, cut)) {
                    site = directory.site();
                }
                cut.crash(seed + 1);
                try (DataDirectory directory = DataDirectory.open(DATA, HOT, cut)) {
                    assertEquals(site, directory.site(), "cut at " + n + " seed " + seed);
                }
            }
        }
    }

    @Test
    void everyFlippedBitOfOneFileIsFoundAndRepairedFromTheOther() throws IOException {
        SiteId site = open();
        for (Path file : new Path[] {SITE, MARK}) {
            byte[] whole = disk.content(file);
            for (int bit = 0; bit < 8 * (whole.length - 1); bit++) {
                disk.replace(file, whole);
                disk.flipBit(file, bit / 8, bit % 8);
                String where = file + " bit " + bit;
                repairs(site, file, whole, where);
            }
            for (int length = 0; length < whole.length - 1; length++) {
                disk.replace(file, java.util.Arrays.copyOf(whole, length));
                repairs(site, file, whole, file + " cut at " + length);
            }
            disk.replace(file, new byte[whole.length]);
            repairs(site, file, whole, file + " zeroed");
        }
    }

    private void repairs(SiteId site, Path file, byte[] whole, String where) throws IOException {
        assertEquals(site, open(), where);
        assertArrayEquals(whole, disk.content(file), where);
    }

    @Test
    void withoutASoundCopyItIsRefused() throws IOException {
        open();
        disk.flipBit(SITE, 20, 0);
        disk.flipBit(MARK, 20, 0);
        long before = disk.fingerprint();
        assertThrows(CorruptDataException.class, this::open);
        assertTrue(before != 0 && disk.exists(SITE) && disk.exists(MARK));
    }

    @Test
    void theHotMediumIsMissing() throws IOException {
        SiteId site = open();
        putSegment(HOT);
        OperatorException e = assertThrows(
                OperatorException.class, () -> open(Path.of("/mount/point/that/is/empty")));
        assertTrue(e.getMessage().contains("medium is missing"), e.getMessage());
        assertFalse(disk.exists(Path.of("/mount/point/that/is/empty")), "nothing was made there");
        disk.delete(MARK);
        assertEquals(site, open(), "segments are there, the file alone was lost");
        assertTrue(disk.exists(MARK));
    }

    @Test
    void theMediumOfTheDataDirectoryIsMissing() throws IOException {
        SiteId site = open();
        disk.delete(SITE);
        OperatorException e = assertThrows(OperatorException.class, this::open);
        assertTrue(e.getMessage().contains("medium is missing"), e.getMessage());
        Path inside = Path.of("/all/hot");
        try (DataDirectory all = DataDirectory.open(Path.of("/all"), disk)) {
            assertTrue(disk.exists(inside.resolve(SegmentLog.SITE_FILE)));
            site = all.site();
        }
        disk.delete(Path.of("/all/site"));
        try (DataDirectory all = DataDirectory.open(Path.of("/all"), disk)) {
            assertEquals(site, all.site(), "the medium is there, the file alone was lost");
        }
        disk.delete(Path.of("/all/site"));
        disk.delete(inside.resolve(SegmentLog.SITE_FILE));
        putSegment(inside);
        assertThrows(
                OperatorException.class,
                () -> DataDirectory.open(Path.of("/all"), disk),
                "segments without an owner");
    }

    @Test
    void anExpectedSiteIsNeverMade() throws IOException {
        Optional<SiteId> other = Optional.of(new SiteId(5));
        assertThrows(OperatorException.class, () -> DataDirectory.open(DATA, HOT, other, disk));
        assertFalse(disk.exists(DATA));
        SiteId site = open();
        assertThrows(OperatorException.class, () -> DataDirectory.open(DATA, HOT, other, disk));
        DataDirectory.open(DATA, HOT, Optional.of(site), disk).close();
    }

    @Test
    void anotherSitesHotTierIsRefused() throws IOException {
        open();
        try (DataDirectory other =
                DataDirectory.open(Path.of("/other"), Path.of("/other/hot"), disk)) {
            assertTrue(disk.exists(other.path()));
        }
        assertThrows(OperatorException.class, () -> open(Path.of("/other/hot")));
    }

    @Test
    void aNewerFormatIsLeftUntouched() throws IOException {
        open();
        String line = "strata-data 2 0123456789abcdef of-times-to-come";
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(line.getBytes(StandardCharsets.US_ASCII));
        byte[] newer = (line + " " + String.format("%08x", crc.getValue()) + "\n")
                .getBytes(StandardCharsets.US_ASCII);
        for (Path file : new Path[] {SITE, MARK}) {
            byte[] before = disk.content(file);
            disk.replace(file, newer);
            long mutations = disk.mutations();
            FormatException e = assertThrows(FormatException.class, this::open);
            assertEquals(FormatException.Kind.TOO_NEW, e.kind());
            assertEquals(mutations, disk.mutations(), "nothing was touched");
            disk.replace(file, before);
        }
    }

    /** The medium goes while the log is open: what was stored is safe, nothing more is taken. */
    @Test
    void appendsStopWhileTheMediumIsMissing() throws IOException {
        open();
        SegmentLogOptions options = SegmentLogOptions.defaults().withSegmentBytes(1 << 20);
        try (SegmentLog log = SegmentLog.open(disk, HOT, options, strata.base.Metrics.none())) {
            disk.rename(MARK, DATA.resolve("away"));
            StorageException e = assertThrows(StorageException.class, () -> begin(log));
            assertEquals(StorageException.Kind.UNAVAILABLE, e.kind());
            disk.rename(DATA.resolve("away"), MARK);
            begin(log);
        }
    }

    private static void begin(SegmentLog log) throws IOException {
        log.begin(RecordKind.TOMBSTONE, new ObjectId(new SiteId(1), 1)).abort();
    }
}
