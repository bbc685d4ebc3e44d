package strata.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Digest;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.base.Uid;
import strata.catalog.InstanceKey;
import strata.dicom.Part10;
import strata.store.TestStore;
import strata.tier.LocalTier;
import strata.tier.LocalTierOptions;
import strata.tier.PackObject;
import strata.tier.crypto.DirectoryKeys;
import strata.tier.crypto.KeyLedger;
import strata.tier.crypto.SiteKeyFile;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
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

    /** A tier with one shared pack, as its site left it, and the key file. */
    @Test
    void aSealedPackNeedsTheKeyFileAndItsTier() throws Exception {
        Path tier = dir.resolve("tier");
        Path keys = dir.resolve("site.keys");
        KeyLedger ledger = KeyLedger.open(
                SiteKeyFile.create(keys),
                new DirectoryKeys(new LocalDisk(), dir.resolve("home")),
                Metrics.none(),
                Clock.systemUTC());
        List<byte[]> contents = new ArrayList<>();
        List<PackObject> objects = new ArrayList<>();
        for (int number = 0; number < 9; number++) {
            byte[] bytes = ("content " + number).repeat(50).getBytes(StandardCharsets.US_ASCII);
            contents.add(bytes);
            objects.add(object(number, bytes));
        }
        String name;
        try (LocalTier site = LocalTier.open(
                new LocalDisk(),
                tier,
                LocalTierOptions.of("longterm").withKeys(ledger, true),
                Metrics.none(),
                Clock.systemUTC())) {
            name = site.write(objects).pack();
        }
        String pack = tier.resolve("packs/" + name.substring(0, 2) + "/" + name + ".pack")
                .toString();
        String out = dir.resolve("out").toString();
        RunningSite.Run without = RunningSite.run("unpack", pack, "--out", out);
        assertEquals(1, without.exit());
        assertTrue(without.progress().contains("no site key"), without.progress());
        RunningSite.Run with =
                RunningSite.run("unpack", pack, "--keys", keys.toString(), "--out", out);
        assertEquals(0, with.exit(), with.err() + with.progress());
        for (byte[] bytes : contents) {
            Path file = dir.resolve("out").resolve(Digest.ofBytes(bytes) + ".dcm");
            assertArrayEquals(bytes, Files.readAllBytes(file));
        }

        ledger.shred(objects.get(0).key().study());
        RunningSite.Run rest = RunningSite.run(
                "unpack",
                pack,
                "--keys",
                keys.toString(),
                "--out",
                dir.resolve("rest").toString());
        assertEquals(1, rest.exit());
        assertTrue(rest.progress().contains("3 not written: "), rest.progress());
        assertEquals(6, below(dir.resolve("rest")).size());
    }

    /** Three to a study. */
    private static PackObject object(int number, byte[] bytes) {
        Uid study = new Uid("1.2.3." + (1 + number / 3));
        InstanceKey key =
                new InstanceKey(study, new Uid(study + ".1"), new Uid(study + ".1." + number));
        return new PackObject(
                new ObjectId(new SiteId(9), 1 + number),
                key,
                Digest.ofBytes(bytes),
                bytes.length,
                new byte[0],
                () -> new ByteArrayInputStream(bytes));
    }
}
