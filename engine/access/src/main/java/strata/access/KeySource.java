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
import java.io.InputStream;
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
    private JWKSet keys = new JWKSet();
    private long triedNanos;

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
        List<JWK> found = selector.select(current(FRESH));
        return found.isEmpty() ? selector.select(current(PAUSE)) : found;
    }

    private synchronized JWKSet current(Duration age) {
        if (nanoTime.getAsLong() - triedNanos > age.toNanos()) {
            try {
                read();
            } catch (IOException e) {
                LOG.warn("keys of tokens at {} stay as they are: {}", place, e.toString());
            }
        }
        return keys;
    }

    private synchronized void read() throws IOException {
        triedNanos = nanoTime.getAsLong();
        byte[] content =
                "file".equals(place.getScheme()) ? Files.readAllBytes(Path.of(place)) : fetch();
        try {
            JWKSet all = JWKSet.parse(new String(content, StandardCharsets.UTF_8));
            boolean secret = all.getKeys().stream()
                    .anyMatch(key -> key.getKeyType().equals(KeyType.OCT) || key.isPrivate());
            if (secret || all.isEmpty()) {
                throw new IOException("a set of public keys is expected");
            }
            keys = all;
        } catch (ParseException e) {
            throw new IOException("not a JWK set", e);
        }
    }

    private byte[] fetch() throws IOException {
        HttpRequest request = HttpRequest.newBuilder(place).timeout(LIMIT).build();
        try {
            HttpResponse<InputStream> response =
                    client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                if (response.statusCode() != 200) {
                    throw new IOException("HTTP status " + response.statusCode());
                }
                byte[] content = body.readNBytes(MAX_BYTES + 1);
                if (content.length > MAX_BYTES) {
                    throw new IOException("longer than " + MAX_BYTES + " bytes");
                }
                return content;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
