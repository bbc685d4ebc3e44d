package strata.server.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.S3Object;

import strata.base.Await;
import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.Location;
import strata.catalog.PlacementState;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.mover.Migration;
import strata.mover.Recall;
import strata.s3.S3Server;
import strata.server.Site;
import strata.store.Store;
import strata.tier.Tier;
import strata.tier.TierHealth;
import strata.tier.crypto.SiteKeyFile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/** A whole server with a tier in a bucket: placed, sealed, served, repaired, recalled. */
class OffsiteTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String OFFSITE = "offsite";
    private static final long STUDY = 31;
    private static final int OBJECTS = 5;

    @TempDir
    Path folder;

    private S3Server bucket;
    private String yaml;

    @BeforeEach
    void startBucket() throws Exception {
        bucket = new S3Server();
        System.setProperty("aws.accessKeyId", S3Server.IDENTITY);
        System.setProperty("aws.secretAccessKey", S3Server.SECRET);
        SiteKeyFile.create(folder.resolve("site.keys"));
        yaml = "tiers:\n  keys: { file: " + folder.resolve("site.keys") + " }\n  s3:\n    "
                + OFFSITE + ": { bucket: " + S3Server.BUCKET + ", prefix: a/, endpoint: \""
                + bucket.endpoint() + "\" }\n";
    }

    @AfterEach
    void stopBucket() throws Exception {
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
        bucket.close();
    }

    private static List<Item> items() {
        return LongStream.rangeClosed(1, OBJECTS)
                .mapToObj(n -> Item.noise(STUDY, n, 200_000))
                .toList();
    }

    private static List<VersionEntry> versions(LocalServer server) throws IOException {
        List<VersionEntry> out = new ArrayList<>();
        try (VersionCursor all = server.site().store().catalog().study(Item.study(STUDY))) {
            while (all.hasNext()) {
                out.add(all.next());
            }
        }
        return out;
    }

    private static void migrate(LocalServer server, String tier) throws IOException {
        Migration migration = new Migration(server.site().store(), Metrics.none());
        migration.run(Item.study(STUDY), server.site().tiers().named(tier));
    }

    private static void releaseHot(LocalServer server) throws IOException {
        Store store = server.site().store();
        for (VersionEntry version : versions(server)) {
            assertTrue(store.releaseHot(version.id()));
        }
    }

    private static void comesBack(LocalServer server) throws IOException {
        List<Item> items = items();
        try (Peer peer = new Peer(server.dicomPort())) {
            Map<Uid, byte[]> got =
                    peer.get(Item.study(STUDY), Peer.Kind.of(items)).objects();
            assertEquals(OBJECTS, got.size());
            for (Item item : items) {
                assertArrayEquals(item.dataSet(), got.get(item.instance()));
            }
        }
    }

    private List<String> packs() {
        return bucket.client().listObjectsV2(b -> b.bucket(S3Server.BUCKET)).contents().stream()
                .map(S3Object::key)
                .filter(key -> key.startsWith("a/packs/"))
                .toList();
    }

    private byte[] object(String key) {
        return bucket.client()
                .getObjectAsBytes(b -> b.bucket(S3Server.BUCKET).key(key))
                .asByteArray();
    }

    private static boolean isRight(LocalServer server, String holder) throws IOException {
        List<VersionEntry> versions = versions(server);
        return versions.size() == OBJECTS
                && versions.stream()
                        .allMatch(v -> v.placementsOf(holder).stream()
                                .anyMatch(p -> p.state() == PlacementState.VERIFIED));
    }

    @Test
    void aStudyLivesInABucket() throws Exception {
        try (LocalServer server = LocalServer.start(folder, yaml)) {
            try (Peer peer = new Peer(server.dicomPort())) {
                peer.send(items());
            }
            migrate(server, OFFSITE);
            assertTrue(isRight(server, Location.tier(OFFSITE)));
            String pack = packs().get(0);
            String raw = new String(object(pack), StandardCharsets.ISO_8859_1);
            assertFalse(
                    raw.contains("Phantom") || raw.contains(Item.study(STUDY).value()));
            releaseHot(server);
            comesBack(server);

            repairs(server, pack);
            Recall recall = new Recall(server.site().store(), Metrics.none());
            assertEquals(OBJECTS, recall.run(Item.study(STUDY)).objects());
            assertTrue(versions(server).stream()
                    .noneMatch(v -> v.placementsOf(Location.HOT).isEmpty()));
            comesBack(server);
        }
    }

    /** A byte of the pack is wrong, and the long-term tier has a right copy. */
    private void repairs(LocalServer server, String pack) throws Exception {
        migrate(server, Site.LONG_TERM);
        byte[] bytes = object(pack);
        bytes[bytes.length / 2] ^= 1;
        bucket.client()
                .putObject(b -> b.bucket(S3Server.BUCKET).key(pack), RequestBody.fromBytes(bytes));
        assertTrue(server.appliance()
                        .scrub()
                        .run(Optional.empty(), (v, p, d) -> {})
                        .damaged()
                > 0);
        Await.until(
                "the bucket is right again",
                LIMIT,
                () -> isRight(server, Location.tier(OFFSITE))
                        && server.appliance().repairs().size() == 0);
        Tier tier = server.site().tiers().named(OFFSITE);
        assertEquals(1, tier.quarantined().size());
        assertTrue(server.appliance()
                .scrub()
                .run(Optional.empty(), (v, p, d) -> {})
                .clean());
    }

    @Test
    void withKeyFileAndBucketALostSiteComesBack() throws Exception {
        try (LocalServer server = LocalServer.start(folder, yaml)) {
            try (Peer peer = new Peer(server.dicomPort())) {
                peer.send(items());
            }
            migrate(server, OFFSITE);
        }
        String nowhere = folder.resolve("data").toString();
        java.nio.file.Files.move(folder.resolve("data"), folder.resolve("burnt"));
        try (LocalServer server = LocalServer.start(folder, yaml)) {
            assertEquals(nowhere, server.appliance().configuration().data().toString());
            server.site().store().catalog().checkpoint();
        }
        Site.forgetIndex(LocalServer.configuration(folder, folder.resolve("strata.yaml")));
        try (LocalServer server = LocalServer.start(folder, yaml)) {
            comesBack(server);
            bucket.close();
            Tier tier = server.site().tiers().named(OFFSITE);
            assertEquals(TierHealth.AVAILABLE, server.site().longTerm().health());
            Await.until("the bucket is missed", LIMIT, () -> {
                try {
                    tier.packs();
                    return false;
                } catch (IOException e) {
                    return tier.health() == TierHealth.VANISHED;
                }
            });
            try (Peer peer = new Peer(server.dicomPort())) {
                peer.send(List.of(Item.noise(STUDY + 1, 1, 1000)));
            }
        }
    }
}
