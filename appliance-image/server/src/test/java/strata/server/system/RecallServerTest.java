package strata.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Await;
import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.Location;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.mover.Migration;
import strata.mover.recall.RecallCause;
import strata.mover.recall.RecallQueue;
import strata.mover.recall.RecallRequest;
import strata.mover.recall.RecallState;
import strata.mover.recall.RecallTarget;
import strata.server.Site;
import strata.store.Store;
import strata.tier.Tier;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** A recall that cannot be done, over a restart, until it can. */
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
            try (Peer peer = new Peer(server.dicomPort())) {
                peer.send(LongStream.rangeClosed(1, OBJECTS)
                        .mapToObj(n -> Item.noise(STUDY, n, 50_000))
                        .toList());
            }
            Store store = server.site().store();
            Tier tier = server.site().tiers().named(Site.LONG_TERM);
            Uid study = Item.study(STUDY);
            new Migration(store, Metrics.none()).run(study, tier);
            for (VersionEntry version : versions(server)) {
                assertTrue(store.releaseHot(version.id()));
            }
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
}
