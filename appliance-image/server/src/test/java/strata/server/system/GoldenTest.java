package strata.server.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import strata.base.Audit;
import strata.base.Digest;
import strata.base.FormatException;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.mover.Migration;
import strata.server.Site;
import strata.server.configuration.Configuration;
import strata.store.Decisions;
import strata.store.ObjectReader;
import strata.store.ReplayListener;
import strata.store.Scope;
import strata.telemetry.AuditOptions;
import strata.telemetry.AuditReport;
import strata.telemetry.AuditTrail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * T18: data directories that released formats wrote, kept as plain files in {@code golden/vN}:
 * every byte stays readable, an index made from them says the same, and a format that is newer than
 * this build is refused and left untouched. The directory of a new format is written by
 *
 * <pre>./strata test GoldenTest -Dstrata.golden.write=$PWD/golden-v2</pre>
 *
 * and, once looked at, moved beside the others. One that is there is never written again.
 */
class GoldenTest {
    private static final Path GOLDEN = Path.of(
            System.getProperty("strata.home", "../.."),
            "appliance-image/server/src/test/resources/golden");
    private static final String MANIFEST = "manifest.txt";

    @TempDir
    Path folder;

    private Path data() {
        return folder.resolve("data");
    }

    private Configuration configuration() throws IOException {
        Path file = Files.writeString(folder.resolve("strata.yaml"), "");
        return LocalServer.configuration(folder, file);
    }

    private Site open() throws IOException {
        return Site.open(configuration(), Metrics.none(), Audit.none(), ReplayListener.NONE);
    }

    /** A line for each version: identity, state, digest of the bytes as they are read. */
    private static List<String> manifest(Site site) throws IOException {
        List<String> lines = new ArrayList<>();
        try (VersionCursor all = site.store().catalog().all()) {
            while (all.hasNext()) {
                VersionEntry version = all.next();
                String bytes = !version.state().isHidden() ? read(site, version) : "-";
                lines.add(String.join(
                        " ",
                        version.id().toString(),
                        version.key().instance().value(),
                        version.state().name(),
                        version.digest().toString(),
                        bytes));
            }
        }
        lines.sort(null);
        return lines;
    }

    private static String read(Site site, VersionEntry version) throws IOException {
        MessageDigest sha256 = Digest.newSha256();
        ByteBuffer piece = ByteBuffer.allocate(10_000);
        try (ObjectReader reader = site.store().open(version)) {
            while (reader.read(piece) >= 0) {
                sha256.update(piece.flip());
                piece.clear();
            }
        }
        return Digest.finish(sha256).toString();
    }

    @Test
    void writesTheDirectoryOfThisFormat() throws Exception {
        String target = System.getProperty("strata.golden.write");
        List<String> made = write();
        assertTrue(made.size() >= 6, made.toString());
        assertTrue(made.stream().anyMatch(l -> l.contains("CONFLICT")), made.toString());
        if (target != null) {
            Path to = Path.of(target);
            Files.write(data().resolve(MANIFEST), made, StandardCharsets.US_ASCII);
            for (String part : List.of("catalog", "lock")) {
                delete(data().resolve(part));
            }
            copy(data(), to);
        }
    }

    /** Objects in hot, in long-term and in both, a conflict, a deletion, some audit lines. */
    private List<String> write() throws Exception {
        try (AuditTrail audit = AuditTrail.open(
                new LocalDisk(),
                data().resolve("audit"),
                AuditOptions.DEFAULT,
                Clock.systemUTC(),
                Metrics.none())) {
            for (int i = 1; i <= 3; i++) {
                audit.record(
                        Audit.Action.QUERY, Audit.Outcome.SUCCESS, "GOLDEN", Map.of("n", "" + i));
            }
        }
        try (LocalServer server = LocalServer.start(folder, "");
                Peer peer = new Peer(server.dicomPort())) {
            for (long study = 1; study <= 2; study++) {
                peer.send(List.of(Item.noise(study, 1, 500), Item.noise(study, 2, 3000)));
            }
            peer.send(List.of(Item.noise(1, 3, 700)));
            Item other =
                    Item.of(Item.noise(1, 3, 2).sopClass(), 1, 3, new byte[] {1, 2, 3, 4, 5, 6});
            try (var association =
                    peer.open(java.util.Set.of(new Peer.Kind(other.sopClass(), Item.EXPLICIT)))) {
                Peer.store(association, other);
                association.release();
            }
            peer.send(List.of(Item.noise(3, 1, 400)));
            server.site()
                    .store()
                    .decisions()
                    .delete(new Scope(Item.study(3)), Decisions.By.operator("GOLDEN", ""));
            new Migration(server.site().store(), Metrics.none())
                    .run(Item.study(2), server.site().longTerm());
            return manifest(server.site());
        }
    }

    @ParameterizedTest
    @CsvSource({"v1"})
    void everyByteOfAReleasedFormatIsReadable(String format) throws Exception {
        copy(GOLDEN.resolve(format), data());
        List<String> expected =
                Files.readAllLines(data().resolve(MANIFEST), StandardCharsets.US_ASCII);
        try (Site site = open()) {
            assertEquals(expected, manifest(site), "the index is made from segments and packs");
            assertEquals(
                    List.of(), site.store().segments().recovery().findings(), "segments are whole");
        }
        delete(data().resolve("catalog"));
        try (Site site = open()) {
            assertEquals(expected, manifest(site), "and made once more");
        }
        AuditReport audit = AuditTrail.verify(GOLDEN.resolve(format).resolve("audit"));
        assertEquals(List.of(), audit.damages());
        assertTrue(audit.lines() >= 3, audit.toString());
    }

    /** Nothing but a later build may touch what a later build wrote. */
    @ParameterizedTest
    @CsvSource({"site", "strata-site", ".seg", "strata-tier"})
    void aNewerFormatIsRefusedUntouched(String which) throws Exception {
        copy(GOLDEN.resolve("v1"), data());
        open().close();
        Path file = files(data()).keySet().stream()
                .filter(name -> name.endsWith(which))
                .map(name -> data().resolve(name))
                .findFirst()
                .orElseThrow();
        makeNewer(file);
        Map<String, byte[]> before = files(data());
        FormatException refused = assertThrows(FormatException.class, () -> open().close());
        assertEquals(FormatException.Kind.TOO_NEW, refused.kind());
        Map<String, byte[]> after = files(data());
        assertEquals(before.keySet(), after.keySet());
        before.forEach((name, bytes) -> assertArrayEquals(bytes, after.get(name), name));
    }

    /** The same file with the version after this one, and sound otherwise. */
    private static void makeNewer(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        String name = file.getFileName().toString();
        if (name.endsWith(".seg")) {
            ByteBuffer.wrap(bytes).putInt(12, 99);
            putCrc(bytes, 4092, 4092);
        } else if (name.equals("strata-tier")) {
            ByteBuffer.wrap(bytes).putInt(8, 99);
            putCrc(bytes, bytes.length - 4, bytes.length - 4);
        } else {
            String line = "strata-data 99 0123456789abcdef";
            byte[] text = line.getBytes(StandardCharsets.US_ASCII);
            bytes = (line + String.format(" %08x\n", crc(text, text.length)))
                    .getBytes(StandardCharsets.US_ASCII);
        }
        Files.write(file, bytes);
    }

    private static void putCrc(byte[] bytes, int length, int at) {
        ByteBuffer.wrap(bytes).putInt(at, crc(bytes, length));
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    /** All files that are truth, by their name below the directory. */
    private static Map<String, byte[]> files(Path data) throws IOException {
        Map<String, byte[]> out = new LinkedHashMap<>();
        List<Path> all;
        try (Stream<Path> walk = Files.walk(data)) {
            all = walk.filter(Files::isRegularFile).sorted().toList();
        }
        for (Path file : all) {
            String name = data.relativize(file).toString();
            if (!name.startsWith("catalog")) {
                out.put(name, Files.readAllBytes(file));
            }
        }
        return out;
    }

    private static void copy(Path from, Path to) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(from)) {
            all = walk.toList();
        }
        for (Path each : all) {
            Path target = to.resolve(from.relativize(each).toString());
            if (Files.isDirectory(each)) {
                Files.createDirectories(target);
            } else {
                Files.copy(each, target);
            }
        }
    }

    private static void delete(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> walk = Files.walk(path)) {
            all = new ArrayList<>(walk.toList());
        }
        all.sort((a, b) -> b.compareTo(a));
        for (Path each : all) {
            Files.delete(each);
        }
    }
}
