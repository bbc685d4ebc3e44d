package strata.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Uid;
import strata.dicom.Part10;
import strata.store.TestStore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Files into a pack and back, whatever they are. */
class PackCommandTest {
    private static final Uid STUDY = new Uid("1.2.3.4");

    @TempDir
    private Path dir;

    private Path files() throws IOException {
        Path in = Files.createDirectories(dir.resolve("in/below"));
        for (int i = 1; i <= 4; i++) {
            Uid series = new Uid(STUDY + "." + (i % 2 + 1));
            Files.write(
                    in.resolve("image" + i),
                    Part10.file(
                            TestStore.image(STUDY, series, new Uid(series + "." + i), 64, i),
                            TestStore.SYNTAX));
        }
        byte[] cut = Files.readAllBytes(in.resolve("image1"));
        Files.write(in.resolve("cut"), java.util.Arrays.copyOf(cut, 700));
        Files.createFile(dir.resolve("in/empty"));
        Files.writeString(dir.resolve("in/notes ü.txt"), "no image at all");
        byte[] noise = new byte[3000];
        new Random(5).nextBytes(noise);
        Files.write(dir.resolve("in/noise"), noise);
        return dir.resolve("in");
    }

    private static List<Path> below(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(Files::isRegularFile)
                    .map(folder::relativize)
                    .sorted()
                    .toList();
        }
    }

    private static void assertSame(Path in, Path out) throws IOException {
        assertEquals(below(in), below(out));
        for (Path file : below(in)) {
            assertArrayEquals(
                    Files.readAllBytes(in.resolve(file)),
                    Files.readAllBytes(out.resolve(file)),
                    file.toString());
        }
    }

    @Test
    void everyFileComesBackUnderItsName() throws Exception {
        Path in = files();
        for (String profile : List.of("fast", "dense")) {
            Path pack = dir.resolve(profile + ".pack");
            RunningSite.Run packed = RunningSite.run(
                    "pack", "--profile", profile, in.toString(), "--out", pack.toString());
            assertEquals(0, packed.exit(), packed.err());
            assertTrue(packed.out().startsWith("8 files, "), packed.out());
            assertTrue(packed.out().contains("native pixels, "), packed.out());
            assertTrue(packed.out().contains("read again and equal"), packed.out());
            Path out = dir.resolve(profile);
            RunningSite.Run back =
                    RunningSite.run("unpack", pack.toString(), "--out", out.toString());
            assertEquals(0, back.exit(), back.err() + back.progress());
            assertSame(in, out.resolve("in"));
        }
    }

    @Test
    void nothingIsOverwritten() throws Exception {
        Path in = files();
        Path pack = dir.resolve("a.pack");
        assertEquals(
                0,
                RunningSite.run("pack", in.toString(), "--out", pack.toString()).exit());
        assertEquals(
                2,
                RunningSite.run("pack", in.toString(), "--out", pack.toString()).exit());
        Path there = Files.createDirectories(dir.resolve("out/in")).resolve("noise");
        Files.writeString(there, "mine");
        String out = dir.resolve("out").toString();
        RunningSite.Run back = RunningSite.run("unpack", pack.toString(), "--out", out);
        assertEquals(1, back.exit());
        assertTrue(back.progress().contains("noise exists"), back.progress());
        assertEquals("mine", Files.readString(there));
        assertEquals(8, below(dir.resolve("out/in")).size());
    }

    @Test
    void damageIsAnErrorAndLeavesNoFile() throws Exception {
        Path in = files();
        Path pack = dir.resolve("a.pack");
        assertEquals(
                0,
                RunningSite.run("pack", in.toString(), "--out", pack.toString()).exit());
        byte[] bytes = Files.readAllBytes(pack);
        bytes[300] ^= 1;
        Files.write(pack, bytes);
        String out = dir.resolve("out").toString();
        RunningSite.Run back = RunningSite.run("unpack", pack.toString(), "--out", out);
        assertEquals(1, back.exit());
        assertTrue(back.progress().contains("not written: "), back.progress());
        assertEquals(7, below(dir.resolve("out/in")).size());
        Files.write(pack, new byte[500]);
        assertFalse(RunningSite.run("unpack", pack.toString(), "--out", out).exit() == 0);
    }
}
