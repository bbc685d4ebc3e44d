package strata.access;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
 * {@link #FRESH}, and for a key that is not known at most once in {@link #PAUSE}. Thread-safe.
 */
final class KeySource implements JWKSource<SecurityContext> {
    private static final Logger LOG = LoggerFactory.getLogger(KeySource.class);
    private static final Duration FRESH = Duration.ofMinutes(10);
    private static final Duration PAUSE = Duration.ofSeconds(30);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final int MAX_BYTES = 1 << 20;

    private final URI place;
    private final LongSupplier nanoTime;
    private final HttpClient client = HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(LIMIT)
            .build();
    /** Held while keys are read: others go on with those that are there. */
    private final ReentrantLock reading = new ReentrantLock();

    private volatile JWKSet keys = new JWKSet();
    private volatile long triedNanos;

    private KeySource(URI place, LongSupplier nanoTime) {
        this.place = place;
        this.nanoTime = nanoTime;
    }

    /** @throws OperatorException when a file cannot be used; an address may come up later */
    static KeySource open(URI place, LongSupplier nanoTime) throws OperatorException {
        KeySource source = new KeySource(place, nanoTime);
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
        List<JWK> found = selector.select(keys);
        if (found.isEmpty() && isOlderThan(PAUSE)) {
            // Only who needs another key waits for it.
            reading.lock();
            readAgain(PAUSE);
            found = selector.select(keys);
        }
        return found;
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
            LOG.warn("keys of tokens at {} stay as they are: {}", place, e.toString());
        } finally {
            reading.unlock();
        }
    }

    private void read() throws IOException {
        try {
            byte[] content =
                    "file".equals(place.getScheme()) ? Files.readAllBytes(Path.of(place)) : fetch();
            JWKSet all = JWKSet.parse(new String(content, StandardCharsets.UTF_8));
            boolean secret = all.getKeys().stream()
                    .anyMatch(key -> key.getKeyType().equals(KeyType.OCT) || key.isPrivate());
            if (secret || all.isEmpty()) {
                throw new IOException("a set of public keys is expected");
            }
            keys = all;
        } catch (ParseException e) {
            throw new IOException("not a JWK set", e);
        } finally {
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
