package strata.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import strata.base.Audit;
import strata.base.CredentialTime;
import strata.base.Metrics;
import strata.network.http.HttpLimits;
import strata.network.http.HttpOptions;
import strata.network.http.HttpServer;
import strata.network.http.Response;
import strata.network.http.Router;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;

/**
 * T20 for credentials: a clock that is years ahead or behind lets nobody in who would not get in by
 * the right one, and what it refuses says why.
 */
class WrongClockTest {
    private static final String PASSWORD = "correct horse battery";
    private static final Duration LENGTH = Duration.ofHours(8);
    private static final Duration DOUBTED = Duration.ofDays(2);
    private static final Instant START = Instant.parse("2026-03-01T12:00:10Z");
    private static final int AHEAD = 400;
    private static final int BEHIND = -3650;

    @TempDir
    Path folder;

    private final AtomicLong nanos = new AtomicLong();
    private final Queue<String> audited = new ConcurrentLinkedQueue<>();
    private final Queue<String> counted = new ConcurrentLinkedQueue<>();
    private final CredentialTime time = new CredentialTime(this::byClock);
    private final Audit audit =
            (action, outcome, actor, details) -> audited.add(outcome + " " + details);
    private Duration wrongBy = Duration.ZERO;
    private Account alice;
    private Logins logins;
    private ECKey key;
    private TokenCheck tokens;

    /** Counts by name and labels. */
    private final Metrics metrics = new Metrics() {
        @Override
        public Counter counter(String name, String help, String... labels) {
            return (amount, values) -> counted.add(name + List.of(values));
        }

        @Override
        public Histogram histogram(String name, String help, String... labels) {
            return (value, values) -> {};
        }

        @Override
        public void gauge(String name, String help, DoubleSupplier value) {
            counted.add(name);
        }

        @Override
        public void gauge(String name, String help, String label, String of, DoubleSupplier value) {
            counted.add(name);
        }
    };

    private Instant real() {
        return START.plusNanos(nanos.get());
    }

    private Instant byClock() {
        return real().plus(wrongBy);
    }

    private void pass(Duration span) {
        nanos.addAndGet(span.toNanos());
    }

    @BeforeEach
    void open() throws Exception {
        time.follow(this::real, () -> wrongBy.abs().compareTo(DOUBTED) > 0);
        alice = Account.create(
                "alice", Set.of(Role.VIEWER), StudyScope.ALL, PASSWORD.toCharArray(), true);
        Path file = folder.resolve("accounts");
        new AccountFile(file).add(alice);
        logins = Logins.open(file, LENGTH, time, nanos::get, metrics, audit);
        key = new ECKeyGenerator(Curve.P_256).keyID("k").generate();
        Path keys = folder.resolve("keys.json");
        Files.writeString(keys, new JWKSet(key).toString(true));
        tokens = TokenCheck.open(
                new TokenSettings(
                        "https://login.example.org",
                        "strata",
                        List.of("ES256"),
                        keys.toUri(),
                        TokenSettings.BELIEVED,
                        "roles",
                        Optional.empty()),
                time,
                metrics);
    }

    private String codeOf(Instant at) {
        return alice.code().orElseThrow().at(OneTimeCode.step(at));
    }

    private Optional<Logins.Session> login(String code) throws Exception {
        return logins.login("alice", PASSWORD.toCharArray(), code, "192.0.2.7");
    }

    private String token(Instant until) throws Exception {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .type(JOSEObjectType.JWT)
                        .keyID("k")
                        .build(),
                new JWTClaimsSet.Builder()
                        .issuer("https://login.example.org")
                        .audience("strata")
                        .subject("alice")
                        .expirationTime(Date.from(until))
                        .claim("roles", List.of("viewer"))
                        .build());
        token.sign(new ECDSASigner(key));
        return token.serialize();
    }

    @ParameterizedTest
    @ValueSource(ints = {AHEAD, BEHIND})
    void sessionsAndLocksGoByUptime(int days) throws Exception {
        String session = login(codeOf(real())).orElseThrow().token();
        wrongBy = Duration.ofDays(days);
        assertTrue(logins.user(session).isPresent(), "a session that is open goes on");
        pass(LENGTH.plusSeconds(1));
        assertEquals(Optional.empty(), logins.user(session), "and ends when it would have");
        wrongBy = Duration.ZERO;
        for (int i = 0; i < Attempts.MOST; i++) {
            assertEquals(Optional.empty(), login("000000x"));
        }
        wrongBy = Duration.ofDays(days);
        assertEquals(Optional.empty(), login(codeOf(real())), "no jump ends a lock");
        assertTrue(counted.contains("strata_access_logins_total[locked]"), counted::toString);
    }

    @Test
    void aClockThatIsSetBackMakesNoOldCodeGoodAgain() throws Exception {
        String seen = codeOf(real());
        pass(Duration.ofHours(3));
        wrongBy = Duration.ofHours(-3);
        assertEquals(Optional.empty(), login(seen), "not even one that was never taken");
        wrongBy = Duration.ofDays(BEHIND);
        assertEquals(Optional.empty(), login(codeOf(byClock())));
        assertTrue(
                audited.toString().contains("wrong code, and the clock is doubted"),
                audited::toString);
        assertTrue(
                counted.contains("strata_access_logins_total[clock_doubted]"), counted::toString);
        assertTrue(login(codeOf(real())).isPresent(), "the right one by what is reckoned");
    }

    @Test
    void aClockThatIsAheadRefusesCodesUntilItIsRight() throws Exception {
        wrongBy = Duration.ofDays(AHEAD);
        assertEquals(Optional.empty(), login(codeOf(real())));
        assertTrue(
                counted.contains("strata_access_logins_total[clock_doubted]"), counted::toString);
        wrongBy = Duration.ZERO;
        assertTrue(login(codeOf(real())).isPresent());
    }

    @Test
    void tokensThatHaveEndedStayEnded() throws Exception {
        String ended = token(START.minus(Duration.ofDays(1)));
        String good = token(START.plus(Duration.ofHours(1)));
        assertEquals(Optional.empty(), tokens.user(ended));
        assertTrue(tokens.user(good).isPresent());
        wrongBy = Duration.ofDays(BEHIND);
        assertEquals(Optional.empty(), tokens.user(ended), "though the clock says it has not");
        assertTrue(tokens.user(good).isPresent());
        pass(Duration.ofHours(2));
        assertEquals(Optional.empty(), tokens.user(good), "it ends by what is reckoned");
        wrongBy = Duration.ofDays(AHEAD);
        assertEquals(Optional.empty(), tokens.user(token(real().plus(LENGTH))), "closed");
    }

    @Test
    void aRefusalSaysThatTheClockIsDoubted() throws Exception {
        OperatorToken operator = OperatorToken.write(folder.resolve("operator.token"));
        Proofs proofs = new Proofs(Optional.of(tokens), Optional.of(logins), operator, List.of());
        Gate gate = new Gate(proofs, time, study -> Optional.empty(), metrics, audit);
        Router.Builder routes = Router.builder();
        routes.get("/dicom-web/studies", request -> Response.json("[]"));
        try (HttpServer http = HttpServer.start(
                new HttpOptions("127.0.0.1", 0, HttpLimits.DEFAULT).withAccess(gate),
                routes.build(),
                Metrics.none())) {
            String token = token(START.plus(LENGTH));
            assertEquals(200, ask(http, token).statusCode());
            assertFalse(ask(http, token + "x").body().contains("clock"));
            wrongBy = Duration.ofDays(AHEAD);
            HttpResponse<String> refused = ask(http, token);
            assertEquals(401, refused.statusCode());
            assertTrue(refused.body().contains("clock of this server is doubted"), refused.body());
            assertTrue(
                    counted.contains("strata_access_refused_requests_total[clock_doubted]"),
                    counted::toString);
            assertTrue(audited.toString().contains("clock_doubted"), audited::toString);
            String own = Files.readString(folder.resolve("operator.token")).strip();
            assertEquals(403, ask(http, own).statusCode(), "the operator is known by any clock");
        }
    }

    private static HttpResponse<String> ask(HttpServer http, String token) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + http.address().getPort() + "/dicom-web/studies");
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(uri)
                                .header("authorization", "Bearer " + token)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
