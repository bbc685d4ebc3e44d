package strata.base;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

class FaultyDiskTest extends DiskContract {
    private static final Path DIRECTORY = Path.of("/disk/data");
    private static final Path FILE = DIRECTORY.resolve("file");
    private static final int LENGTH = 10 * FaultyFile.SECTOR_BYTES;

    private FaultyDisk disk;

    @BeforeEach
    void makeDisk() throws IOException {
        disk = new FaultyDisk();
        disk.createDirectories(DIRECTORY);
    }

    @Override
    protected Disk disk() {
        return disk;
    }

    @Override
    protected Path directory() {
        return DIRECTORY;
    }

    private static ByteBuffer filled(int value) {
        byte[] bytes = new byte[LENGTH];
        Arrays.fill(bytes, (byte) value);
        return ByteBuffer.wrap(bytes);
    }

    private DiskFile durableFile() throws IOException {
        DiskFile file = disk.create(FILE);
        file.write(filled(1), 0);
        file.sync();
        disk.syncDirectory(DIRECTORY);
        return file;
    }

    @Test
    void keepsWhatIsDurableThroughEveryCrash() throws IOException {
        durableFile();
        for (int seed = 0; seed < 100; seed++) {
            disk.crash(seed);
            assertArrayEquals(filled(1).array(), disk.content(FILE), "seed " + seed);
        }
    }

    @Test
    void losesTearsOrKeepsUnsyncedSectorsAndReplaysTheSame() throws IOException {
        Set<Integer> outcomes = new HashSet<>();
        for (int seed = 0; seed < 60; seed++) {
            makeDisk();
            durableFile().write(filled(2), 0);
            disk.crash(seed);
            byte[] first = disk.content(FILE);
            int twos = 0;
            for (int s = 0; s < 10; s++) {
                byte value = first[s * FaultyFile.SECTOR_BYTES];
                assertTrue(value == 1 || value == 2, "seed " + seed);
                twos += value - 1;
            }
            outcomes.add(twos);
            makeDisk();
            durableFile().write(filled(2), 0);
            disk.crash(seed);
            assertArrayEquals(first, disk.content(FILE), "seed " + seed);
        }
        assertTrue(outcomes.contains(0) && outcomes.contains(10) && outcomes.size() > 4);
    }

    @Test
    void losesNamesThatWereNotSynced() throws IOException {
        Set<String> outcomes = new HashSet<>();
        Path other = DIRECTORY.resolve("other");
        for (int seed = 0; seed < 60; seed++) {
            makeDisk();
            durableFile();
            disk.rename(FILE, other);
            disk.delete(other);
            disk.crash(seed);
            assertFalse(disk.exists(FILE) && disk.exists(other), "renames are atomic");
            outcomes.add(disk.exists(FILE) + " " + disk.exists(other));
        }
        assertEquals(Set.of("true false", "false true", "false false"), outcomes);
    }

    @Test
    void opensFilesDieInACrash() throws IOException {
        DiskFile file = durableFile();
        disk.crash(1);
        assertThrows(StorageException.class, () -> file.read(ByteBuffer.allocate(1), 0));
    }

    @Test
    void failsTheGivenMutation() throws IOException {
        DiskFile file = durableFile();
        long next = disk.mutations() + 2;
        disk.plan(FaultyDisk.Plan.at(next, FaultyDisk.Outcome.FAILS));
        file.write(filled(2), 0);
        assertThrows(StorageException.class, () -> file.write(filled(3), 0));
        file.write(filled(4), 0);
    }

    @Test
    void failsEverythingAfterThePowerWent() throws IOException {
        DiskFile file = durableFile();
        disk.plan(FaultyDisk.Plan.at(disk.mutations() + 1, FaultyDisk.Outcome.POWER_OFF));
        assertThrows(StorageException.class, file::sync);
        assertThrows(StorageException.class, () -> file.read(ByteBuffer.allocate(1), 0));
        assertThrows(StorageException.class, () -> disk.list(DIRECTORY));
        disk.crash(1);
        assertEquals(1, disk.list(DIRECTORY).size());
    }

    @Test
    void aSyncAfterAFailedOneSucceedsOverLostPages() throws IOException {
        DiskFile file = durableFile();
        file.write(filled(2), 0);
        disk.plan(FaultyDisk.Plan.at(disk.mutations() + 1, FaultyDisk.Outcome.FAILS));
        assertThrows(StorageException.class, file::sync);
        file.sync();
        assertArrayEquals(filled(2).array(), disk.content(FILE));
        file.dropCache();
        assertNotEquals(ByteBuffer.wrap(filled(2).array()), ByteBuffer.wrap(disk.content(FILE)));
        disk.crash(1);
        assertNotEquals(ByteBuffer.wrap(filled(2).array()), ByteBuffer.wrap(disk.content(FILE)));
    }

    @Test
    void fillsUpAndRecovers() throws IOException {
        DiskFile file = durableFile();
        disk.capacityBytes(LENGTH + 100);
        StorageException e = assertThrows(StorageException.class, () -> file.write(filled(2), 200));
        assertEquals(StorageException.Kind.FULL, e.kind());
        assertEquals(0, disk.usableBytes(DIRECTORY));
        file.write(filled(3), 0);
        disk.capacityBytes(10 * LENGTH);
        file.write(filled(2), 200);
    }

    @Test
    void damagesOneBit() throws IOException {
        durableFile();
        disk.flipBit(FILE, 1000, 7);
        byte[] content = disk.content(FILE);
        assertEquals((byte) 0x81, content[1000]);
        content[1000] = 1;
        assertArrayEquals(filled(1).array(), content);
    }
}
