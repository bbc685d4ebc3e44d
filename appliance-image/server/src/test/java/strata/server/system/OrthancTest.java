package strata.server.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.AeTitle;
import strata.base.Audit;
import strata.base.Await;
import strata.base.Metrics;
import strata.base.Uid;
import strata.dicom.Part10;
import strata.dicom.Tag;
import strata.frontdoor.Destination;
import strata.frontdoor.commitment.CommitmentReport;
import strata.frontdoor.commitment.CommitmentUser;
import strata.frontdoor.commitment.Reference;
import strata.network.AssociationPolicy;
import strata.network.ContextPolicy;
import strata.network.DimseClient;
import strata.network.DimseServer;
import strata.network.DimseServices;
import strata.network.ServerOptions;
import strata.network.dimse.Status;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/**
 * Orthanc as a peer: it sends to us by C-STORE, asks by C-FIND, and gets all back by C-MOVE; then
 * the same over the web.
 */
class OrthancTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern ID = Pattern.compile("\"ID\" *: *\"([^\"]+)\"");
    private static final Pattern STATUS = Pattern.compile("\"Status\" *: *\"([^\"]+)\"");
    private static final Pattern WORD = Pattern.compile("\"([^\"]+)\"");
    private static final Path WEB_PLUGIN =
            Path.of("/usr/share/orthanc/plugins/libOrthancDicomWeb.so");
    private static final int OBJECTS = 5;
    private static final long STUDY = 1;

    @TempDir
    Path folder;

    private final Processes processes = new Processes();
    private final HttpClient client = HttpClient.newHttpClient();
    private String root;

    @AfterEach
    void end() {
        processes.close();
    }

    @Test
    void storesFindsAndMoves() throws Exception {
        Processes.need("Orthanc");
        int dicomPort = Processes.freePort();
        ServerProcess server = ServerProcess.configured(
                processes,
                folder.resolve("server"),
                "dicom: { destinations: { ORTHANC: { host: 127.0.0.1, port: " + dicomPort
                        + " } } }\n");
        startOrthanc(dicomPort, server.dicomPort());
        List<Item> items = LongStream.rangeClosed(1, OBJECTS)
                .mapToObj(n -> Item.noise(STUDY, n, 100_000))
                .toList();
        List<String> ids = new ArrayList<>();
        for (Item item : items) {
            ids.add(first(ID, call("POST", "/instances", file(item))));
        }
        call("POST", "/modalities/STRATA/store", "[\"" + String.join("\",\"", ids) + "\"]");
        isIn(server, items);
        for (String id : ids) {
            call("DELETE", "/instances/" + id, "");
        }
        assertEquals(List.of(), instances());

        String query = first(
                ID,
                call(
                        "POST",
                        "/modalities/STRATA/query",
                        "{\"Level\":\"Study\",\"Query\":{\"StudyInstanceUID\":\""
                                + Item.study(STUDY) + "\",\"PatientID\":\"\"}}"));
        String answer = call("GET", "/queries/" + query + "/answers/0/content?simplify", "");
        assertTrue(answer.contains("\"P" + STUDY + "\""), answer);
        call(
                "POST",
                "/queries/" + query + "/retrieve",
                "{\"TargetAet\":\"ORTHANC\",\"Synchronous\":true}");
        Await.until("all is back", LIMIT, () -> instances().size() == OBJECTS);
        cameBack(items);
        server.stop();
    }

    /** Both ask the other to commit, for what it has and for what it does not have. */
    @Test
    void commitsAndAsksToCommit() throws Exception {
        Processes.need("Orthanc");
        int dicomPort = Processes.freePort();
        ServerProcess server = ServerProcess.configured(
                processes,
                folder.resolve("server"),
                "dicom: { destinations: { ORTHANC: { host: 127.0.0.1, port: " + dicomPort
                        + " } } }\n");
        AeTitle asking = new AeTitle("ASKING");
        try (DimseClient dimse = DimseClient.start(Metrics.none())) {
            CommitmentUser user = new CommitmentUser(dimse, asking);
            try (DimseServer reports = takesReports(asking, user)) {
                startOrthanc(
                        dicomPort,
                        server.dicomPort(),
                        ",\"ASKING\":[\"ASKING\",\"127.0.0.1\"," + reports.port() + "]");
                Item item = Item.noise(STUDY, 1, 10_000);
                Item missing = Item.noise(STUDY, 2, 10_000);
                String id = first(ID, call("POST", "/instances", file(item)));
                call("POST", "/modalities/STRATA/store", "[\"" + id + "\"]");
                assertEquals("Success", committedByUs(item));
                assertEquals("Failure", committedByUs(missing));

                Reference here = new Reference(item.sopClass(), item.instance());
                Reference gone = new Reference(missing.sopClass(), missing.instance());
                Destination orthanc =
                        new Destination(new AeTitle("ORTHANC"), "127.0.0.1", dicomPort);
                CommitmentReport report =
                        user.request(orthanc, List.of(here, gone), LIMIT).orElseThrow();
                assertEquals(List.of(here), report.committed());
                assertEquals(Map.of(gone, Status.NO_SUCH_SOP_INSTANCE), report.failed());
            }
        }
        server.stop();
    }

    /** Its DICOMweb plugin as client: STOW-RS to us, QIDO-RS, and WADO-RS back. */
    @Test
    void storesFindsAndRetrievesOverTheWeb() throws Exception {
        Processes.need("Orthanc");
        assumeTrue(Files.exists(WEB_PLUGIN), "no DICOMweb plugin of Orthanc is installed");
        ServerProcess server = ServerProcess.configured(processes, folder.resolve("server"), "");
        startOrthanc(
                Processes.freePort(),
                server.dicomPort(),
                "",
                "\"" + WEB_PLUGIN + "\"],\"DicomWeb\":{\"Enable\":true,\"Servers\":{\"strata\":[\""
                        + server.http() + "/dicom-web/" + "\"]}},\"LuaScripts\":[");
        List<Item> items = LongStream.rangeClosed(1, OBJECTS)
                .mapToObj(n -> Item.noise(STUDY, n, 100_000))
                .toList();
        List<String> ids = new ArrayList<>();
        for (Item item : items) {
            ids.add(first(ID, call("POST", "/instances", file(item))));
        }
        call(
                "POST",
                "/dicom-web/servers/strata/stow",
                "{\"Synchronous\":true,\"Resources\":[\"" + String.join("\",\"", ids) + "\"]}");
        isIn(server, items);
        for (String id : ids) {
            call("DELETE", "/instances/" + id, "");
        }
        assertEquals(List.of(), instances());

        String found = call(
                "POST",
                "/dicom-web/servers/strata/get",
                "{\"Uri\":\"/studies\",\"HttpHeaders\":{\"Accept\":\"application/dicom+json\"},"
                        + "\"Arguments\":{\"PatientID\":\"P" + STUDY + "\"}}");
        assertTrue(found.contains("\"" + Item.study(STUDY) + "\""), found);
        call(
                "POST",
                "/dicom-web/servers/strata/retrieve",
                "{\"Synchronous\":true,\"Resources\":[{\"Study\":\"" + Item.study(STUDY) + "\"}]}");
        assertEquals(OBJECTS, instances().size());
        cameBack(items);
        server.stop();
    }

    private static DimseServer takesReports(AeTitle title, CommitmentUser user) throws IOException {
        return DimseServer.start(
                ServerOptions.of(title, "127.0.0.1", 0),
                AssociationPolicy.calledAs(
                        title, ContextPolicy.firstAcceptable(c -> Optional.of(syntax -> true))),
                DimseServices.NONE.withNormalized(
                        (association, request, reporter) -> user.report(request)),
                Metrics.none(),
                Audit.none());
    }

    /** What Orthanc heard of us about an instance. */
    private String committedByUs(Item item) throws Exception {
        String transaction = first(
                ID,
                call(
                        "POST",
                        "/modalities/STRATA/storage-commitment",
                        "{\"DicomInstances\":[[\"" + item.sopClass() + "\",\"" + item.instance()
                                + "\"]]}"));
        String[] status = {"Pending"};
        Await.until("a report at Orthanc", LIMIT, () -> {
            status[0] = first(STATUS, call("GET", "/storage-commitment/" + transaction, ""));
            return !status[0].equals("Pending");
        });
        return status[0];
    }

    private void startOrthanc(int dicomPort, int strataPort) throws Exception {
        startOrthanc(dicomPort, strataPort, "");
    }

    private void startOrthanc(int dicomPort, int strataPort, String modalities) throws Exception {
        startOrthanc(dicomPort, strataPort, modalities, "");
    }

    /** @param plugins and, behind a bracket, what belongs to them */
    private void startOrthanc(int dicomPort, int strataPort, String modalities, String plugins)
            throws Exception {
        int httpPort = Processes.freePort();
        Path home = Files.createDirectories(folder.resolve("orthanc"));
        String json = String.format(
                "{\"Name\":\"peer\",\"StorageDirectory\":\"%s\",\"IndexDirectory\":\"%s\","
                        + "\"HttpPort\":%d,\"DicomPort\":%d,\"DicomAet\":\"ORTHANC\","
                        + "\"RemoteAccessAllowed\":false,\"AuthenticationEnabled\":false,"
                        // An idle connection that it closes while a request is on its way fails the
                        // request.
                        + "\"KeepAlive\":false,"
                        + "\"Plugins\":[%s],"
                        + "\"DicomModalities\":{\"STRATA\":[\"STRATA\",\"127.0.0.1\",%d]%s}}",
                home, home, httpPort, dicomPort, plugins, strataPort, modalities);
        Path config = Files.writeString(home.resolve("orthanc.json"), json);
        processes.start(folder, List.of("Orthanc", config.toString()));
        Processes.awaitListening(httpPort);
        root = "http://127.0.0.1:" + httpPort;
    }

    private static byte[] file(Item item) {
        byte[] header = Part10.header(item.sopClass(), item.instance(), item.syntax());
        return ByteBuffer.allocate(header.length + item.dataSet().length)
                .put(header)
                .put(item.dataSet())
                .array();
    }

    private static void isIn(ServerProcess server, List<Item> items) throws IOException {
        try (Peer peer = new Peer(server.dicomPort())) {
            Map<Uid, byte[]> got =
                    peer.get(Item.study(STUDY), Peer.Kind.of(items)).objects();
            for (Item item : items) {
                assertArrayEquals(item.dataSet(), got.get(item.instance()));
            }
        }
    }

    private void cameBack(List<Item> items) throws Exception {
        Map<Uid, byte[]> got = new HashMap<>();
        for (String id : instances()) {
            byte[] file = bytes("GET", "/instances/" + id + "/file", new byte[0]);
            Part10.Content content = Part10.read(new ByteArrayInputStream(file));
            int offset = content.header().dataSetOffset();
            got.put(
                    content.dataSet().uid(Tag.SOPInstanceUID).orElseThrow(),
                    Arrays.copyOfRange(file, offset, file.length));
        }
        for (Item item : items) {
            assertArrayEquals(item.dataSet(), got.get(item.instance()));
        }
    }

    private List<String> instances() throws Exception {
        List<String> out = new ArrayList<>();
        for (Matcher m = WORD.matcher(call("GET", "/instances", "")); m.find(); ) {
            out.add(m.group(1));
        }
        return out;
    }

    private static String first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertTrue(matcher.find(), text);
        return matcher.group(1);
    }

    private String call(String method, String path, String body) throws Exception {
        return call(method, path, body.getBytes(StandardCharsets.UTF_8));
    }

    private String call(String method, String path, byte[] body) throws Exception {
        return new String(bytes(method, path, body), StandardCharsets.UTF_8);
    }

    private byte[] bytes(String method, String path, byte[] body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(root + path))
                .method(method, BodyPublishers.ofByteArray(body))
                .build();
        HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
        assertEquals(
                200,
                response.statusCode(),
                () -> method + " " + path + ": "
                        + new String(response.body(), StandardCharsets.UTF_8));
        return response.body();
    }
}
