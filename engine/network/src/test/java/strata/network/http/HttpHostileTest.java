package strata.network.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import strata.base.Metrics;

import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

class HttpHostileTest {
    private final AtomicInteger handled = new AtomicInteger();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        Handler count = request -> {
            handled.incrementAndGet();
            request.body().readAllBytes();
            return Response.text(200, "handled");
        };
        Router router = Router.builder()
                .get("/studies/{study}", count)
                .get("/{all...}", count)
                .post("/{all...}", count)
                .build();
        server = HttpServer.start(
                new HttpOptions("127.0.0.1", 0, HttpLimits.DEFAULT), router, Metrics.none());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/studies/..%2f..%2f",
                "/studies/..%2F..%2Fetc",
                "/studies/../../etc/passwd",
                "/studies/%2e%2e/x",
                "/studies/./x",
                "/studies/a%5cb",
                "/studies/a%00b",
                "/studies/a%0d%0ab",
                "/studies//x",
                "/studies/%",
                "/studies/%4",
                "/studies/%zz",
                "/studies/%c3%28",
                "/studies/%ff",
                "/studies/%c0%ae%c0%ae/",
                "/x?a=%zz",
                "studies/1.2",
                "http://localhost",
                "ftp://localhost/x",
                "/studies/a\u0001b",
                "/studies/a\u00e9b",
                "/x#fragment"
            })
    void hostile44PathsThatCouldMeanAnotherPathAre400(String target) throws Exception {
        String response = exchange("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        if (target.equals("http://localhost")) {
            assertEquals(200, RawPeer.status(response), response);
            return;
        }
        assertEquals(400, RawPeer.status(response), response);
        assertEquals(0, handled.get());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 5",
                "Content-Length: 5\r\nTransfer-Encoding: xchunked",
                "Content-Length: 5\r\nContent-Length: 6",
                "Content-Length: 5\r\nContent-Length: 5",
                "Content-Length: 5, 6",
                "Content-Length: -1",
                "Content-Length: +5",
                "Content-Length: 0x5",
                "Content-Length: 99999999999999999999",
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: chunked, identity",
                "Transfer-Encoding: identity",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
                "Transfer-Encoding : chunked",
                "Transfer-Encoding: \u000bchunked",
                "Bad Name: x",
                "X: a\u0000b"
            })
    void hostile47DoubtfulFramingIs400AndTheLastRequestOfItsConnection(String headers)
            throws Exception {
        try (RawPeer peer = new RawPeer(server.address())) {
            peer.send("POST /x HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n\r\n0\r\n\r\n"
                    + "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n");
            String all = peer.readAll();
            assertEquals(400, RawPeer.status(all), all);
            assertEquals(1, all.split("HTTP/1.1 ", -1).length - 1, all);
            assertEquals(0, handled.get());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: evil.example",
                "Host: evil.example:8080",
                "Host: 127.0.0.1.evil.example",
                "Host: localhost.evil.example",
                "Host: localhost@evil.example",
                "Host: 10.0.0.1",
                "Host: ",
                "Host: a b",
                "Host: localhost\r\nHost: evil.example",
                "X-No: host"
            })
    void hostile56OtherNamesAre400OnLoopback(String host) throws Exception {
        assertEquals(400, status("GET / HTTP/1.1\r\n" + host + "\r\n\r\n"));
        assertEquals(0, handled.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LocalHost:99", "127.0.0.1:8080", "127.9.9.9", "[::1]:80"})
    void namesOfLoopbackAreAnswered(String host) throws Exception {
        assertEquals(200, status("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n"));
    }

    @Test
    void anAbsoluteTargetMustNameTheSameHost() throws Exception {
        assertEquals(200, status("GET http://localhost/x HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        assertEquals(400, status("GET http://evil.example/x HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    }

    @Test
    void hostile56ChangesFromPagesOfAnotherOriginAre403() throws Exception {
        String post = "POST /x HTTP/1.1\r\nHost: localhost:8080\r\nContent-Length: 0\r\nOrigin: ";
        assertEquals(403, status(post + "https://evil.example\r\n\r\n"));
        assertEquals(403, status(post + "null\r\n\r\n"));
        assertEquals(200, status(post + "http://localhost:8080\r\n\r\n"));
    }

    @Test
    void brokenChunksAre400() throws Exception {
        String post = "POST /x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
        assertEquals(400, status(post + "zz\r\nabc\r\n0\r\n\r\n"));
        assertEquals(400, status(post + "-1\r\nabc\r\n0\r\n\r\n"));
        assertEquals(400, status(post + "ffffffffffffffffff\r\nabc\r\n"));
    }

    @Test
    void otherProtocolsAndVersionsAreRefused() throws Exception {
        assertEquals(505, status("GET / HTTP/2.0\r\nHost: localhost\r\n\r\n"));
        assertEquals(400, status("\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n"));
        assertEquals(405, status("TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        assertEquals(405, status("CONNECT / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    }

    @Test
    void randomBytesLeaveTheServerAlive() throws Exception {
        long seed = 20261121;
        Random random = new Random(seed);
        String[] parts = {
            "GET ",
            "POST ",
            "/x",
            " HTTP/1.1",
            "\r\n",
            "\n",
            "Host: localhost",
            "Content-Length: 4",
            "Transfer-Encoding: chunked",
            "4\r\nabcd\r\n",
            "0\r\n\r\n",
            "\r\n\r\n",
            ":",
            "%2e"
        };
        for (int round = 0; round < 300; round++) {
            StringBuilder bytes = new StringBuilder();
            for (int i = random.nextInt(20); i >= 0; i--) {
                bytes.append(
                        random.nextInt(4) == 0
                                ? String.valueOf((char) random.nextInt(256))
                                : parts[random.nextInt(parts.length)]);
            }
            try (RawPeer peer = new RawPeer(server.address())) {
                peer.send(bytes.toString());
                peer.socket.shutdownOutput();
                String all = peer.readAll();
                assertTrue(
                        all.isEmpty() || all.startsWith("HTTP/1.1 "),
                        "seed " + seed + " round " + round);
            } catch (SocketException expected) {
                // A reset is an answer too.
            }
        }
        assertEquals(200, status("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"), "seed " + seed);
    }

    private int status(String request) throws IOException {
        return RawPeer.status(exchange(request));
    }

    private String exchange(String request) throws IOException {
        try (RawPeer peer = new RawPeer(server.address())) {
            peer.socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return peer.readResponse();
        }
    }
}
