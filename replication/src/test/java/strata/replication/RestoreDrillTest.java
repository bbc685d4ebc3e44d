package strata.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.LocalDisk;
import strata.base.OperatorException;
import strata.base.Uid;
import strata.catalog.VersionEntry;
import strata.store.TestStore;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * T19: everything comes back from the other site into an empty directory. More objects by
 * {@code -Dstrata.drill.objects=N}.
 */
class RestoreDrillTest {
    private static final int OBJECTS = Integer.getInteger("strata.drill.objects", 90);

    @TempDir
    Path directory;

    private static Manifest manifest(StoreSite site, Path file) throws IOException {
        List<String> lines = new ArrayList<>(List.of("# of a test"));
        for (VersionEntry version : site.versions()) {
            lines.add(new Manifest.Line(
                            version.key().instance(),
                            version.digest(),
                            version.lengthBytes(),
                            version.receivedAt())
                    .toString());
        }
        Files.write(file, lines);
        try (BufferedReader in = Files.newBufferedReader(file)) {
            return Manifest.read(file.toString(), in);
        }
    }

    private DrillReport drill(StoreSite from, String into, int sample, Manifest manifest)
            throws IOException {
        SiteAddress address = new SiteAddress("dr", "127.0.0.1", from.port());
        try (ReplicationNetwork network = new ReplicationNetwork(ChannelSecurity.none());
                SiteListing listing = new SiteListing(address, network)) {
            return new RestoreDrill(
                            listing,
                            new LocalDisk(),
                            directory.resolve(into),
                            sample,
                            Optional.of(manifest),
                            Clock.systemUTC())
                    .run();
        }
    }

    @Test
    void everyLineOfTheManifestComesBack() throws Exception {
        try (StoreSite replica = new StoreSite(directory, "dr", "main", 0)) {
            for (int i = 0; i < OBJECTS; i++) {
                replica.put(new Uid("1.2.840." + i), i);
            }
            replica.files.delete(StoreSite.instance(7));
            Manifest manifest = manifest(replica, directory.resolve("manifest"));
            DrillReport report = drill(replica, "restored", 100, manifest);
            assertTrue(report.passed(), report.toText());
            assertEquals(OBJECTS - 1, report.restored());
            assertEquals(Optional.of(OBJECTS - 1L), report.manifest());
            assertEquals(Optional.of(Duration.ZERO), report.recoveryPoint());
            try (TestStore restored = TestStore.open(directory.resolve("restored"))) {
                assertEquals(
                        replica.files.catalog().summary(new Uid("1.2.840.5")).isPresent(),
                        restored.catalog().summary(new Uid("1.2.840.5")).isPresent());
                for (VersionEntry version : replica.versions()) {
                    assertEquals(
                            version.digest(),
                            restored.catalog()
                                    .version(version.id())
                                    .orElseThrow()
                                    .digest());
                }
            }
            assertThrows(OperatorException.class, () -> drill(replica, "restored", 100, manifest));
            DrillReport sample = drill(replica, "sample", 20, manifest);
            assertTrue(sample.passed(), sample.toText());
            assertTrue(sample.restored() < OBJECTS * 2 / 3, sample.toText());
            assertEquals(sample.manifest(), Optional.of(sample.restored()));
        }
    }

    @Test
    void whatTheReplicaDidNotGetIsTheRecoveryPoint() throws Exception {
        try (StoreSite main = new StoreSite(directory, "main", "dr", 0);
                StoreSite replica = new StoreSite(directory, "dr", "main", 0)) {
            replica.putAll(0, 10);
            main.putAll(0, 12);
            DrillReport report =
                    drill(replica, "restored", 100, manifest(main, directory.resolve("manifest")));
            assertFalse(report.passed());
            assertEquals(2, report.missing());
            assertFalse(report.recoveryPoint().orElseThrow().isNegative());
            assertTrue(report.toJson().contains("\"missing\": \"2\""), report.toJson());
            assertTrue(report.toHtml().contains("<h1>Restore drill: failed</h1>"));
        }
    }

    @Test
    void durationsAreSaidInTheirTwoLargestUnits() {
        assertEquals("0.0 s", DrillReport.inWords(Duration.ZERO));
        assertEquals("59.9 s", DrillReport.inWords(Duration.ofMillis(59_900)));
        assertEquals("1 min 0 s", DrillReport.inWords(Duration.ofSeconds(60)));
        assertEquals("59 min 59 s", DrillReport.inWords(Duration.ofSeconds(3_599)));
        assertEquals("23 h 59 min", DrillReport.inWords(Duration.ofMinutes(1_439)));
        assertEquals("2 d 3 h", DrillReport.inWords(Duration.ofHours(51)));
    }
}
