package strata.network.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import strata.base.Await;
import strata.base.LogLines;
import strata.base.Metrics;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

class HttpLimitsTest {
    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String GET = "GET /ok HTTP/1.1\r\nHost: localhost\r\n";

    private final AtomicLong readBytes = new AtomicLong();
    private final SlowHandlers handlers = new SlowHandlers();
    private HttpServer server;

    @AfterEach
    void stop() {
        handlers.release();
        server.close();
    }

    @Test
    void hostile47LongHeadersAre431AndLongLines414() throws Exception {
        start(HttpLimits.DEFAULT);
        assertEquals(200, status(GET + "X-A: " + "a".repeat(15_000) + "\r\n\r\n"));
        assertEquals(431, status(GET + "X-A: " + "a".repeat(17_000) + "\r\n\r\n"));
        assertEquals(431, status(GET + "X-A: b\r\n".repeat(20_000) + "\r\n"));
        assertEquals(431, status(GET + "X-A: " + "a".repeat(100 * 1024) + "\r\n\r\n"));
        assertEquals(
                414, status("GET /" + "a".repeat(9000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    }

    @Test
    void hostile46LongBodiesAre413WithoutBeingRead() throws Exception {
        start(HttpLimits.DEFAULT);
        String post = "POST /reads HTTP/1.1\r\nHost: localhost\r\n";
        assertEquals(413, status(post + "Content-Length: 4294967296\r\n\r\nabc"));
        assertEquals(0, readBytes.get());
        String chunk = "8000\r\n" + "x".repeat(0x8000) + "\r\n";
        assertEquals(
                413,
                status(post + "Transfer-Encoding: chunked\r\n\r\n" + chunk.repeat(3)
                        + "0\r\n\r\n"));
        assertEquals(
                413,
                status("POST /ok HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1048577\r\n\r\n"));
        assertEquals(200, status(post + "Content-Length: 3\r\n\r\nabc"));
    }

    @Test
    void silentAndSlowPeersAreCutInTime() throws Exception {
        start(HttpLimits.DEFAULT.withTimeouts(SHORT, SHORT, SHORT));
        try (RawPeer silent = new RawPeer(server.address());
                RawPeer halfway = new RawPeer(server.address());
                RawPeer idle = new RawPeer(server.address())) {
            halfway.send("GET /ok HT");
            idle.send(GET + "\r\n").readResponse();
            assertEquals("", silent.readAll());
            assertEquals("", halfway.readAll());
            assertEquals("", idle.readAll());
        }
        Await.until("no connection is left", LIMIT, () -> openConnections() == 0);
    }

    @Test
    void aBodyThatStopsIs408() throws Exception {
        start(HttpLimits.DEFAULT.withTimeouts(SHORT, SHORT, SHORT));
        assertEquals(
                408,
                status(
                        "POST /reads HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc"));
    }

    @Test
    void aBodyThatDripsIs408() throws Exception {
        start(HttpLimits.DEFAULT.withTimeouts(SHORT, SHORT, SHORT));
        try (RawPeer peer = new RawPeer(server.address())) {
            peer.send("POST /reads HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n");
            // One byte every few milliseconds never stalls, but is far below the least rate.
            Await.until("the drip is cut", LIMIT, () -> {
                if (handlers.failures.get() > 0) {
                    return true;
                }
                peer.send("x");
                return false;
            });
            assertEquals(408, RawPeer.status(peer.readAll()));
        }
    }

    @Test
    void aPeerThatLeavesIsNoErrorOfOurs() throws Exception {
        start(HttpLimits.DEFAULT);
        try (LogLines log = LogLines.of("strata.network.http")) {
            try (RawPeer peer = new RawPeer(server.address())) {
                peer.send(
                        "POST /reads HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc");
                Await.until("the body is read", LIMIT, () -> readBytes.get() == 3);
            }
            Await.until("it is told", LIMIT, () -> log.toString().contains("ended early"));
            assertFalse(log.toString().contains("ERROR"), log::toString);
        }
        assertEquals(1, handlers.failures.get());
    }

    @Test
    void aPeerThatTakesNothingIsCutAndCostsBoundedMemory() throws Exception {
        start(HttpLimits.DEFAULT.withTimeouts(SHORT, SHORT, Duration.ofSeconds(1)));
        try (RawPeer peer = new RawPeer(server.address())) {
            peer.send("GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n");
            Await.until("the writer is cut", LIMIT, () -> handlers.failures.get() > 0);
            assertTrue(
                    handlers.writtenBytes.get() < 16 << 20,
                    () -> handlers.writtenBytes + " bytes were taken");
        }
    }

    @Test
    void anUploadIsTakenAtTheHandlersPace() throws Exception {
        start(HttpLimits.DEFAULT);
        try (RawPeer peer = new RawPeer(server.address())) {
            peer.socket.setSendBufferSize(64 * 1024);
            peer.send(
                    "POST /waits HTTP/1.1\r\nHost: localhost\r\nContent-Length: 268435456\r\n\r\n");
            AtomicLong sent = new AtomicLong();
            Thread sender = new Thread(() -> {
                byte[] block = new byte[65_536];
                try {
                    while (sent.get() < 268_435_456) {
                        peer.socket.getOutputStream().write(block);
                        sent.addAndGet(block.length);
                    }
                } catch (IOException e) {
                    handlers.failures.incrementAndGet();
                }
            });
            sender.start();
            AtomicLong last = new AtomicLong(-1);
            Await.until("the sender is held back", LIMIT, () -> {
                TimeUnit.MILLISECONDS.timedJoin(sender, 200);
                return last.getAndSet(sent.get()) == sent.get();
            });
            assertTrue(sent.get() < 16 << 20, () -> sent + " bytes were taken unread");
            handlers.release();
            assertTrue(peer.readResponse().endsWith("268435456"));
            sender.join();
            assertEquals(0, handlers.failures.get());
        }
    }

    @Test
    void aBigDownloadTakesConstantMemory() throws Exception {
        start(HttpLimits.DEFAULT);
        Runtime runtime = Runtime.getRuntime();
        long direct = io.netty.util.internal.PlatformDependent.usedDirectMemory();
        try (RawPeer peer = new RawPeer(server.address())) {
            peer.send("GET /big HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            InputStream in = peer.socket.getInputStream();
            byte[] block = new byte[65_536];
            long total = 0;
            for (int count = in.read(block); count >= 0; count = in.read(block)) {
                total += count;
            }
            assertTrue(total > 512L << 20, "only " + total + " bytes came");
        }
        long grown = io.netty.util.internal.PlatformDependent.usedDirectMemory() - direct;
        assertTrue(grown <= 16 << 20, () -> "direct memory grew by " + grown);
        assertTrue(runtime.maxMemory() <= 600L << 20);
    }

    @Test
    void aRefusalBehindAnUnreadResponseKeepsNobodyElseWaiting() throws Exception {
        start(HttpLimits.DEFAULT);
        List<RawPeer> peers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            peers.add(new RawPeer(server.address()));
            peers.get(i).send("GET /whole HTTP/1.1\r\nHost: localhost\r\n\r\nno request\r\n\r\n");
        }
        Await.until("all are answered", LIMIT, () -> readBytes.get() == 8);
        for (int i = 0; i < 8; i++) {
            assertEquals(200, status(GET + "\r\n"));
        }
        for (RawPeer peer : peers) {
            String all = peer.readAll();
            assertEquals(2, all.split("HTTP/1.1 ", -1).length - 1);
            assertTrue(all.length() > 8 << 20);
            peer.close();
        }
    }

    @Test
    void oneConnectionTooManyIs503() throws Exception {
        start(HttpLimits.DEFAULT.withConnections(4));
        List<RawPeer> peers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            peers.add(new RawPeer(server.address()));
            assertEquals(200, RawPeer.status(peers.get(i).send(GET + "\r\n").readResponse()));
        }
        try (RawPeer tooMany = new RawPeer(server.address())) {
            assertEquals(503, RawPeer.status(tooMany.readAll()));
        }
        for (RawPeer peer : peers) {
            peer.close();
        }
        Await.until("there is room again", LIMIT, () -> status(GET + "\r\n") == 200);
    }

    @Test
    void stoppingLetsARunningRequestEnd() throws Exception {
        start(HttpLimits.DEFAULT);
        try (RawPeer peer = new RawPeer(server.address());
                RawPeer idle = new RawPeer(server.address())) {
            idle.send(GET + "\r\n").readResponse();
            peer.send("GET /holds HTTP/1.1\r\nHost: localhost\r\n\r\n");
            Await.until("the request runs", LIMIT, () -> readBytes.get() == 1);
            Thread stopper = new Thread(server::close);
            stopper.start();
            handlers.release();
            assertTrue(peer.readAll().endsWith("held"));
            assertEquals("", idle.readAll());
            stopper.join();
        }
    }

    private void start(HttpLimits limits) throws IOException {
        Router router = Router.builder()
                .get("/ok", r -> Response.text(200, "ok"))
                .post("/ok", r -> Response.text(200, "ok"))
                .add(Method.POST, "/reads", 65_536, this::reads)
                .add(Method.POST, "/waits", 1L << 40, this::waits)
                .get("/holds", this::holds)
                .get("/whole", r -> {
                    readBytes.incrementAndGet();
                    return Response.bytes(200, "text/plain", new byte[8 << 20]);
                })
                .get("/endless", r -> Response.stream("text/plain", handlers::endless))
                .get("/big", r -> Response.stream("text/plain", this::big))
                .build();
        server = HttpServer.start(new HttpOptions("127.0.0.1", 0, limits), router, Metrics.none());
    }

    private Response reads(Request request) throws IOException {
        try {
            InputStream body = request.body();
            byte[] block = new byte[1000];
            for (int count = body.read(block); count >= 0; count = body.read(block)) {
                readBytes.addAndGet(count);
            }
        } catch (IOException e) {
            handlers.failures.incrementAndGet();
            throw e;
        }
        return Response.text(200, "read");
    }

    private Response waits(Request request) throws IOException {
        handlers.holdBack();
        long total = 0;
        byte[] block = new byte[100_000];
        for (int count = request.body().read(block);
                count >= 0;
                count = request.body().read(block)) {
            total += count;
        }
        return Response.text(200, Long.toString(total));
    }

    private Response holds(Request request) throws IOException {
        readBytes.set(1);
        handlers.holdBack();
        return Response.text(200, "held");
    }

    private void big(ResponseStream out) throws IOException {
        byte[] block = new byte[1 << 20];
        for (int i = 0; i < 512; i++) {
            out.write(block);
        }
    }

    private int openConnections() {
        return server.openConnections();
    }

    private int status(String request) throws IOException {
        try (RawPeer peer = new RawPeer(server.address())) {
            return RawPeer.status(peer.send(request).readResponse());
        }
    }
}
