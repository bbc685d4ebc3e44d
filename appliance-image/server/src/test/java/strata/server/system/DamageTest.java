package strata.server.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Await;
import strata.base.Metrics;
import strata.base.ObjectId;
import strata.base.Uid;
import strata.catalog.Location;
import strata.catalog.PackLocation;
import strata.catalog.PlacementState;
import strata.catalog.SegmentLocation;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.mover.Damage;
import strata.mover.Migration;
import strata.mover.Scrub;
import strata.mover.ScrubReport;
import strata.server.Site;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** An index that is gone, and copies with a flipped bit. */
class DamageTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long STUDY = 5;
    private static final int OBJECTS = 6;

    @TempDir
    Path folder;

    private static List<Item> items(long study) {
        return LongStream.rangeClosed(1, OBJECTS)
                .mapToObj(n -> Item.noise(study, n, 200_000))
                .toList();
    }

    private static List<VersionEntry> versions(LocalServer server, long study) throws IOException {
        List<VersionEntry> out = new ArrayList<>();
        try (VersionCursor all = server.site().store().catalog().study(Item.study(study))) {
            while (all.hasNext()) {
                out.add(all.next());
            }
        }
        return out;
    }

    private static void toLongTerm(LocalServer server, long study, boolean release)
            throws IOException {
        new Migration(server.site().store(), Metrics.none())
                .run(Item.study(study), server.site().longTerm());
        if (release) {
            for (VersionEntry version : versions(server, study)) {
                assertTrue(server.site().store().releaseHot(version.id()));
            }
        }
    }

    private static void comesBack(Peer peer, long study) throws IOException {
        List<Item> items = items(study);
        Map<Uid, byte[]> got = peer.get(Item.study(study), Peer.Kind.of(items)).objects();
        assertEquals(OBJECTS, got.size());
        for (Item item : items) {
            assertArrayEquals(
                    item.dataSet(), got.get(item.instance()), item.instance().value());
        }
    }

    @Test
    void anIndexThatWasDeletedComesBackComplete() throws Exception {
        Map<String, List<String>> before;
        try (LocalServer server = LocalServer.start(folder, "");
                Peer peer = new Peer(server.dicomPort())) {
            for (List<Item> study : studiesOfFiles().values()) {
                peer.send(study);
            }
            for (long study = 1; study <= 3; study++) {
                peer.send(items(study));
            }
            toLongTerm(server, 2, false);
            toLongTerm(server, 3, true);
            before = peer.findAll();
        }
        delete(folder.resolve("data").resolve("catalog"));
        try (LocalServer server = LocalServer.start(folder, "");
                Peer peer = new Peer(server.dicomPort())) {
            assertEquals(before, peer.findAll());
            for (long study = 1; study <= 3; study++) {
                comesBack(peer, study);
            }
            // Records of released copies are found again as long as their segment is there.
            assertTrue(holders(versions(server, 3)).contains(Location.tier(Site.LONG_TERM)));
        }
    }

    private static String holders(List<VersionEntry> versions) {
        return String.join(
                " ",
                versions.stream()
                        .flatMap(v -> v.placements().stream())
                        .map(p -> p.location().holder())
                        .distinct()
                        .toList());
    }

    /** A sample of real headers, by study. */
    private static Map<Uid, List<Item>> studiesOfFiles() throws IOException {
        Map<Uid, List<Item>> studies = new LinkedHashMap<>();
        int number = 0;
        for (SharedWaves.Shared file : SharedWaves.read().get(0)) {
            if (++number % 4 == 0) {
                studies.computeIfAbsent(file.study(), s -> new ArrayList<>())
                        .add(Item.read(file.file()));
            }
        }
        return studies;
    }

    private static void delete(Path directory) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(directory)) {
            all = new ArrayList<>(walk.sorted((a, b) -> b.compareTo(a)).toList());
        }
        for (Path each : all) {
            Files.delete(each);
        }
    }

    @Test
    void aBitInASegmentIsFoundAndRepairedFromTheOtherSite() throws Exception {
        withTwoSites((server, peer) -> {
            VersionEntry victim = versions(server, STUDY).get(2);
            SegmentLocation at =
                    (SegmentLocation) victim.placementsOf(Location.HOT).get(0).location();
            Path file = flipInside(server.folder(), ".seg", at.offset(), marker(victim));
            Damage damage = onlyDamage(server.appliance().scrub().run(Optional.empty(), none()));
            assertEquals(victim.id(), damage.version().id());
            assertEquals(at, damage.placement().location());
            assertTrue(damage.what().contains(file.getFileName().toString()), damage.what());
            awaitRepaired(server, victim.id());
        });
    }

    @Test
    void aBitInAPackIsFoundAndRepairedFromTheOtherSite() throws Exception {
        withTwoSites((server, peer) -> {
            toLongTerm(server, STUDY, true);
            Path file = flipInTheMiddle(server.folder().resolve("data"), ".pack");
            Damage damage = onlyDamage(server.appliance().scrub().run(Optional.empty(), none()));
            PackLocation at = (PackLocation) damage.placement().location();
            assertTrue(file.getFileName().toString().contains(at.pack()), at + " " + file);
            assertTrue(damage.what().contains(at.pack()), damage.what());
            awaitRepaired(server, damage.version().id());
        });
    }

    private interface Body {
        void run(LocalServer server, Peer peer) throws Exception;
    }

    /** Runs with a study that has a verified copy at a second site; at the end all is right. */
    private void withTwoSites(Body body) throws Exception {
        int port = Processes.freePort();
        String listen = "replication: { listen: { bind: 127.0.0.1, port: " + port + " } }\n";
        String sites = "replication: { sites: { dr: { host: 127.0.0.1, port: " + port + " } } }\n";
        try (LocalServer other = LocalServer.start(folder.resolve("other"), listen);
                LocalServer server = LocalServer.start(folder.resolve("first"), sites);
                Peer peer = new Peer(server.dicomPort())) {
            peer.send(items(STUDY));
            Await.until(
                    "everything has its copy at the other site",
                    LIMIT,
                    () -> versions(server, STUDY).stream()
                            .allMatch(v -> !v.placementsOf(Location.site("dr")).isEmpty()));
            body.run(server, peer);
            ScrubReport again = server.appliance().scrub().run(Optional.empty(), none());
            assertTrue(again.clean(), () -> again.damages().toString());
            comesBack(peer, STUDY);
            try (Peer elsewhere = new Peer(other.dicomPort())) {
                comesBack(elsewhere, STUDY);
            }
        }
    }

    private static Scrub.Progress none() {
        return (version, placement, damage) -> {};
    }

    private static Damage onlyDamage(ScrubReport report) {
        assertEquals(1, report.damaged(), () -> report.damages().toString());
        return report.damages().get(0);
    }

    private static void awaitRepaired(LocalServer server, ObjectId id) throws Exception {
        Await.until("the copy is repaired", LIMIT, () -> {
            VersionEntry now = server.site().store().catalog().version(id).orElseThrow();
            return server.appliance().repairs().size() == 0
                    && now.placements().stream()
                            .allMatch(p -> p.state() == PlacementState.VERIFIED);
        });
    }

    /** Some bytes in the middle of an object, which are nowhere else. */
    private static byte[] marker(VersionEntry version) {
        byte[] dataSet = items(STUDY).stream()
                .filter(i -> i.instance().equals(version.key().instance()))
                .findFirst()
                .orElseThrow()
                .dataSet();
        return Arrays.copyOfRange(dataSet, dataSet.length / 2, dataSet.length / 2 + 32);
    }

    /** Flips a bit of the marker, which is in one of the files behind this offset. */
    private static Path flipInside(Path directory, String ending, long from, byte[] marker)
            throws IOException {
        for (Path file : files(directory, ending)) {
            byte[] bytes;
            try (InputStream in = Files.newInputStream(file)) {
                in.skipNBytes(from);
                bytes = in.readNBytes(1 << 20);
            }
            for (int at = 0; at + marker.length <= bytes.length; at++) {
                if (Arrays.equals(bytes, at, at + marker.length, marker, 0, marker.length)) {
                    flip(file, from + at);
                    return file;
                }
            }
        }
        throw new AssertionError("the object is in no file");
    }

    private static Path flipInTheMiddle(Path directory, String ending) throws IOException {
        List<Path> files = files(directory, ending);
        assertEquals(1, files.size(), files.toString());
        flip(files.get(0), Files.size(files.get(0)) / 2);
        return files.get(0);
    }

    private static List<Path> files(Path directory, String ending) throws IOException {
        try (Stream<Path> walk = Files.walk(directory)) {
            return walk.filter(p -> p.getFileName().toString().endsWith(ending)).toList();
        }
    }

    private static void flip(Path file, long at) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            assertEquals(1, channel.read(one, at));
            one.put(0, (byte) (one.get(0) ^ 0x10)).rewind();
            assertEquals(1, channel.write(one, at));
        }
    }
}
