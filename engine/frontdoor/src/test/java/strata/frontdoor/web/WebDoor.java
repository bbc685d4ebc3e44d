package strata.frontdoor.web;

import strata.base.AeTitle;
import strata.base.Audit;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.catalog.DescriptionCache;
import strata.catalog.SeriesKey;
import strata.frontdoor.ColdInstances;
import strata.frontdoor.QueryPolicy;
import strata.frontdoor.identity.PatientIdentity;
import strata.network.http.HttpLimits;
import strata.network.http.HttpOptions;
import strata.network.http.HttpServer;
import strata.network.http.Router;
import strata.store.TestStore;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A store, DICOMweb on it behind a real HTTP server, and a client. */
public final class WebDoor implements Closeable {
    private final HttpClient client = HttpClient.newHttpClient();
    private final TestStore store;
    private final DescriptionCache descriptions;
    private final boolean owned;
    private final HttpServer server;
    private final List<Set<SeriesKey>> accessed = Collections.synchronizedList(new ArrayList<>());

    /** One part of a multipart body; header names in lower case. */
    public record Part(Map<String, String> headers, byte[] body) {}

    private WebDoor(
            TestStore store,
            boolean owned,
            QueryPolicy queries,
            PatientIdentity identity,
            Path descriptions,
            Router.Builder routes)
            throws IOException {
        this.store = store;
        this.owned = owned;
        this.descriptions = DicomWeb.openDescriptions(descriptions, Metrics.none());
        new DicomWeb(
                        store.store(),
                        new AeTitle("STRATA"),
                        queries,
                        this.descriptions,
                        SpoolDirectory.open(
                                new LocalDisk(), descriptions.resolveSibling("spool"), 0),
                        ColdInstances.NONE,
                        identity,
                        accessed::add,
                        Metrics.none(),
                        Audit.none())
                .addTo(routes);
        this.server = HttpServer.start(
                new HttpOptions("127.0.0.1", 0, HttpLimits.DEFAULT),
                routes.build(),
                Metrics.none());
    }

    public static WebDoor open(Path path) throws IOException {
        return open(path, PatientIdentity.RECEIVED);
    }

    /** A door that gives merged patients so. */
    public static WebDoor open(Path path, PatientIdentity identity) throws IOException {
        return new WebDoor(
                TestStore.open(path),
                true,
                QueryPolicy.DEFAULT,
                identity,
                path.resolve("descriptions"),
                Router.builder());
    }

    /** Another door over a store that stays open, with so many results in a page. */
    public static WebDoor over(TestStore store, Path descriptions, int maxPage) throws IOException {
        QueryPolicy queries = new QueryPolicy(0, maxPage, true);
        return new WebDoor(
                store, false, queries, PatientIdentity.RECEIVED, descriptions, Router.builder());
    }

    public TestStore store() {
        return store;
    }

    /** The studies of which something was retrieved, in order. */
    public List<Set<SeriesKey>> accessed() {
        return accessed;
    }

    /** A URL behind {@link DicomWeb#BASE}. */
    public URI url(String path) {
        return URI.create("http://127.0.0.1:" + server.address().getPort() + DicomWeb.BASE + path);
    }

    /** @param headers names and values in turn */
    public HttpResponse<byte[]> get(String path, String... headers) throws Exception {
        return send(HttpRequest.newBuilder(url(path)).GET(), headers);
    }

    public HttpResponse<byte[]> head(String path, String... headers) throws Exception {
        return send(
                HttpRequest.newBuilder(url(path))
                        .method("HEAD", HttpRequest.BodyPublishers.noBody()),
                headers);
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request, String... headers)
            throws Exception {
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    public static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    /** Takes a multipart body apart, strictly. */
    public static List<Part> parts(HttpResponse<byte[]> response) {
        MediaType type = MediaType.parse(header(response, "content-type")).orElseThrow();
        String boundary = "\r\n--" + type.parameter("boundary").orElseThrow();
        String text = new String(response.body(), StandardCharsets.ISO_8859_1);
        List<Part> parts = new ArrayList<>();
        int at = 0;
        while (true) {
            if (!text.startsWith(boundary, at)) {
                throw new AssertionError("no boundary at " + at);
            }
            at += boundary.length();
            if (text.startsWith("--", at)) {
                if (!text.substring(at).equals("--\r\n")) {
                    throw new AssertionError("something follows the last boundary");
                }
                return parts;
            }
            int body = text.indexOf("\r\n\r\n", at) + 4;
            Map<String, String> headers = new LinkedHashMap<>();
            for (String line : text.substring(at + 2, body - 4).split("\r\n")) {
                int colon = line.indexOf(": ");
                headers.put(
                        line.substring(0, colon).toLowerCase(java.util.Locale.ROOT),
                        line.substring(colon + 2));
            }
            int end = text.indexOf(boundary, body);
            byte[] bytes = new ByteArrayInputStream(
                            text.substring(body, end).getBytes(StandardCharsets.ISO_8859_1))
                    .readAllBytes();
            parts.add(new Part(headers, bytes));
            at = end;
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        descriptions.close();
        if (owned) {
            store.close();
        }
    }
}
