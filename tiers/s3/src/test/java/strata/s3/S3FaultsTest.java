package strata.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import strata.base.CorruptDataException;
import strata.base.Metrics;
import strata.base.StorageException;
import strata.s3.ScriptedS3.Operation;
import strata.tier.PackReader;
import strata.tier.PackSummary;
import strata.tier.TestPacks;
import strata.tier.TestPacks.Sample;
import strata.tier.TierHealth;
import strata.tier.crypto.KeyLedger;
import strata.tier.crypto.MemoryKeys;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** What a server or the line to it does wrong, one thing at a time. */
class S3FaultsTest {
    private static final DateTimeFormatter SIGNED =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private ScriptedS3 server;
    private S3Tier tier;
    private final List<Sample> samples = TestPacks.mixed(60, 2);

    @BeforeEach
    void open() throws Exception {
        server = new ScriptedS3();
        tier = open(server.options().withTimeout(LIMIT));
    }

    private static S3Tier open(S3TierOptions options) throws IOException {
        KeyLedger keys = KeyLedger.open(
                MemoryKeys.siteKeys(1), new MemoryKeys(), Metrics.none(), Clock.systemUTC());
        return S3Tier.open(
                options, S3Server.credentials(), keys, Metrics.none(), Clock.systemUTC());
    }

    @AfterEach
    void close() {
        tier.close();
        server.close();
    }

    private void verify(S3Tier in, String pack, int entries) throws IOException {
        try (PackReader reader = in.open(pack)) {
            for (int i = 0; i < entries; i++) {
                reader.verify(i);
            }
        }
    }

    private PackSummary written() throws IOException {
        return tier.write(TestPacks.objects(samples));
    }

    private static Sample long13() {
        byte[] noise = new byte[13 << 20];
        new Random(61).nextBytes(noise);
        return TestPacks.sample(700, TestPacks.key(61, 1, 1), noise);
    }

    private long packs() {
        return server.objects.keySet().stream()
                .filter(k -> k.startsWith("packs/"))
                .count();
    }

    @Test
    void aClockThatDiffersIsFoundOutAndReckonedWith() throws Exception {
        try (AnotherTime there = new AnotherTime(Duration.ofHours(2));
                S3Store store = new S3Store(
                        server.options().at(there.endpoint()),
                        S3Server.credentials(),
                        Clock.systemUTC())) {
            assertEquals(5, store.head("packs/x").contentLength());
            assertEquals(5, store.head("packs/x").contentLength());
            assertEquals(TierHealth.AVAILABLE, store.health());
            // Then the time there is known.
            assertEquals(1, there.refused.get());
        }
    }

    /** A server whose clock differs, and which refuses what is signed by another time. */
    private static final class AnotherTime implements Closeable {
        private final ServerSocket listening =
                new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final Duration ahead;
        final AtomicInteger refused = new AtomicInteger();

        AnotherTime(Duration ahead) throws IOException {
            this.ahead = ahead;
            Thread thread = new Thread(this::serve, "another-time");
            thread.setDaemon(true);
            thread.start();
        }

        URI endpoint() {
            return URI.create("http://127.0.0.1:" + listening.getLocalPort());
        }

        private void serve() {
            while (!listening.isClosed()) {
                try (Socket socket = listening.accept()) {
                    answer(socket);
                } catch (IOException e) {
                    continue; // The client went, or the test has ended.
                }
            }
        }

        private void answer(Socket socket) throws IOException {
            BufferedReader in = new BufferedReader(
                    new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            boolean head = in.readLine().startsWith("HEAD");
            Instant signed = Instant.MIN;
            for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
                if (line.regionMatches(true, 0, "x-amz-date:", 0, 11)) {
                    signed = Instant.from(SIGNED.parse(line.substring(11).strip()));
                }
            }
            Instant now = Instant.now().plus(ahead);
            boolean wrong = Duration.between(signed, now).abs().toMinutes() >= 15;
            refused.addAndGet(wrong ? 1 : 0);
            String body = wrong
                    ? "<Error><Code>RequestTimeTooSkewed</Code><Message>no</Message></Error>"
                    : "<ListBucketResult></ListBucketResult>";
            String text = "HTTP/1.1 " + (wrong ? "403 Forbidden" : "200 OK") + "\r\nDate: "
                    + DateTimeFormatter.RFC_1123_DATE_TIME.format(now.atOffset(ZoneOffset.UTC))
                    + "\r\nContent-Type: application/xml\r\nConnection: close\r\nContent-Length: "
                    + (head ? 5 : body.length()) + "\r\n\r\n" + (head ? "" : body);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public void close() throws IOException {
            listening.close();
        }
    }

    @Test
    void aClockThatCannotBeReckonedWithIsNoRefusalOfWrites() throws Exception {
        server.script(
                Operation.PUT, Integer.MAX_VALUE, ScriptedS3.error(403, "RequestTimeTooSkewed"));
        StorageException e = assertThrows(StorageException.class, this::written);
        assertEquals(StorageException.Kind.UNAVAILABLE, e.kind());
        assertTrue(e.getMessage().contains("clock"), e.getMessage());
    }

    @Test
    void aBodyThatArrivedWrongIsSentAgain() throws Exception {
        written();
        server.objects.clear();
        server.script(Operation.PUT, 1, ScriptedS3.error(400, "BadDigest"));
        server.script(Operation.PUT, 1, ScriptedS3.error(400, "IncompleteBody"));
        verify(tier, written().pack(), samples.size());
    }

    @Test
    void everyWriteCarriesAChecksumForTheServer() throws Exception {
        List<String> without = new ArrayList<>();
        for (Operation each : List.of(Operation.PUT, Operation.PART)) {
            server.script(each, Integer.MAX_VALUE, asked -> {
                byte[] body = asked.body();
                if (!S3Store.md5(body, body.length).equals(asked.header("Content-MD5"))) {
                    without.add(asked.key());
                }
                server.perform(asked);
            });
        }
        written();
        try (S3Tier parts = open(server.options().withBuffers(5 << 20, 64 << 10))) {
            parts.write(List.of(long13().object()));
        }
        assertEquals(List.of(), without);
        assertEquals(3, server.count(Operation.PART));
    }

    @Test
    void anAnswerThatBreaksOffIsAskedForAgain() throws Exception {
        PackSummary pack = written();
        server.script(Operation.GET, 2, asked -> {
            byte[] bytes =
                    ScriptedS3.ranged(asked, server.objects.get(asked.key()).bytes());
            asked.exchange().sendResponseHeaders(206, bytes.length);
            asked.exchange().getResponseBody().write(bytes, 0, bytes.length / 2);
            asked.exchange().getResponseBody().flush();
        });
        verify(tier, pack.pack(), samples.size());
        assertTrue(server.count(Operation.GET) >= 3);
    }

    @Test
    void anAnswerWithWrongBytesIsNeverTakenForRight() throws Exception {
        PackSummary pack = written();
        server.script(Operation.GET, Integer.MAX_VALUE, asked -> {
            byte[] bytes =
                    ScriptedS3.ranged(asked, server.objects.get(asked.key()).bytes());
            bytes[bytes.length / 3] ^= 4;
            asked.exchange().sendResponseHeaders(206, bytes.length);
            asked.exchange().getResponseBody().write(bytes);
        });
        assertThrows(CorruptDataException.class, () -> verify(tier, pack.pack(), samples.size()));
    }

    @Test
    void anAnswerThatNeverEndsIsCutByTheTimeout() throws Exception {
        PackSummary pack = written();
        CountDownLatch ended = new CountDownLatch(1);
        try (S3Tier hasty = open(server.options().withTimeout(Duration.ofSeconds(2)))) {
            server.script(Operation.HEAD, 1, asked -> {
                try {
                    ended.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            StorageException e =
                    assertThrows(StorageException.class, () -> hasty.open(pack.pack()));
            assertEquals(StorageException.Kind.UNAVAILABLE, e.kind());
        } finally {
            ended.countDown();
        }
    }

    @Test
    void aServerInTroubleIsAskedWithinABudget() throws Exception {
        PackSummary pack = written();
        server.script(Operation.HEAD, Integer.MAX_VALUE, ScriptedS3.error(500, "InternalError"));
        int reads = 150;
        ExecutorService readers = Executors.newFixedThreadPool(25);
        List<Future<?>> ends = new ArrayList<>();
        for (int i = 0; i < reads; i++) {
            ends.add(readers.submit(() -> assertThrows(
                    StorageException.class, () -> tier.open(pack.pack()).close())));
        }
        for (Future<?> end : ends) {
            end.get();
        }
        readers.shutdown();
        // Without a budget each would be tried three times.
        long asked = server.count(Operation.HEAD);
        assertTrue(asked < 2L * reads, asked + " attempts for " + reads + " reads");
        assertEquals(TierHealth.VANISHED, tier.health());
    }

    @Test
    void anUploadWhoseEndIsNotHeardOfIsThereOnce() throws Exception {
        Sample sample = long13();
        server.script(Operation.COMPLETE, 1, asked -> {
            ScriptedS3.send(asked, 200, "<Error><Code>InternalError</Code></Error>");
        });
        try (S3Tier parts = open(server.options().withBuffers(5 << 20, 64 << 10))) {
            parts.write(List.of(sample.object()));
            server.objects.clear();
            // Done, and the connection ends without an answer.
            server.script(Operation.COMPLETE, 1, server::assemble);
            PackSummary pack = parts.write(List.of(sample.object()));
            verify(parts, pack.pack(), 1);
        }
        assertEquals(1, packs());
        assertTrue(server.uploads.isEmpty());
    }

    @Test
    void partsThatCouldNotBeTakenBackGoWithTheNextWrite() throws Exception {
        Sample sample = long13();
        try (S3Tier parts = open(server.options().withBuffers(5 << 20, 64 << 10))) {
            server.script(Operation.COMPLETE, 1, ScriptedS3.error(400, "InvalidPart"));
            server.script(Operation.ABORT, 3, ScriptedS3.error(500, "InternalError"));
            assertThrows(StorageException.class, () -> parts.write(List.of(sample.object())));
            assertEquals(1, server.uploads.size());
            assertEquals(0, packs());
            parts.write(TestPacks.objects(samples));
            assertTrue(server.uploads.isEmpty());
        }
    }

    @Test
    void ofManyWritersOfAPackOneWritesIt() throws Exception {
        int writers = 8;
        CountDownLatch all = new CountDownLatch(writers);
        server.script(Operation.PUT, Integer.MAX_VALUE, asked -> {
            if (asked.key().startsWith("packs/")) {
                all.countDown();
                try {
                    all.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            synchronized (server) {
                server.perform(asked);
            }
        });
        ExecutorService pool = Executors.newFixedThreadPool(writers);
        List<Future<PackSummary>> ends = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            ends.add(pool.submit(this::written));
        }
        byte[] first = null;
        for (Future<PackSummary> end : ends) {
            PackSummary pack = end.get();
            byte[] now = server.objects
                    .get(server.objects.keySet().stream()
                            .filter(k -> k.contains(pack.pack()))
                            .findFirst()
                            .orElseThrow())
                    .bytes();
            first = first == null ? now : first;
            assertArrayEquals(first, now);
        }
        pool.shutdown();
        assertEquals(1, packs());
    }

    @Test
    void aPackThatIsBeingWrittenElsewhereIsToBeTriedAgain() throws Exception {
        server.script(Operation.PUT, 1, server::perform); // the keys
        server.script(
                Operation.PUT,
                Integer.MAX_VALUE,
                ScriptedS3.error(409, "ConditionalRequestConflict"));
        StorageException e = assertThrows(StorageException.class, this::written);
        assertEquals(StorageException.Kind.UNAVAILABLE, e.kind());
        assertFalse(server.log.contains(Operation.DELETE));
    }
}
