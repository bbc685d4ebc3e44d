package strata.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.AeTitle;
import strata.base.Audit;
import strata.base.Await;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.Location;
import strata.mover.Migration;
import strata.mover.MoveProgress;
import strata.mover.MoverPace;
import strata.mover.Release;
import strata.mover.Repair;
import strata.mover.RepairQueue;
import strata.mover.Scrub;
import strata.mover.Tiers;
import strata.mover.recall.RecallOptions;
import strata.mover.recall.RecallQueue;
import strata.mover.recall.RecallTarget;
import strata.network.http.HttpLimits;
import strata.network.http.HttpOptions;
import strata.network.http.HttpServer;
import strata.network.http.Router;
import strata.policy.language.KnownNames;
import strata.policy.language.PolicyFile;
import strata.policy.language.TierFacts;
import strata.policy.language.TierFill;
import strata.policy.lifecycle.CatalogFacts;
import strata.policy.lifecycle.Keeping;
import strata.policy.lifecycle.KeepingBook;
import strata.policy.lifecycle.Lifecycle;
import strata.policy.lifecycle.LifecycleOptions;
import strata.policy.lifecycle.MoverActions;
import strata.policy.lifecycle.Retention;
import strata.policy.lifecycle.patients.PatientBook;
import strata.store.Store;
import strata.store.TestStore;
import strata.tier.LocalTier;
import strata.tier.LocalTierOptions;
import strata.tier.TierObjectSource;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

class AdminApiTest {
    private static final Uid STUDY = new Uid("1.2.3.7");

    @TempDir
    Path dir;

    private final HttpClient client = HttpClient.newHttpClient();
    private LocalTier tier;
    private TierObjectSource source;
    private TestStore data;
    private Tiers tiers;
    private RepairQueue repairs;
    private RecallQueue recalls;
    private HttpServer http;

    @BeforeEach
    void start() throws Exception {
        tier = LocalTier.open(
                new LocalDisk(),
                dir.resolve("longterm"),
                LocalTierOptions.of("longterm"),
                Metrics.none(),
                Clock.systemUTC());
        source = new TierObjectSource(tier);
        data = TestStore.open(dir.resolve("data"), source);
        tiers = new Tiers(List.of(tier));
        Store store = data.store();
        repairs = new RepairQueue(
                store, new Repair(store, tiers, Metrics.none(), Audit.none()), Metrics.none());
        repairs.start();
        Supplier<TierFacts> fill = () -> new TierFacts(Map.of("hot", TierFill.of(500, 1000, 0.8)));
        KeepingBook book = KeepingBook.open(
                new LocalDisk(), dir.resolve("keeping"), Metrics.none(), Audit.none());
        CatalogFacts studies = new CatalogFacts(store.catalog(), fill, book);
        openRecalls(store);
        Lifecycle lifecycle = new Lifecycle(
                PolicyFile.defaultPolicy(KnownNames.of(Set.of("hot", "longterm"), Set.of())),
                studies,
                new MoverActions(
                        store.catalog(),
                        new Migration(store, Metrics.none()),
                        recalls,
                        new Release(store, tiers),
                        tiers,
                        Set.of(),
                        book),
                Clock.systemUTC(),
                LifecycleOptions.DEFAULT,
                Metrics.none());
        Keeping keeping = new Keeping(
                book,
                new Retention(
                        lifecycle::policy, book, studies, () -> store.time().now()),
                Audit.none());
        Router.Builder routes = Router.builder();
        new AdminApi(
                        facts(store),
                        store,
                        tiers,
                        new Scrub(store, tiers, Metrics.none()),
                        repairs,
                        recalls,
                        new MoveProgress(Metrics.none()),
                        lifecycle,
                        List.of(),
                        new SiteComparisons(Map.of(), Metrics.none()),
                        fill,
                        keeping,
                        patients(store))
                .addTo(routes);
        http = HttpServer.start(
                new HttpOptions("127.0.0.1", 0, HttpLimits.DEFAULT),
                routes.build(),
                Metrics.none());
    }

    private void openRecalls(Store store) throws IOException {
        recalls = RecallQueue.open(
                store,
                new LocalDisk(),
                dir.resolve("recalls"),
                MoverPace.unlimited(store),
                RecallOptions.DEFAULT,
                Metrics.none());
        recalls.start();
    }

    private PatientBook patients(Store store) throws IOException {
        return PatientBook.open(
                new LocalDisk(),
                dir.resolve("patients"),
                store.catalog().patients()::set,
                Metrics.none(),
                Audit.none());
    }

    private static ServerFacts facts(Store store) {
        return new ServerFacts(
                new AeTitle("STRATA"), "127.0.0.1", 11112, "0.1", store.now().minusSeconds(90));
    }

    @AfterEach
    void stop() throws IOException {
        http.close();
        recalls.close();
        repairs.close();
        data.close();
        source.close();
        tier.close();
    }

    private void fill(int count) throws IOException {
        for (int i = 1; i <= count; i++) {
            Uid series = new Uid(STUDY + "." + (i % 2 + 1));
            data.put(TestStore.image(STUDY, series, new Uid(series + "." + i), 32, i));
        }
    }

    private HttpResponse<String> send(String path, boolean post, boolean guarded) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + http.address().getPort() + AdminApi.PATH + path));
        if (post) {
            request.POST(HttpRequest.BodyPublishers.noBody());
        }
        if (guarded) {
            request.header("X-Strata", "1");
        }
        return client.send(
                request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    private JsonNode get(String path) throws Exception {
        HttpResponse<String> response = send(path, false, false);
        assertEquals(200, response.statusCode(), response.body());
        return new ObjectMapper().readTree(response.body());
    }

    private String post(String path) throws Exception {
        HttpResponse<String> response = send(path, true, true);
        assertEquals(200, response.statusCode(), response.body());
        return response.body();
    }

    @Test
    void statusShowsTheWhole() throws Exception {
        fill(4);
        post("/verify");
        post("/lifecycle/run");
        JsonNode status = get("/status");
        assertEquals("STRATA", status.path("aet").asText());
        assertEquals(11112, status.path("dicom").path("port").asInt());
        assertTrue(status.path("uptimeSeconds").asLong() >= 90);
        assertEquals(4, status.path("counts").path("instances").asInt());
        JsonNode hot = status.path("tiers").get(0);
        assertEquals("hot", hot.path("name").asText());
        assertEquals(0.5, hot.path("fill").asDouble());
        assertEquals(0.8, hot.path("keepBelow").asDouble());
        assertEquals(4, hot.path("objects").asInt());
        assertEquals("available", status.path("tiers").get(1).path("state").asText());
        assertTrue(status.path("tiers").get(1).path("capacityBytes").isNull());
        assertEquals(4, status.path("lastScrub").path("copies").asInt());
        assertEquals(0, status.path("lastScrub").path("damaged").asInt());
        assertEquals(1, status.path("lastCycle").path("studies").asInt());
        assertEquals(0, status.path("queues").path("repairs").asInt());
    }

    @Test
    void studiesAreFiltered() throws Exception {
        fill(3);
        data.put(TestStore.image(new Uid("1.9"), new Uid("1.9.1"), new Uid("1.9.1.1"), 4, 9)
                .putString(strata.dicom.Tag.PatientID, strata.dicom.Vr.LO, "T2"));
        assertEquals(2, get("/studies").size());
        assertEquals(1, get("/studies?limit=1").size());
        assertEquals(
                "1.9",
                get("/studies?patientId=T2").get(0).path("studyInstanceUid").asText());
        assertEquals(
                2, get("/studies?patientName=test*&modality=CT&date=20260101-").size());
        assertEquals(0, get("/studies?date=-20251231").size());
        assertEquals(3, get("/studies?study=1.2.3.7").get(0).path("instances").asInt());
        JsonNode one = get("/studies/1.2.3.7");
        assertEquals(3, one.path("current").asInt());
        assertEquals(TestStore.CT_IMAGE.value(), one.path("sopClasses").get(0).asText());
        assertEquals(3, one.path("kinds").get(0).path("instances").asInt());
        assertEquals(3, one.path("copies").path("hot").path("instances").asInt());
        assertEquals(404, send("/studies/1.8", false, false).statusCode());
        assertEquals(400, send("/studies?date=soon", false, false).statusCode());
        assertEquals(400, send("/studies?study=x", false, false).statusCode());
        assertEquals(400, send("/studies?limit=0", false, false).statusCode());
    }

    @Test
    void whatChangesSomethingIsGuarded() throws Exception {
        for (String path : List.of("/verify", "/lifecycle/run", "/recall?study=1.2.3.7")) {
            HttpResponse<String> answer = send(path, true, false);
            assertEquals(403, answer.statusCode(), path);
            assertTrue(answer.body().contains("X-Strata"), answer.body());
            assertEquals(405, send(path, false, true).statusCode(), path);
        }
    }

    @Test
    void verifyNamesDamageAndTheLifecycleExplains() throws Exception {
        fill(3);
        flip(dir.resolve("data/hot"), STUDY + ".2.1");
        List<String> lines = post("/verify").lines().toList();
        JsonNode damage = new ObjectMapper().readTree(lines.get(0));
        assertEquals("damage", damage.path("type").asText());
        assertEquals(STUDY + ".2.1", damage.path("sopInstanceUid").asText());
        assertEquals("hot", damage.path("holder").asText());
        assertTrue(damage.path("error").asText().contains("offset"), lines.get(0));
        JsonNode summary = new ObjectMapper().readTree(lines.get(lines.size() - 1));
        assertEquals("summary", summary.path("type").asText());
        assertEquals(1, summary.path("damaged").asInt());
        assertEquals(2, summary.path("verified").path("hot").path("copies").asInt());
        Await.until(
                "the repair finds no other copy",
                Duration.ofSeconds(20),
                () -> data.catalog().statistics().damaged() == 1);
        assertEquals("DAMAGED", get("/damaged").get(0).path("state").asText());
        assertEquals(1, get("/status").path("counts").path("damaged").asInt());
        JsonNode explained = get("/lifecycle/explain?study=" + STUDY);
        assertTrue(explained.path("lines").get(0).asText().startsWith("study " + STUDY));
        assertTrue(explained.path("rules").size() > 0);
        assertEquals(404, send("/lifecycle/explain?study=1.8", false, false).statusCode());
        assertEquals(400, send("/lifecycle/explain", false, false).statusCode());
    }

    @Test
    void recallBringsBackAndConflictsAreListed() throws Exception {
        fill(3);
        new Migration(data.store(), Metrics.none()).run(STUDY, tier);
        new Release(data.store(), tiers).run(STUDY, Location.HOT, new Release.Elsewhere(1, 0, 0));
        assertEquals("NEARLINE", get("/studies").get(0).path("availability").asText());
        JsonNode asked = new ObjectMapper().readTree(post("/recall?study=" + STUDY));
        assertEquals(3, asked.path("objects").asInt());
        assertEquals("operator", asked.path("cause").asText());
        assertTrue(recalls.await(RecallTarget.of(STUDY), Duration.ofSeconds(60)));
        JsonNode recalled = get("/recalls?study=" + STUDY).get(0);
        assertEquals("done", recalled.path("state").asText());
        assertEquals(3, recalled.path("objectsDone").asInt());
        assertTrue(recalled.path("seriesInstanceUid").isNull());
        assertEquals(1, get("/status").path("recalls").path("done").asInt());
        assertEquals(0, get("/status").path("moves").size());
        assertEquals(404, send("/recall/cancel?study=" + STUDY, true, true).statusCode());
        assertEquals(
                400, send("/recall?study=" + STUDY + "&series=x", true, true).statusCode());
        assertEquals("ONLINE", get("/studies").get(0).path("availability").asText());
        assertEquals(404, send("/recall?study=1.8", true, true).statusCode());
        data.put(TestStore.image(STUDY, new Uid(STUDY + ".2"), new Uid(STUDY + ".2.1"), 32, 99));
        JsonNode conflict = get("/conflicts").get(0);
        assertEquals(STUDY + ".2.1", conflict.path("sopInstanceUid").asText());
        assertEquals("TESTER", conflict.path("source").asText());
    }

    /** Changes one byte of the pixels of an instance. */
    private static void flip(Path below, String instance) throws IOException {
        try (Stream<Path> files = Files.walk(below)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                int at = text.indexOf(instance + "\0");
                if (at >= 0) {
                    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                        byte other = (byte) ~text.charAt(at + 1500);
                        channel.write(ByteBuffer.wrap(new byte[] {other}), at + 1500);
                    }
                    return;
                }
            }
        }
        throw new AssertionError("no file has " + instance);
    }
}
