package strata.server.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Await;
import strata.base.Metrics;
import strata.catalog.Location;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.mover.Migration;
import strata.mover.recall.RecallCause;
import strata.mover.recall.RecallQueue;
import strata.mover.recall.RecallRequest;
import strata.mover.recall.RecallState;
import strata.mover.recall.RecallTarget;
import strata.network.dimse.Status;
import strata.s3.ArchiveServer;
import strata.server.Site;
import strata.store.Store;
import strata.tier.crypto.SiteKeyFile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** What has to be brought back first: over a restart, and for a peer that waits. */
class RecallServerTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long STUDY = 41;
    private static final int OBJECTS = 4;
    private static final RecallTarget TARGET = RecallTarget.of(Item.study(STUDY));

    @TempDir
    Path folder;

    private static List<VersionEntry> versions(LocalServer server) throws IOException {
        List<VersionEntry> out = new ArrayList<>();
        try (VersionCursor all = server.site().store().catalog().study(Item.study(STUDY))) {
            while (all.hasNext()) {
                out.add(all.next());
            }
        }
        return out;
    }

    private static boolean isHot(LocalServer server) throws IOException {
        return versions(server).stream()
                .noneMatch(v -> v.placementsOf(Location.HOT).isEmpty());
    }

    private static String metrics(LocalServer server) throws Exception {
        URI uri = URI.create(
                "http://127.0.0.1:" + server.appliance().httpAddress().getPort() + "/metrics");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void aRecallWaitsForItsMediumOverARestart() throws Exception {
        Path packs = folder.resolve("data").resolve("longterm");
        Path away = folder.resolve("away");
        try (LocalServer server = LocalServer.start(folder, "")) {
            leaveIn(server, Site.LONG_TERM);
            Files.move(packs, away);
            RecallQueue queue = server.appliance().recalls();
            queue.ask(RecallRequest.of(TARGET, RecallCause.OPERATOR));
            Await.until(
                    "it was tried and waits",
                    LIMIT,
                    () -> queue.find(TARGET).orElseThrow().trouble().isPresent());
            assertTrue(
                    metrics(server).contains("strata_recall_queue_requests{state=\"paused\"} 1"));
        }
        try (LocalServer server = LocalServer.start(folder, "")) {
            RecallQueue queue = server.appliance().recalls();
            assertEquals(OBJECTS, queue.of(TARGET.study()).size() * OBJECTS);
            Files.move(away, packs);
            queue.ask(RecallRequest.of(TARGET, RecallCause.RETRIEVE));
            assertTrue(queue.await(TARGET, LIMIT), () -> queue.list().toString());
            assertEquals(RecallState.DONE, queue.find(TARGET).orElseThrow().state());
            assertTrue(isHot(server));
            assertTrue(metrics(server).contains("strata_recall_ended_requests_total{outcome="));
        }
    }

    private static List<Item> items() {
        return LongStream.rangeClosed(1, OBJECTS)
                .mapToObj(n -> Item.noise(STUDY, n, 50_000))
                .toList();
    }

    /** Stores the study, and leaves it in one tier only. */
    private static void leaveIn(LocalServer server, String tier) throws IOException {
        try (Peer peer = new Peer(server.dicomPort())) {
            peer.send(items());
        }
        Store store = server.site().store();
        new Migration(store, Metrics.none())
                .run(Item.study(STUDY), server.site().tiers().named(tier));
        for (VersionEntry version : versions(server)) {
            assertTrue(store.releaseHot(version.id()));
        }
    }

    private static boolean isWaitedFor(LocalServer server) throws Exception {
        return metrics(server).contains("strata_retrieve_waiting_requests 1");
    }

    private static CompletableFuture<Peer.Got> get(LocalServer server) {
        return CompletableFuture.supplyAsync(() -> {
            try (Peer peer = new Peer(server.dicomPort())) {
                return peer.get(Item.study(STUDY), Peer.Kind.of(items()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static void assertWhole(CompletableFuture<Peer.Got> coming) throws Exception {
        Peer.Got got = coming.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertEquals(Status.SUCCESS, got.result().status());
        for (Item item : items()) {
            assertArrayEquals(item.dataSet(), got.objects().get(item.instance()));
        }
    }

    private static HttpResponse<byte[]> wado(LocalServer server) throws Exception {
        URI uri = URI.create("http://127.0.0.1:"
                + server.appliance().httpAddress().getPort() + "/dicom-web/studies/"
                + Item.study(STUDY));
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    @Test
    void aPeerWaitsForAVolumeThatIsAwayAndGetsTheStudy() throws Exception {
        Path packs = folder.resolve("data").resolve("longterm");
        Path away = folder.resolve("away");
        try (LocalServer server = LocalServer.start(folder, "dicom:\n  recallWait: 1 h\n")) {
            leaveIn(server, Site.LONG_TERM);
            Files.move(packs, away);
            CompletableFuture<Peer.Got> coming = get(server);
            Await.until("the retrieve waits", LIMIT, () -> isWaitedFor(server));
            Files.move(away, packs);
            assertWhole(coming);
            assertTrue(isHot(server), "by the one way back");
        }
    }

    @Test
    void aPeerWaitsForAnArchiveAndTheWebIsToldWhenToComeAgain() throws Exception {
        System.setProperty("aws.accessKeyId", "test");
        System.setProperty("aws.secretAccessKey", "test");
        SiteKeyFile.create(folder.resolve("site.keys"));
        try (ArchiveServer bucket = new ArchiveServer();
                LocalServer server = LocalServer.start(folder, archive(bucket))) {
            leaveIn(server, "deep");
            assertEquals(0, bucket.restoresAsked());
            CompletableFuture<Peer.Got> coming = get(server);
            Await.until("the retrieve waits", LIMIT, () -> isWaitedFor(server));
            assertEquals(1, bucket.restoresAsked(), "one pack, asked for once");
            Await.until("the web tells in hours", LIMIT, () -> {
                HttpResponse<byte[]> later = wado(server);
                assertEquals(503, later.statusCode());
                String seconds = later.headers().firstValue("retry-after").orElseThrow();
                return Integer.parseInt(seconds) > 3600;
            });
            bucket.restored();
            assertWhole(coming);
            assertEquals(200, wado(server).statusCode());
        } finally {
            System.clearProperty("aws.accessKeyId");
            System.clearProperty("aws.secretAccessKey");
        }
    }

    private String archive(ArchiveServer bucket) {
        return "dicom:\n  recallWait: 6 h\ntiers:\n  keys: { file: " + folder.resolve("site.keys")
                + " }\n  s3:\n    deep: { bucket: " + ArchiveServer.BUCKET + ", endpoint: \""
                + bucket.endpoint() + "\", storageClass: GLACIER }\n";
    }
}
