package strata.network.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Metrics;
import strata.base.tls.PeerCertificate;
import strata.base.tls.TestCertificates;
import strata.base.tls.TlsContext;
import strata.base.tls.TlsContext.ClientCertificates;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** HTTPS with ALPN, certificates of clients, and the control that is asked before a handler. */
class HttpsTest {
    private static final TestCertificates CA = TestCertificates.authority("Test CA");
    private static final TestCertificates SERVER = CA.issue("server");
    private static final TestCertificates CLIENT = CA.issue("client");
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private HttpServer server;

    private void start(ClientCertificates clients, AccessControl access) throws IOException {
        TlsContext context = TlsContext.open(
                "http", SERVER.files(folder, "server"), Clock.systemUTC(), Metrics.none());
        Router router = Router.builder()
                .get("/who", HttpsTest::who)
                .post(
                        "/mirror",
                        r -> Response.bytes(
                                200, "application/octet-stream", r.body().readAllBytes()))
                .build();
        server = HttpServer.start(
                new HttpOptions("127.0.0.1", 0, HttpLimits.DEFAULT)
                        .withTls(new HttpTls(context, clients))
                        .withAccess(access),
                router,
                Metrics.none());
    }

    private static Response who(Request request) {
        return Response.text(
                200,
                request.baseUrl() + " " + request.caller().name() + " "
                        + request.certificate()
                                .map(PeerCertificate::fingerprint)
                                .orElse(null));
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private HttpClient client(HttpClient.Version version, TestCertificates own) throws Exception {
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry("ca", CA.certificate());
        TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
        trusted.init(trust);
        KeyManager[] mine = null;
        if (own != null) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null, null);
            X509Certificate[] chain = {own.certificate()};
            keys.setKeyEntry("own", own.keys().getPrivate(), new char[0], chain);
            KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
            factory.init(keys, new char[0]);
            mine = factory.getKeyManagers();
        }
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(mine, trusted.getTrustManagers(), null);
        return HttpClient.newBuilder().version(version).sslContext(tls).build();
    }

    private HttpRequest.Builder request(String path) {
        String base = "https://localhost:" + server.address().getPort();
        return HttpRequest.newBuilder(URI.create(base + path)).timeout(LIMIT);
    }

    @Test
    void bothVersionsAreChosenByAlpnAndCarryBodiesBothWays() throws Exception {
        start(ClientCertificates.NONE, AccessControl.open());
        byte[] body = new byte[900_001];
        new Random(7).nextBytes(body);
        for (HttpClient.Version version : HttpClient.Version.values()) {
            HttpClient client = client(version, null);
            HttpResponse<String> who =
                    client.send(request("/who").build(), HttpResponse.BodyHandlers.ofString());
            assertEquals(version, who.version());
            assertEquals(
                    "https://localhost:" + server.address().getPort() + " anyone null", who.body());
            HttpResponse<byte[]> mirrored = client.send(
                    request("/mirror")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            assertEquals(200, mirrored.statusCode());
            assertArrayEquals(body, mirrored.body());
        }
    }

    @Test
    void theHandlerSeesTheCertificateAndOthersAreRefused() throws Exception {
        start(ClientCertificates.WANTED, AccessControl.open());
        HttpResponse<String> with = client(HttpClient.Version.HTTP_2, CLIENT)
                .send(request("/who").build(), HttpResponse.BodyHandlers.ofString());
        String print = PeerCertificate.of(CLIENT.certificate()).fingerprint().toString();
        assertEquals(print, with.body().substring(with.body().lastIndexOf(' ') + 1));
        HttpClient without = client(HttpClient.Version.HTTP_1_1, null);
        assertEquals(
                200,
                without.send(request("/who").build(), HttpResponse.BodyHandlers.ofString())
                        .statusCode());
        TestCertificates stranger = TestCertificates.authority("Other CA").issue("client");
        HttpClient forged = client(HttpClient.Version.HTTP_1_1, stranger);
        // A client that is not asked by its authority's name shows nothing, or is refused.
        HttpResponse<String> answer;
        try {
            answer = forged.send(request("/who").build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException refused) {
            return;
        }
        assertEquals("null", answer.body().substring(answer.body().lastIndexOf(' ') + 1));
    }

    @Test
    void withoutTheCertificateThatIsNeededThereIsNoAnswer() throws Exception {
        start(ClientCertificates.NEEDED, AccessControl.open());
        HttpClient without = client(HttpClient.Version.HTTP_1_1, null);
        assertThrows(
                IOException.class,
                () -> without.send(
                        request("/who").build(), HttpResponse.BodyHandlers.discarding()));
    }

    @Test
    void plainHttpIsNotAnswered() throws Exception {
        start(ClientCertificates.NONE, AccessControl.open());
        try (Socket plain = new Socket("127.0.0.1", server.address().getPort())) {
            plain.setSoTimeout((int) LIMIT.toMillis());
            plain.getOutputStream()
                    .write("GET /who HTTP/1.1\r\nHost: localhost\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = plain.getInputStream();
            String answer = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            assertEquals(false, answer.contains("HTTP/1.1"), answer);
        }
    }

    @Test
    void theControlIsAskedBeforeTheHandlerWithTheTemplate() throws Exception {
        start(ClientCertificates.NONE, (request, method, template) -> {
            if (method == Method.POST) {
                throw new HttpException(403, "not for " + template);
            }
            return new Caller("alice");
        });
        HttpClient client = client(HttpClient.Version.HTTP_2, null);
        String who = client.send(request("/who").build(), HttpResponse.BodyHandlers.ofString())
                .body();
        assertEquals("alice", who.split(" ")[1]);
        HttpResponse<String> refused = client.send(
                request("/mirror")
                        .POST(HttpRequest.BodyPublishers.ofString("x"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(403, refused.statusCode());
        assertEquals(true, refused.body().contains("not for /mirror"), refused.body());
    }
}
