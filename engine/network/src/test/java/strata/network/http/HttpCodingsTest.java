package strata.network.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import strata.base.Metrics;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** gzip in both directions, and pages of other origins. */
class HttpCodingsTest {
    private static final byte[] TEXT =
            "{\"00080018\":{\"vr\":\"UI\"}},".repeat(50_000).getBytes(StandardCharsets.US_ASCII);

    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicLong readBytes = new AtomicLong();
    private HttpServer server;

    private void start(CorsPolicy cors) throws IOException {
        Router router = Router.builder()
                .get(
                        "/whole",
                        r -> Response.bytes(200, "application/dicom+json", TEXT)
                                .withHeader("etag", "\"abc\""))
                .get(
                        "/stream",
                        r -> Response.stream(
                                "application/dicom+json; charset=utf-8", out -> out.write(TEXT)))
                .get(
                        "/known",
                        r -> Response.stream(
                                200, "application/dicom+xml", TEXT.length, out -> out.write(TEXT)))
                .get(
                        "/short",
                        r -> Response.stream(
                                200,
                                "application/json",
                                TEXT.length,
                                out -> out.write(new byte[5])))
                .get("/small", r -> Response.json("{}"))
                .get("/binary", r -> Response.bytes(200, "application/dicom", TEXT))
                .post("/count", r -> Response.text(200, "" + count(r)))
                .add(Method.POST, "/long", 1L << 40, r -> Response.text(200, "" + count(r)))
                .build();
        server = HttpServer.start(
                new HttpOptions("127.0.0.1", 0, HttpLimits.DEFAULT, cors), router, Metrics.none());
    }

    private long count(Request request) throws IOException {
        byte[] block = new byte[8192];
        long total = 0;
        for (int n = request.body().read(block); n >= 0; n = request.body().read(block)) {
            total += n;
            readBytes.set(total);
        }
        return total;
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.address().getPort() + path));
    }

    private HttpResponse<byte[]> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = request(path);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static String header(HttpResponse<?> response, String name) {
        return String.join(", ", response.headers().allValues(name));
    }

    private static byte[] unzipped(byte[] coded) throws IOException {
        return new GZIPInputStream(new ByteArrayInputStream(coded)).readAllBytes();
    }

    private static byte[] zipped(byte[] plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(plain);
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/whole", "/stream", "/known"})
    void textIsCodedForWhoTakesIt(String path) throws Exception {
        start(CorsPolicy.NONE);
        HttpResponse<byte[]> coded = get(path, "Accept-Encoding", "br, gzip;q=0.5");
        assertEquals("gzip", header(coded, "content-encoding"));
        assertEquals("accept-encoding", header(coded, "vary"));
        assertTrue(coded.body().length < TEXT.length / 10);
        assertArrayEquals(TEXT, unzipped(coded.body()));
        HttpResponse<byte[]> plain = get(path);
        assertEquals("", header(plain, "content-encoding"));
        assertEquals("accept-encoding", header(plain, "vary"));
        assertArrayEquals(TEXT, plain.body());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"gzip;q=0|", "identity|", "*;q=0|", "gzip;q=0, *|", "*|gzip", "GZIP|gzip"})
    void theCodingIsTheClientsChoice(String accepted, String coding) throws Exception {
        start(CorsPolicy.NONE);
        assertEquals(
                coding == null ? "" : coding,
                header(get("/whole", "Accept-Encoding", accepted), "content-encoding"));
    }

    @Test
    void whatDoesNotShrinkIsLeftAsItIs() throws Exception {
        start(CorsPolicy.NONE);
        assertArrayEquals(TEXT, get("/binary", "Accept-Encoding", "gzip").body());
        assertEquals("{}", new String(get("/small", "Accept-Encoding", "gzip").body()));
    }

    @Test
    void aCodedEntityHasAWeakTag() throws Exception {
        start(CorsPolicy.NONE);
        assertEquals("W/\"abc\"", header(get("/whole", "Accept-Encoding", "gzip"), "etag"));
        assertEquals("\"abc\"", header(get("/whole"), "etag"));
    }

    @Test
    void aCodedBodyThatIsNotWholeIsNeverTakenForAWholeOne() throws Exception {
        start(CorsPolicy.NONE);
        assertEquals(500, get("/short", "Accept-Encoding", "gzip").statusCode());
    }

    @Test
    void itIsTheSameOverHttp2() throws Exception {
        start(CorsPolicy.NONE);
        try (Http2Peer peer = new Http2Peer(server.address())) {
            peer.request(1, "GET", "/stream", true, "accept-encoding", "gzip");
            assertArrayEquals(TEXT, unzipped(peer.answer(1).body.toByteArray()));
            assertEquals("gzip", peer.answer(1).headers.get("content-encoding"));
            peer.request(3, "POST", "/count", false, "content-encoding", "gzip");
            peer.body(3, zipped(new byte[300_000]), true);
            assertEquals("300000", peer.answer(3).text());
        }
    }

    private HttpResponse<byte[]> post(String path, String coding, byte[] body) throws Exception {
        HttpRequest request = request(path)
                .header("Content-Encoding", coding)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    @Test
    void bodiesMayComeInGzip() throws Exception {
        start(CorsPolicy.NONE);
        assertEquals(
                "900000",
                new String(post("/count", "gzip", zipped(new byte[900_000])).body()));
        assertEquals("3", new String(post("/count", "identity", new byte[3]).body()));
        byte[] cut = Arrays.copyOf(zipped(TEXT), 500);
        assertEquals(400, post("/count", "gzip", cut).statusCode());
        assertEquals(400, post("/long", "gzip", TEXT).statusCode());
        HttpResponse<byte[]> unknown = post("/long", "br", TEXT);
        assertEquals(415, unknown.statusCode());
        assertEquals("gzip", header(unknown, "accept-encoding"));
        assertEquals(415, post("/long", "gzip, gzip", TEXT).statusCode());
    }

    @Test
    void hostile46ABombIs413WhateverTheLimitOfTheRoute() throws Exception {
        start(CorsPolicy.NONE);
        byte[] bomb = zipped(new byte[64 << 20]);
        assertTrue(bomb.length < 1 << 17);
        assertEquals(413, post("/count", "gzip", bomb).statusCode());
        assertTrue(readBytes.get() <= HttpLimits.DEFAULT.bodyBytes(), readBytes::toString);
        assertEquals(413, post("/long", "gzip", bomb).statusCode());
        assertTrue(readBytes.get() <= 2 * GunzippedBody.GRACE_BYTES, readBytes::toString);
    }

    private String exchange(String head) throws IOException {
        try (RawPeer peer = new RawPeer(server.address())) {
            return peer.send(head + "Host: localhost\r\n\r\n").readResponse();
        }
    }

    private static final String PREFLIGHT = "OPTIONS /count HTTP/1.1\r\n"
            + "Access-Control-Request-Method: POST\r\nOrigin: https://viewer.example\r\n";

    @Test
    void hostile56PagesOfOtherOriginsMayNothingByDefault() throws Exception {
        start(CorsPolicy.NONE);
        assertEquals(403, RawPeer.status(exchange(PREFLIGHT)));
        assertEquals(
                403,
                RawPeer.status(
                        exchange("POST /count HTTP/1.1\r\nOrigin: https://viewer.example\r\n")));
        assertEquals(403, RawPeer.status(exchange("POST /count HTTP/1.1\r\nOrigin: null\r\n")));
        String get = exchange("GET /small HTTP/1.1\r\nOrigin: https://viewer.example\r\n");
        assertFalse(get.contains("access-control"), get);
        assertEquals(
                400, RawPeer.status(exchange("GET /small HTTP/1.1\r\nHost: evil.example\r\n")));
    }

    @Test
    void anAllowedOriginMayAndNoOther() throws Exception {
        start(new CorsPolicy(Set.of("https://viewer.example"), true));
        String preflight = exchange(PREFLIGHT);
        assertEquals(204, RawPeer.status(preflight));
        assertTrue(preflight.contains("access-control-allow-origin: https://viewer.example\r\n"));
        assertTrue(preflight.contains("access-control-allow-methods: POST, OPTIONS\r\n"));
        assertTrue(preflight.contains("access-control-allow-credentials: true\r\n"));
        assertTrue(preflight.contains("vary: origin\r\n"));
        String get = exchange("GET /small HTTP/1.1\r\nOrigin: https://viewer.example\r\n");
        assertTrue(get.contains("access-control-expose-headers: "), get);
        assertTrue(get.contains("vary: origin\r\n") && get.contains("vary: accept-encoding\r\n"));
        String post = "POST /count HTTP/1.1\r\nOrigin: https://VIEWER.example\r\n";
        assertEquals(200, RawPeer.status(exchange(post)));
        String other = exchange("GET /small HTTP/1.1\r\nOrigin: https://evil.example\r\n");
        assertFalse(other.contains("access-control"), other);
        assertEquals(403, RawPeer.status(exchange(PREFLIGHT.replace("viewer.", "evil."))));
    }

    @Test
    void allOriginsNeverComeWithCredentials() throws Exception {
        assertThrows(IllegalArgumentException.class, () -> new CorsPolicy(Set.of("*"), true));
        assertThrows(
                IllegalArgumentException.class,
                () -> new CorsPolicy(Set.of("https://a.example/path"), false));
        start(new CorsPolicy(Set.of("*"), false));
        String get = exchange("GET /small HTTP/1.1\r\nOrigin: https://viewer.example\r\n");
        assertTrue(get.contains("access-control-allow-origin: *\r\n"), get);
        assertFalse(get.contains("credentials"), get);
    }
}
