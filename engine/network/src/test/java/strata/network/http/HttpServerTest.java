package strata.network.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import strata.base.CorruptDataException;
import strata.base.Metrics;
import strata.base.OperatorException;
import strata.base.StorageException;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

class HttpServerTest {
    private final HttpClient client = HttpClient.newHttpClient();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        Router router = Router.builder()
                .get(
                        "/studies/{study}",
                        r -> Response.json("{\"uid\":\"" + r.pathUid("study") + "\"}"))
                .get("/studies/{study}/series", r -> Response.text(200, r.pathParameter("study")))
                .get("/studies/search", r -> Response.text(200, "literal"))
                .get("/echo", r -> Response.text(200, r.queries().toString()))
                .get("/files/{path...}", r -> Response.text(200, r.pathParameter("path")))
                .post(
                        "/echo",
                        r -> Response.bytes(
                                200, "application/octet-stream", r.body().readAllBytes()))
                .put("/ignores-body", r -> Response.empty(204))
                .get(
                        "/stream",
                        r -> Response.stream("text/plain", out -> {
                            for (int i = 0; i < 100_000; i++) {
                                out.write("0123456789".getBytes(StandardCharsets.US_ASCII));
                            }
                        }))
                .get(
                        "/known-length",
                        r -> Response.stream(200, "text/plain", 5, out -> out.write(new byte[5])))
                .get(
                        "/wrong-length",
                        r -> Response.stream(200, "text/plain", 9, out -> out.write(new byte[5])))
                .get(
                        "/breaks",
                        r -> Response.stream("text/plain", out -> {
                            out.write(new byte[200_000]);
                            throw new IOException("planted by the test");
                        }))
                .get("/full", r -> {
                    throw new StorageException(StorageException.Kind.FULL, "hot tier full", null);
                })
                .get("/damaged", r -> {
                    throw new CorruptDataException("segment 7", 42, "a", "b");
                })
                .get("/operator", r -> {
                    throw new OperatorException("no tier of that name");
                })
                .get("/defect", r -> {
                    throw new IllegalStateException("secret detail");
                })
                .get(
                        "/early",
                        r -> Response.stream("text/plain", out -> {
                            throw new HttpException(406, "cannot \"encode\"");
                        }))
                .get("/splits", r -> Response.empty(204).withHeader("x-a", "b\r\nx-c: d"))
                .build();
        server = HttpServer.start(
                new HttpOptions("127.0.0.1", 0, HttpLimits.DEFAULT), router, Metrics.none());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void answersWithSafeHeaders() throws Exception {
        HttpResponse<String> response = get("/studies/1.2.3");
        assertEquals(200, response.statusCode());
        assertEquals("{\"uid\":\"1.2.3\"}", response.body());
        assertEquals(
                "application/json",
                response.headers().firstValue("content-type").orElse(""));
        assertEquals(
                "nosniff",
                response.headers().firstValue("x-content-type-options").orElse(""));
        assertEquals("no-store", response.headers().firstValue("cache-control").orElse(""));
        assertTrue(response.headers().firstValue("date").isPresent());
    }

    @Test
    void matchesTemplates() throws Exception {
        assertEquals("literal", get("/studies/search").body());
        assertEquals("a b", get("/studies/a%20b/series").body());
        assertEquals("js/app.js", get("/files/js/app.js").body());
        assertEquals("", get("/files/").body());
        assertEquals(404, get("/studies/1.2/series/").statusCode());
        assertEquals(404, get("/studies").statusCode());
        assertEquals(400, get("/studies/x").statusCode());
    }

    @Test
    void decodesTheQuery() throws Exception {
        assertEquals(
                "{a=[1, 2], name=[DOE^J\u00e9 x], flag=[], e=[b=c]}",
                get("/echo?a=1&a=2&name=DOE%5EJ%C3%A9+x&flag&e=b=c").body());
    }

    @Test
    void tellsUnknownPathsAndMethodsApart() throws Exception {
        HttpResponse<String> unknown = get("/nothing?PatientName=DOE");
        assertEquals(404, unknown.statusCode());
        assertEquals(
                "{\"error\":\"no such resource\",\"fault\":\"PEER\",\"where\":\"GET /nothing\"}\n",
                unknown.body());
        HttpResponse<String> wrong = send(request("/echo").DELETE().build());
        assertEquals(405, wrong.statusCode());
        assertEquals(
                "GET, POST, HEAD, OPTIONS", wrong.headers().firstValue("allow").orElse(""));
        HttpResponse<String> options = send(request("/echo")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .build());
        assertEquals(204, options.statusCode());
        assertEquals(
                "GET, POST, HEAD, OPTIONS",
                options.headers().firstValue("allow").orElse(""));
    }

    @Test
    void headHasTheHeadersOfGetAndNoBody() throws Exception {
        try (RawPeer peer = new RawPeer(server.address())) {
            peer.send("HEAD /studies/1.2.3 HTTP/1.1\r\nHost: localhost\r\n\r\n");
            peer.send("HEAD /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
            peer.send("HEAD /known-length HTTP/1.1\r\nHost: localhost\r\n\r\n");
            peer.send(
                    "GET /studies/1.2.4 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            String all = peer.readAll();
            assertEquals(4, all.split("HTTP/1.1 200 OK", -1).length - 1, all);
            assertTrue(all.contains("content-length: 15\r\n"), all);
            assertTrue(all.contains("content-length: 5\r\n"), all);
            assertFalse(all.contains("1.2.3"), all);
            assertFalse(all.contains("chunked"), all);
            assertTrue(all.endsWith("{\"uid\":\"1.2.4\"}"), all);
        }
    }

    @Test
    void errorsNameTheFault() throws Exception {
        assertError("/full", 507, "hot tier full", "DISK");
        assertError(
                "/damaged", 500, "damaged: segment 7 at offset 42: expected a, found b", "DISK");
        assertError("/operator", 400, "no tier of that name", "OPERATOR");
        assertError("/defect", 500, "internal error, see the server's log", "STRATA");
        assertError("/early", 406, "cannot \\\"encode\\\"", "PEER");
    }

    @Test
    void bodiesComeAndGo() throws Exception {
        byte[] body = new byte[900_000];
        new java.util.Random(7).nextBytes(body);
        HttpRequest known = request("/echo")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        HttpRequest chunked = request("/echo")
                .POST(HttpRequest.BodyPublishers.ofInputStream(
                        () -> new java.io.ByteArrayInputStream(body)))
                .build();
        HttpRequest expecting = request("/echo")
                .expectContinue(true)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        for (HttpRequest request : new HttpRequest[] {known, chunked, expecting}) {
            HttpResponse<byte[]> response =
                    client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            assertEquals(200, response.statusCode());
            assertTrue(java.util.Arrays.equals(body, response.body()));
        }
    }

    @Test
    void streamsWithAndWithoutLength() throws Exception {
        HttpResponse<String> stream = get("/stream");
        assertEquals(1_000_000, stream.body().length());
        assertTrue(stream.headers().firstValue("content-length").isEmpty());
        HttpResponse<String> known = get("/known-length");
        assertEquals("5", known.headers().firstValue("content-length").orElse(""));
        assertEquals(5, known.body().length());
    }

    @Test
    void aBodyThatBreaksIsNeverTakenForAWholeOne() throws Exception {
        assertThrows(IOException.class, () -> get("/breaks"));
        assertEquals(500, get("/wrong-length").statusCode());
        assertEquals(500, get("/splits").statusCode());
    }

    @Test
    void olderClientsGetABodyThatEndsWithTheConnection() throws Exception {
        try (RawPeer peer = new RawPeer(server.address())) {
            String all = peer.send("GET /stream HTTP/1.0\r\n\r\n").readAll();
            assertEquals(1_000_000, all.length() - all.indexOf("\r\n\r\n") - 4);
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        try (RawPeer peer = new RawPeer(server.address())) {
            StringBuilder requests = new StringBuilder();
            for (int i = 0; i < 200; i++) {
                requests.append("GET /studies/1.2." + i + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            }
            peer.send(requests.toString());
            for (int i = 0; i < 200; i++) {
                assertTrue(
                        peer.readResponse().endsWith("{\"uid\":\"1.2." + i + "\"}"),
                        "request " + i);
            }
        }
    }

    @Test
    void aBodyThatWasNotReadEndsTheConnectionAfterTheResponse() throws Exception {
        try (RawPeer peer = new RawPeer(server.address())) {
            peer.send(
                    "PUT /ignores-body HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500000\r\n\r\nabc");
            String all = peer.readAll();
            assertEquals(204, RawPeer.status(all));
            assertTrue(all.contains("connection: close"), all);
        }
    }

    @Test
    void aTakenPortIsOneClearLine() {
        HttpOptions taken =
                new HttpOptions("127.0.0.1", server.address().getPort(), HttpLimits.DEFAULT);
        OperatorException error = assertThrows(
                OperatorException.class,
                () -> HttpServer.start(taken, Router.builder().build(), Metrics.none()));
        assertEquals(
                "cannot listen for HTTP on 127.0.0.1:" + server.address().getPort()
                        + ": another program has this port",
                error.getMessage());
    }

    @Test
    void templatesAreCheckedWhenTheyAreAdded() {
        Router.Builder routes = Router.builder().get("/a/{x}", r -> Response.empty(204));
        assertThrows(IllegalArgumentException.class, () -> routes.get("/a/{y}", r -> null));
        assertThrows(IllegalArgumentException.class, () -> routes.get("a", r -> null));
        assertThrows(IllegalArgumentException.class, () -> routes.get("/{a}/{a}", r -> null));
        assertThrows(IllegalArgumentException.class, () -> routes.get("/a//b", r -> null));
        routes.post("/a/{y}", r -> null);
    }

    private void assertError(String path, int status, String error, String fault) throws Exception {
        HttpResponse<String> response = get(path);
        assertEquals(status, response.statusCode());
        assertEquals(
                "{\"error\":\"" + error + "\",\"fault\":\"" + fault + "\",\"where\":\"GET " + path
                        + "\"}\n",
                response.body());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.address().getPort() + path));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(request(path).build());
    }

    private HttpResponse<String> send(HttpRequest request) throws Exception {
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
