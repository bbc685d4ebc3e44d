package strata.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import strata.base.Await;
import strata.base.RecordingMetrics;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Keys of an issuer that is slow, stuck or talks without end. */
@Timeout(60)
class KeySourceTest {
    private static final Duration BELIEVED = Duration.ofHours(24);

    private final RecordingMetrics metrics = new RecordingMetrics();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch end = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile String answer = "";
    private volatile boolean stuck;
    private HttpServer issuer;
    private ECKey one;
    private ECKey two;

    @BeforeEach
    void start() throws Exception {
        one = new ECKeyGenerator(Curve.P_256).keyID("one").generate();
        two = new ECKeyGenerator(Curve.P_256).keyID("two").generate();
        answer = new JWKSet(one).toString(true);
        issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        issuer.setExecutor(threads);
        issuer.createContext("/keys", exchange -> {
            asked.incrementAndGet();
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(body, 0, stuck ? body.length / 2 : body.length);
            exchange.getResponseBody().flush();
            if (stuck) {
                try {
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            exchange.close();
        });
        issuer.start();
    }

    @AfterEach
    void stop() {
        end.countDown();
        issuer.stop(0);
        threads.shutdownNow();
    }

    private KeySource open() throws Exception {
        return KeySource.open(
                URI.create("http://127.0.0.1:" + issuer.getAddress().getPort() + "/keys"),
                BELIEVED,
                nanos::get,
                metrics);
    }

    private static boolean has(KeySource source, String id) {
        JWKSelector selector =
                new JWKSelector(new JWKMatcher.Builder().keyID(id).build());
        return !source.get(selector, null).isEmpty();
    }

    @Test
    void anAnswerThatStopsInItsMiddleHoldsNobodyUp() throws Exception {
        KeySource source = open();
        assertTrue(has(source, "one"));
        stuck = true;
        nanos.addAndGet(TimeUnit.MINUTES.toNanos(11));
        CompletableFuture<Boolean> first =
                CompletableFuture.supplyAsync(() -> has(source, "one"), threads);
        Await.until("the issuer is asked again", Duration.ofSeconds(30), () -> asked.get() == 2);
        assertTrue(has(source, "one"), "others go on with what is known");
        assertTrue(first.get(), "and who asked has it after his patience");
        assertEquals(2, asked.get());
    }

    @Test
    void aNewKeyIsLookedForOnceInAWhile() throws Exception {
        KeySource source = open();
        assertFalse(has(source, "two"));
        answer = new JWKSet(java.util.List.of(one, two)).toString(true);
        assertFalse(has(source, "two"), "it was asked just now");
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(31));
        assertTrue(has(source, "two"));
        assertEquals(2, asked.get());
    }

    @Test
    void anEndlessAnswerIsCutAndTheKeysStay() throws Exception {
        KeySource source = open();
        answer = "x".repeat(3 << 20);
        nanos.addAndGet(TimeUnit.MINUTES.toNanos(11));
        assertTrue(has(source, "one"));
        assertEquals(2, asked.get());
    }

    /** Nobody shows a token at night, so nobody reads the keys: that is no failure. */
    @Test
    void aQuietTimeMakesKeysNoOlderForTheAlert() throws Exception {
        KeySource source = open();
        nanos.addAndGet(TimeUnit.HOURS.toNanos(12));
        assertEquals(0, metrics.gauge("strata_access_token_keys_age_seconds"));
        answer = "away";
        assertTrue(has(source, "one"));
        assertEquals(
                TimeUnit.HOURS.toSeconds(12),
                metrics.gauge("strata_access_token_keys_age_seconds"),
                "they were to be read, and could not");
    }

    /** What an issuer took back while it could not be asked must not open the archive for ever. */
    @Test
    void keysThatCannotBeReadAgainCountForAsLongAsConfigured() throws Exception {
        KeySource source = open();
        answer = "away";
        for (int hours = 0; hours < BELIEVED.toHours(); hours++) {
            assertTrue(has(source, "one"), "after " + hours + " hours");
            nanos.addAndGet(TimeUnit.HOURS.toNanos(1));
        }
        assertEquals(BELIEVED.toSeconds(), metrics.gauge("strata_access_token_keys_age_seconds"));
        assertTrue(has(source, "one"), "to the end");
        nanos.addAndGet(1);
        assertFalse(has(source, "one"), "and no longer");
        answer = new JWKSet(one).toString(true);
        assertFalse(has(source, "one"), "it was asked just now");
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(31));
        assertTrue(has(source, "one"), "as soon as they are read again");
        assertEquals(0, metrics.gauge("strata_access_token_keys_age_seconds"));
    }
}
