package strata.access;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Metrics;
import strata.base.OperatorException;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * The issuer's public keys from the one place that is configured: redirects are not followed, and
 * what a token says of keys elsewhere ({@code jku}, {@code x5u}) is not looked at. Read again after
 * {@link #FRESH}, and for a key that is not known at most once in {@link #PAUSE}. Keys that could
 * not be read again for so long that they are not believed any more prove nobody: a key that was
 * taken back meanwhile must not count for ever. Thread-safe.
 */
final class KeySource implements JWKSource<SecurityContext> {
    private static final Logger LOG = LoggerFactory.getLogger(KeySource.class);
    private static final Duration FRESH = Duration.ofMinutes(10);
    private static final Duration PAUSE = Duration.ofSeconds(30);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final int MAX_BYTES = 1 << 20;

    private final URI place;
    private final Duration believed;
    private final LongSupplier nanoTime;
    private final HttpClient client = HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(LIMIT)
            .build();
    /** Held while keys are read: others go on with those that are there. */
    private final ReentrantLock reading = new ReentrantLock();

    private volatile Known known;
    private volatile long triedNanos;
    private volatile boolean failing;

    /** @param readNanos when, or when this was opened and there were none yet */
    private record Known(JWKSet keys, long readNanos) {}

    private KeySource(URI place, Duration believed, LongSupplier nanoTime) {
        this.place = place;
        this.believed = believed;
        this.nanoTime = nanoTime;
        this.known = new Known(new JWKSet(), nanoTime.getAsLong());
    }

    /**
     * @param believed how long keys count after they were last read
     * @throws OperatorException when a file cannot be used; an address may come up later
     */
    static KeySource open(URI place, Duration believed, LongSupplier nanoTime, Metrics metrics)
            throws OperatorException {
        KeySource source = new KeySource(place, believed, nanoTime);
        metrics.gauge(
                "strata_access_token_keys_age_seconds",
                "Since the keys of the issuer of tokens were last read, or since the start; 0 while"
                        + " they can be read, and only who needs them has them read again",
                () -> source.failing ? source.age().toMillis() / 1e3 : 0);
        try {
            source.read();
        } catch (IOException e) {
            if ("file".equals(place.getScheme())) {
                throw new OperatorException("keys of tokens " + place + ": " + e.getMessage(), e);
            }
            LOG.warn("keys of tokens at {} cannot be read yet: {}", place, e.toString());
        }
        return source;
    }

    @Override
    public List<JWK> get(JWKSelector selector, SecurityContext context) {
        if (isOlderThan(FRESH) && reading.tryLock()) {
            readAgain(FRESH);
        }
        List<JWK> found = select(selector);
        if (found.isEmpty() && isOlderThan(PAUSE)) {
            // Only who needs another key waits for it.
            reading.lock();
            readAgain(PAUSE);
            found = select(selector);
        }
        return found;
    }

    private List<JWK> select(JWKSelector selector) {
        Known now = known;
        return nanoTime.getAsLong() - now.readNanos() > believed.toNanos()
                ? List.of()
                : selector.select(now.keys());
    }

    private Duration age() {
        return Duration.ofNanos(nanoTime.getAsLong() - known.readNanos());
    }

    private boolean isOlderThan(Duration age) {
        return nanoTime.getAsLong() - triedNanos > age.toNanos();
    }

    /** With the lock, which it gives back. */
    private void readAgain(Duration age) {
        try {
            if (isOlderThan(age)) {
                read();
            }
        } catch (IOException e) {
            LOG.warn(
                    "keys of tokens at {} cannot be read: {}; those of {} min ago {}",
                    place,
                    e.toString(),
                    age().toMinutes(),
                    age().compareTo(believed) > 0
                            ? "are not believed any more, and no token counts"
                            : "stay");
        } finally {
            reading.unlock();
        }
    }

    private void read() throws IOException {
        boolean done = false;
        try {
            byte[] content =
                    "file".equals(place.getScheme()) ? Files.readAllBytes(Path.of(place)) : fetch();
            JWKSet all = JWKSet.parse(new String(content, StandardCharsets.UTF_8));
            boolean secret = all.getKeys().stream()
                    .anyMatch(key -> key.getKeyType().equals(KeyType.OCT) || key.isPrivate());
            if (secret || all.isEmpty()) {
                throw new IOException("a set of public keys is expected");
            }
            known = new Known(all, nanoTime.getAsLong());
            done = true;
        } catch (ParseException e) {
            throw new IOException("not a JWK set", e);
        } finally {
            failing = !done;
            triedNanos = nanoTime.getAsLong();
        }
    }

    /** Within {@link #LIMIT} from the first byte sent to the last one read. */
    private byte[] fetch() throws IOException {
        CompletableFuture<HttpResponse<byte[]>> asked = client.sendAsync(
                HttpRequest.newBuilder(place).build(), head -> new BoundedBody(MAX_BYTES));
        try {
            HttpResponse<byte[]> response = asked.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() != 200) {
                throw new IOException("HTTP status " + response.statusCode());
            }
            return response.body();
        } catch (TimeoutException e) {
            throw new IOException("no whole answer within " + LIMIT.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().toString(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            asked.cancel(true);
        }
    }
}
