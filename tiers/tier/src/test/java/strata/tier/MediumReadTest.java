package strata.tier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.CorruptDataException;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.tier.TestPacks.Sample;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;

/**
 * A medium that rots behind the system's memory: what was just written is still there as it should
 * be, and not on the medium. Who proves a copy must see the medium. On a file system of its own in
 * a file, which needs root.
 */
class MediumReadTest {
    private static final long IMAGE_BYTES = 24L << 20;

    @TempDir
    Path dir;

    private Path image;
    private Path mounted;
    private LocalTier tier;
    private boolean mounts;

    private static int run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        return process.waitFor();
    }

    @BeforeEach
    void mount() throws Exception {
        assumeTrue(
                "root".equals(System.getProperty("user.name"))
                        && Files.isExecutable(Path.of("/usr/sbin/mkfs.ext4")),
                "needs root and mkfs.ext4");
        image = dir.resolve("image");
        mounted = Files.createDirectory(dir.resolve("mounted"));
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(IMAGE_BYTES);
        }
        assertEquals(0, run("/usr/sbin/mkfs.ext4", "-q", image.toString()));
        mounts = run("mount", "-o", "loop", image.toString(), mounted.toString()) == 0;
        assumeTrue(mounts, "no loop devices here");
        tier = LocalTier.open(
                new LocalDisk(),
                mounted.resolve("tier"),
                LocalTierOptions.of("rotting").withReserveBytes(0),
                Metrics.none(),
                Clock.systemUTC());
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounts) {
            assertEquals(0, run("umount", mounted.toString()));
        }
    }

    /** Flips a bit on the medium, behind the file system. */
    private void rot(String magic, int further) throws IOException {
        byte[] all = Files.readAllBytes(image);
        byte[] sought = magic.getBytes(StandardCharsets.US_ASCII);
        int at = 0;
        while (!Arrays.equals(all, at, at + sought.length, sought, 0, sought.length)) {
            at++;
        }
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.seek(at + further);
            file.write(all[at + further] ^ 1);
        }
    }

    private String written() throws IOException {
        List<Sample> samples = TestPacks.mixed(80, 2);
        return tier.write(TestPacks.objects(samples)).pack();
    }

    @Test
    void anEntryThatRottedIsSeenBehindTheMemory() throws Exception {
        String pack = written();
        try (PackReader proof = tier.openOnMedium(pack)) {
            proof.verify(0);
        }
        rot("PENT", PackFormat.ENTRY_HEADER_LENGTH + 12);
        try (PackReader remembered = tier.open(pack);
                PackEntryReader entry = remembered.read(0)) {
            java.nio.ByteBuffer start = java.nio.ByteBuffer.allocate(16);
            assertTrue(entry.read(start) > 0, "memory has it as it was");
        }
        try (PackReader proof = tier.openOnMedium(pack)) {
            assertThrows(CorruptDataException.class, () -> proof.verify(0));
        }
    }

    @Test
    void aFooterThatRottedIsSeenBehindTheMemory() throws Exception {
        String pack = written();
        tier.openOnMedium(pack).close();
        rot("STRATAPF", 60);
        tier.open(pack).close();
        assertThrows(CorruptDataException.class, () -> tier.openOnMedium(pack));
    }
}
