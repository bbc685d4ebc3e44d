package strata.network.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import strata.base.Await;
import strata.base.LogLines;
import strata.base.Metrics;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/** HTTP/2 by prior knowledge: the same routes, limits and refusals as HTTP/1.1. */
class Http2Test {
    private static final int REFUSED_STREAM = 7;
    private static final int ENHANCE_YOUR_CALM = 11;
    private static final int INTERNAL_ERROR = 2;
    private static final int NO_ERROR = 0;

    private final SlowHandlers handlers = new SlowHandlers();
    private final AtomicInteger handled = new AtomicInteger();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        start(HttpLimits.DEFAULT);
    }

    private void start(HttpLimits limits) throws IOException {
        Router router = Router.builder()
                .get("/ok", r -> Response.text(200, "ok " + r.header("x-a").orElse("")))
                .add(Method.POST, "/echo", 1 << 24, r -> {
                    byte[] all = r.body().readAllBytes();
                    handled.incrementAndGet();
                    return Response.bytes(200, "application/octet-stream", all);
                })
                .add(Method.POST, "/waits", 1 << 24, r -> {
                    handled.incrementAndGet();
                    handlers.holdBack();
                    return Response.text(200, "" + r.body().readAllBytes().length);
                })
                .post("/ignores", r -> Response.text(200, "ignored"))
                .get("/holds", r -> {
                    handled.incrementAndGet();
                    handlers.holdBack();
                    return Response.empty(204);
                })
                .get(
                        "/breaks",
                        r -> Response.stream("text/plain", out -> {
                            out.write(new byte[200_000]);
                            throw new IOException("planted by the test");
                        }))
                .get(
                        "/known-length",
                        r -> Response.stream(200, "text/plain", 5, out -> out.write(new byte[5])))
                .get("/endless", r -> Response.stream("text/plain", handlers::endless))
                .build();
        server = HttpServer.start(new HttpOptions("127.0.0.1", 0, limits), router, Metrics.none());
    }

    @AfterEach
    void stop() {
        handlers.release();
        server.close();
    }

    @Test
    void requestsOfOneConnectionAreAnsweredSideBySide() throws Exception {
        try (Http2Peer peer = new Http2Peer(server.address())) {
            peer.request(1, "GET", "/holds", true);
            peer.request(3, "GET", "/ok", true, "x-a", "b");
            Http2Peer.Answer answer = peer.answer(3);
            assertEquals(200, answer.status());
            assertEquals("ok b", answer.text());
            assertEquals("nosniff", answer.headers.get("x-content-type-options"));
            assertFalse(peer.of(1).ended);
            handlers.release();
            assertEquals(204, peer.answer(1).status());
            peer.request(5, "HEAD", "/known-length", true);
            assertEquals("5", peer.answer(5).headers.get("content-length"));
            assertEquals("", peer.answer(5).text());
            peer.request(7, "GET", "/nothing", true);
            assertEquals(404, peer.answer(7).status());
        }
    }

    @Test
    void bodiesOfAnyLengthComeAndGo() throws Exception {
        byte[] body = new byte[3_000_000];
        new Random(2).nextBytes(body);
        try (Http2Peer peer = new Http2Peer(server.address())) {
            for (int stream = 1; stream < 8; stream += 2) {
                peer.request(stream, "POST", "/echo", false);
                peer.body(stream, body, true);
                assertArrayEquals(body, peer.answer(stream).body.toByteArray());
            }
        }
    }

    @Test
    void aBodyThatNobodyReadsClosesItsOwnWindowOnly() throws Exception {
        try (Http2Peer peer = new Http2Peer(server.address())) {
            peer.request(1, "POST", "/waits", false);
            peer.body(1, new byte[Http2Connection.STREAM_WINDOW], false);
            peer.request(3, "POST", "/echo", false);
            peer.body(3, new byte[500_000], true);
            assertEquals(500_000, peer.answer(3).body.size());
            handlers.release();
            peer.body(1, new byte[100_000], true);
            assertEquals(
                    "" + (Http2Connection.STREAM_WINDOW + 100_000),
                    peer.answer(1).text());
        }
    }

    @Test
    void aPeerThatOpensNoWindowIsCutAndCostsBoundedMemory() throws Exception {
        server.close();
        start(HttpLimits.DEFAULT.withTimeouts(
                Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(1)));
        try (Http2Peer peer = new Http2Peer(server.address())) {
            peer.takeNoMore();
            peer.request(1, "GET", "/endless", true);
            Http2Peer.Answer answer = peer.answer(1);
            assertTrue(answer.error >= 0 && !answer.ended);
            assertEquals(65_535, answer.body.size());
            Await.until(
                    "the writer is cut", Duration.ofSeconds(60), () -> handlers.failures.get() > 0);
            assertTrue(
                    handlers.writtenBytes.get() < 4 << 20,
                    () -> handlers.writtenBytes + " bytes were taken");
        }
    }

    @Test
    void aResponseThatBreaksIsReset() throws Exception {
        try (Http2Peer peer = new Http2Peer(server.address())) {
            peer.request(1, "GET", "/breaks", true);
            Http2Peer.Answer answer = peer.answer(1);
            assertEquals(200, answer.status());
            assertEquals(INTERNAL_ERROR, answer.error);
            assertFalse(answer.ended);
            peer.request(3, "GET", "/ok", true);
            assertEquals(200, peer.answer(3).status());
        }
    }

    @Test
    void aBodyThatIsNotWantedIsStoppedAfterTheResponse() throws Exception {
        try (Http2Peer peer = new Http2Peer(server.address())) {
            peer.request(1, "POST", "/ignores", false);
            Http2Peer.Answer answer = peer.answer(1);
            assertEquals(200, answer.status());
            while (answer.error < 0) {
                peer.take();
            }
            assertEquals(NO_ERROR, answer.error);
            peer.request(3, "POST", "/echo", false, "content-length", "99999999999");
            assertEquals(413, peer.answer(3).status());
            assertEquals(0, handled.get());
        }
    }

    @Test
    void hostile48RapidResetEndsTheConnection() throws Exception {
        try (Http2Peer peer = new Http2Peer(server.address())) {
            // Not one more than is needed: what is unread when a server closes becomes a reset.
            for (int i = 0; i <= Http2Connection.RESETS; i++) {
                peer.request(2 * i + 1, "GET", "/holds", true);
                peer.reset(2 * i + 1);
            }
            assertEquals(ENHANCE_YOUR_CALM, peer.goAway());
        }
        handlers.release();
        try (Http2Peer other = new Http2Peer(server.address())) {
            other.request(1, "GET", "/ok", true);
            assertEquals(200, other.answer(1).status());
        }
        assertTrue(handled.get() <= Http2Connection.RESETS + 1, () -> handled + " were handled");
    }

    @Test
    void moreStreamsThanAgreedAreRefused() throws Exception {
        try (Http2Peer peer = new Http2Peer(server.address())) {
            // The agreement counts from the acknowledgement of the settings on.
            peer.request(1, "GET", "/ok", true);
            assertEquals(200, peer.answer(1).status());
            int stream = 3;
            for (int i = 0; i < Http2Connection.STREAMS; i++, stream += 2) {
                peer.request(stream, "GET", "/holds", true);
            }
            peer.request(stream, "GET", "/holds", true);
            assertEquals(REFUSED_STREAM, peer.answer(stream).error);
            handlers.release();
            for (int each = 3; each < stream; each += 2) {
                assertEquals(204, peer.answer(each).status(), "stream " + each);
            }
        }
    }

    @Test
    void hostile47WhatTwoReadersUnderstandDifferentlyIsRefused() throws Exception {
        assertRefused("/echo", "transfer-encoding", "chunked");
        assertRefused("/echo", "connection", "keep-alive");
        assertRefused("/echo", "content-length", "2");
        assertRefused("/echo", "X-Upper", "a");
        assertEquals(400, status("/studies/..%2f..%2f"));
        assertRefused("/echo", "host", "evil.example");
        String[] many = new String[2 * 260];
        for (int i = 0; i < many.length; i += 2) {
            many[i] = "x-" + i;
            many[i + 1] = "a".repeat(30);
        }
        assertEquals(431, status("/ok", many));
        assertEquals(0, handled.get());
    }

    /** A stream error, or the end of the connection. */
    private void assertRefused(String path, String... fields) throws Exception {
        try (Http2Peer peer = new Http2Peer(server.address())) {
            peer.request(1, "POST", path, false, fields);
            peer.send(Http2Peer.DATA, Http2Peer.END_STREAM, 1, new byte[3]);
            Http2Peer.Answer answer = peer.of(1);
            try {
                peer.answer(1);
                assertTrue(answer.error > 0, fields[0]);
            } catch (EOFException | SocketException closed) {
                assertFalse(answer.ended, fields[0]);
            }
            assertEquals(0, answer.status(), fields[0]);
        }
    }

    private int status(String path, String... fields) throws IOException {
        try (Http2Peer peer = new Http2Peer(server.address())) {
            peer.request(1, "GET", path, true, fields);
            return peer.answer(1).status();
        }
    }

    @Test
    void aPeerThatLeavesIsNoErrorOfOurs() throws Exception {
        try (LogLines log = LogLines.of("strata.network.http")) {
            try (Http2Peer peer = new Http2Peer(server.address())) {
                peer.request(1, "POST", "/waits", false);
                Await.until("it runs", Duration.ofSeconds(60), () -> handled.get() == 1);
            }
            Await.until(
                    "the peer is gone",
                    Duration.ofSeconds(60),
                    () -> server.openConnections() == 0);
            handlers.release();
            Await.until(
                    "it is told",
                    Duration.ofSeconds(60),
                    () -> log.toString().contains("ended early"));
            assertFalse(log.toString().contains("ERROR"), log::toString);
        }
    }

    @Test
    void silentAndIdleConnectionsAreClosed() throws Exception {
        Duration brief = Duration.ofSeconds(1);
        Duration whole = Duration.ofSeconds(30);
        server.close();
        start(HttpLimits.DEFAULT.withTimeouts(brief, whole, whole));
        try (Http2Peer silent = new Http2Peer(server.address())) {
            assertEquals(NO_ERROR, silent.goAway());
        }
        server.close();
        start(HttpLimits.DEFAULT.withTimeouts(whole, brief, whole));
        try (Http2Peer idle = new Http2Peer(server.address())) {
            idle.request(1, "GET", "/ok", true);
            assertEquals(200, idle.answer(1).status());
            assertEquals(NO_ERROR, idle.goAway());
        }
        Await.until(
                "no connection is left",
                Duration.ofSeconds(60),
                () -> server.openConnections() == 0);
    }

    @Test
    void randomFramesLeaveTheServerAlive() throws Exception {
        long seed = 20261122;
        for (int round = 0; round < 100; round++) {
            Random random = new Random(seed + round);
            try (Http2Peer peer = new Http2Peer(server.address())) {
                for (int i = random.nextInt(12); i >= 0; i--) {
                    byte[] payload = new byte[random.nextInt(40)];
                    random.nextBytes(payload);
                    peer.send(random.nextInt(11), random.nextInt(256), random.nextInt(6), payload);
                }
                peer.socketEnds();
            } catch (SocketException expected) {
                assertTrue(round >= 0, "a reset is an answer too");
            }
        }
        assertEquals(200, status("/ok"), "seed " + seed);
    }
}
