package strata.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Files of checked lines: what is acknowledged is read again, whatever happens to the disk. */
final class LineLogTest {
    private static final Path FILE = Path.of("/data/words");

    private static List<String> read(Disk disk) throws IOException {
        List<String> lines = new ArrayList<>();
        LineLog.open(disk, FILE, "words", lines::add).close();
        return lines;
    }

    private static FaultyDisk disk() throws IOException {
        FaultyDisk disk = new FaultyDisk();
        disk.createDirectories(FILE.getParent());
        disk.syncDirectory(Path.of("/"));
        return disk;
    }

    /** Appends until the disk fails; what was acknowledged is in the list. */
    private static void append(Disk disk, int count, List<String> acknowledged) throws IOException {
        List<String> state = new ArrayList<>();
        try (LineLog log = LineLog.open(disk, FILE, "words", state::add)) {
            for (int i = 0; i < count; i++) {
                String line = LineLog.join("word " + state.size(), "tab\there", "");
                List<String> next = new ArrayList<>(state);
                next.add(line);
                log.append(line, () -> next);
                state = next;
                acknowledged.add(line);
            }
        }
    }

    @Test
    void whatWasAppendedIsRead() throws IOException {
        FaultyDisk disk = disk();
        List<String> acknowledged = new ArrayList<>();
        append(disk, 20, acknowledged);
        append(disk, 3, acknowledged);
        assertEquals(acknowledged, read(disk));
    }

    @Test
    void fieldsComeBack() {
        for (String[] fields :
                new String[][] {{""}, {"", ""}, {"a\tb", "\n\r\\", "\\t", "\u00e4"}}) {
            assertEquals(List.of(fields), LineLog.split(LineLog.join(fields)));
        }
    }

    @Test
    void acknowledgedLinesOutliveAPowerCutAtEveryMutation() throws IOException {
        FaultyDisk whole = disk();
        append(whole, 6, new ArrayList<>());
        long mutations = whole.mutations();
        for (long cut = 3; cut <= mutations; cut++) {
            for (long seed = 0; seed < 8; seed++) {
                FaultyDisk disk = disk();
                disk.plan(FaultyDisk.Plan.at(cut, FaultyDisk.Outcome.POWER_OFF));
                List<String> acknowledged = new ArrayList<>();
                assertThrows(IOException.class, () -> append(disk, 6, acknowledged));
                disk.crash(seed);
                List<String> found = read(disk);
                String which = "cut " + cut + " seed " + seed;
                assertTrue(found.size() >= acknowledged.size(), which);
                assertTrue(found.size() <= acknowledged.size() + 1, which);
                assertEquals(acknowledged, found.subList(0, acknowledged.size()), which);
            }
        }
    }

    @Test
    void afterAFailedSyncTheNextLineIsWrittenToANewFile() throws IOException {
        FaultyDisk whole = disk();
        append(whole, 4, new ArrayList<>());
        for (long fails = 1; fails <= whole.mutations(); fails++) {
            FaultyDisk disk = disk();
            disk.plan(FaultyDisk.Plan.at(fails, FaultyDisk.Outcome.FAILS));
            List<String> state = new ArrayList<>();
            try (LineLog log = LineLog.open(disk, FILE, "words", state::add)) {
                for (int i = 0; i < 4; i++) {
                    List<String> next = new ArrayList<>(state);
                    next.add("line " + i);
                    state = appended(log, next) ? next : state;
                }
            }
            disk.crash(fails);
            List<String> found = read(disk);
            assertTrue(found.size() <= state.size() + 1, "mutation " + fails);
            assertEquals(state, found.subList(0, state.size()), "mutation " + fails);
        }
    }

    private static boolean appended(LineLog log, List<String> next) {
        try {
            log.append(next.get(next.size() - 1), () -> next);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void outdatedLinesGoInTime() throws IOException {
        FaultyDisk disk = disk();
        try (LineLog log = LineLog.open(disk, FILE, "words", any -> {})) {
            for (int i = 0; i < 5000; i++) {
                String line = "the only word " + i;
                log.append(line, () -> List.of(line));
            }
        }
        List<String> found = read(disk);
        assertEquals("the only word 4999", found.get(found.size() - 1));
        assertTrue(found.size() <= 1100, () -> found.size() + " lines");
    }

    @Test
    void damageIsCountedAndTheRestRead() throws IOException {
        FaultyDisk disk = disk();
        append(disk, 5, new ArrayList<>());
        byte[] sound = disk.content(FILE);
        Random random = new Random(5);
        for (int round = 0; round < 200; round++) {
            disk.replace(FILE, sound);
            disk.flipBit(FILE, random.nextInt(sound.length), random.nextInt(8));
            List<String> lines = new ArrayList<>();
            LineLog log = LineLog.open(disk, FILE, "words", lines::add);
            assertTrue(log.damaged() > 0 || lines.size() == 4, "seed 5, round " + round);
            assertTrue(lines.size() >= 3, "seed 5, round " + round);
        }
    }

    @Test
    void otherFilesAreTold() throws IOException {
        FaultyDisk disk = disk();
        append(disk, 1, new ArrayList<>());
        FormatException wrong = assertThrows(
                FormatException.class, () -> LineLog.open(disk, FILE, "other", any -> {}));
        assertEquals(FormatException.Kind.WRONG_FILE, wrong.kind());
        disk.replace(FILE, "something else altogether\nand more\n".getBytes());
        assertThrows(FormatException.class, () -> read(disk));
        disk.replace(FILE, newer());
        FormatException newer = assertThrows(FormatException.class, () -> read(disk));
        assertEquals(FormatException.Kind.TOO_NEW, newer.kind());
    }

    private static byte[] newer() {
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update("strata-words 2".getBytes());
        return String.format("%08x strata-words 2\n", crc.getValue()).getBytes();
    }
}
