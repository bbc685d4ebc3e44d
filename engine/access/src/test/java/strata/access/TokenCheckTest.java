package strata.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Metrics;
import strata.base.OperatorException;
import strata.network.http.HttpLimits;
import strata.network.http.HttpOptions;
import strata.network.http.HttpServer;
import strata.network.http.Response;
import strata.network.http.Router;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Which bearer tokens prove somebody. */
class TokenCheckTest {
    private static final String ISSUER = "https://login.example.org";
    private static final String AUDIENCE = "strata";
    private static RSAKey rsa;
    private static RSAKey other;
    private static ECKey ec;

    @TempDir
    Path folder;

    private Path jwks;
    private TokenCheck check;

    @BeforeAll
    static void keys() throws Exception {
        rsa = new RSAKeyGenerator(2048).keyID("one").generate();
        other = new RSAKeyGenerator(2048).keyID("one").generate();
        ec = new ECKeyGenerator(Curve.P_256).keyID("two").generate();
    }

    @BeforeEach
    void open() throws Exception {
        jwks = folder.resolve("jwks.json");
        Files.writeString(jwks, publicSet(rsa, ec));
        check = TokenCheck.open(
                settings(jwks.toUri(), Optional.empty()), Clock.systemUTC(), Metrics.none());
    }

    private static String publicSet(JWK... keys) {
        return new JWKSet(List.of(keys)).toString(true);
    }

    private static TokenSettings settings(URI keys, Optional<String> institutions) {
        return new TokenSettings(
                ISSUER,
                AUDIENCE,
                List.of("RS256", "ES256"),
                keys,
                TokenSettings.BELIEVED,
                "roles",
                institutions);
    }

    private static JWTClaimsSet.Builder claims() {
        Instant now = Instant.now();
        return new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience(AUDIENCE)
                .subject("alice")
                .expirationTime(Date.from(now.plus(Duration.ofMinutes(5))))
                .claim("roles", List.of("viewer", "unknown"));
    }

    private static String sign(JWSHeader header, JWSSigner with, JWTClaimsSet claims)
            throws Exception {
        SignedJWT token = new SignedJWT(header, claims);
        token.sign(with);
        return token.serialize();
    }

    private static JWSHeader.Builder header(JWSAlgorithm algorithm, String kid) {
        return new JWSHeader.Builder(algorithm).type(JOSEObjectType.JWT).keyID(kid);
    }

    private static String signed(JWTClaimsSet claims) throws Exception {
        return sign(header(JWSAlgorithm.RS256, "one").build(), new RSASSASigner(rsa), claims);
    }

    private void refused(String token) {
        assertEquals(Optional.empty(), check.user(token), token);
    }

    @Test
    void aSignedTokenProvesItsSubjectAndRoles() throws Exception {
        User alice = check.user(signed(claims().build())).orElseThrow();
        assertEquals(new User("alice", Set.of(Role.VIEWER), StudyScope.ALL), alice);
        String byEc = sign(
                header(JWSAlgorithm.ES256, "two").build(),
                new ECDSASigner(ec),
                claims().claim("roles", "viewer modality").build());
        assertEquals(
                Set.of(Role.VIEWER, Role.MODALITY),
                check.user(byEc).orElseThrow().roles());
    }

    @Test
    void aClaimOfInstitutionsNarrowsAndItsAbsenceIsNoStudy() throws Exception {
        TokenCheck narrow = TokenCheck.open(
                settings(jwks.toUri(), Optional.of("sites")), Clock.systemUTC(), Metrics.none());
        User some = narrow.user(
                        signed(claims().claim("sites", List.of("North Clinic")).build()))
                .orElseThrow();
        assertTrue(some.scope().allows("NORTH CLINIC ", "A1"));
        assertEquals(false, some.scope().allows("South", "A1"));
        User none = narrow.user(signed(claims().build())).orElseThrow();
        assertEquals(false, none.scope().allows("", ""));
    }

    @Test
    void hostile53TokensWithoutASignatureProveNobody() throws Exception {
        refused(new PlainJWT(claims().build()).serialize());
        String right = signed(claims().build());
        refused(right.substring(0, right.lastIndexOf('.') + 1));
        refused(right.substring(0, right.length() - 6) + "AAAAAA");
        for (String text : List.of("", "a", "a.b", "a.b.c", "...", "x".repeat(20_000))) {
            refused(text);
        }
    }

    @Test
    void hostile53APublicKeyIsNoSecretKey() throws Exception {
        byte[] known = rsa.toPublicJWK().toRSAPublicKey().getEncoded();
        refused(sign(
                header(JWSAlgorithm.HS256, "one").build(), new MACSigner(known), claims().build()));
        byte[] asText = rsa.toPublicJWK().toString().getBytes(StandardCharsets.UTF_8);
        refused(sign(
                header(JWSAlgorithm.HS256, "one").build(),
                new MACSigner(asText),
                claims().build()));
        // A right key, by an algorithm that is not on the list.
        refused(sign(
                header(JWSAlgorithm.PS256, "one").build(),
                new RSASSASigner(rsa),
                claims().build()));
    }

    @Test
    void hostile53KeysThatTheTokenNamesOrBringsAreNotTaken() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Router router = Router.builder()
                .get("/keys", request -> {
                    asked.incrementAndGet();
                    return Response.json(publicSet(other));
                })
                .build();
        try (HttpServer attacker = HttpServer.start(
                new HttpOptions("127.0.0.1", 0, HttpLimits.DEFAULT), router, Metrics.none())) {
            URI elsewhere =
                    URI.create("http://127.0.0.1:" + attacker.address().getPort() + "/keys");
            JWTClaimsSet claims = claims().build();
            RSASSASigner forger = new RSASSASigner(other);
            for (String kid : List.of("one", "../../../dev/null", "/etc/passwd", "' or 1=1", "")) {
                refused(sign(header(JWSAlgorithm.RS256, kid).build(), forger, claims));
            }
            refused(sign(
                    header(JWSAlgorithm.RS256, "one").jwkURL(elsewhere).build(), forger, claims));
            refused(sign(
                    header(JWSAlgorithm.RS256, "one").x509CertURL(elsewhere).build(),
                    forger,
                    claims));
            refused(sign(
                    header(JWSAlgorithm.RS256, "one").jwk(other.toPublicJWK()).build(),
                    forger,
                    claims));
            assertEquals(0, asked.get());
        }
    }

    @Test
    void hostile53ExpiredOrForOthersProvesNobody() throws Exception {
        Instant past = Instant.now().minus(Duration.ofMinutes(5));
        refused(signed(claims().expirationTime(Date.from(past)).build()));
        refused(signed(claims().expirationTime(null).build()));
        refused(signed(claims().notBeforeTime(Date.from(Instant.now().plus(Duration.ofMinutes(5))))
                .build()));
        refused(signed(claims().audience("another").build()));
        refused(signed(claims().audience((String) null).build()));
        refused(signed(claims().issuer("https://other.example.org").build()));
        refused(signed(claims().subject(null).build()));
        refused(sign(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .type(new JOSEObjectType("logout+jwt"))
                        .keyID("one")
                        .build(),
                new RSASSASigner(rsa),
                claims().build()));
    }

    @Test
    void keysComeFromTheConfiguredAddressOnlyAndNoRedirectIsFollowed() throws Exception {
        Router router = Router.builder()
                .get("/keys", request -> Response.json(publicSet(rsa)))
                .get("/moved", request -> Response.empty(302).withHeader("location", "/keys"))
                .build();
        try (HttpServer issuer = HttpServer.start(
                new HttpOptions("127.0.0.1", 0, HttpLimits.DEFAULT), router, Metrics.none())) {
            String base = "http://127.0.0.1:" + issuer.address().getPort();
            String token = signed(claims().build());
            TokenCheck right = TokenCheck.open(
                    settings(URI.create(base + "/keys"), Optional.empty()),
                    Clock.systemUTC(),
                    Metrics.none());
            assertTrue(right.user(token).isPresent());
            TokenCheck moved = TokenCheck.open(
                    settings(URI.create(base + "/moved"), Optional.empty()),
                    Clock.systemUTC(),
                    Metrics.none());
            assertEquals(Optional.empty(), moved.user(token));
        }
    }

    @Test
    void settingsThatWouldLetForgersInAreRefused() throws Exception {
        URI keys = jwks.toUri();
        for (List<String> algorithms :
                List.of(List.of("HS256"), List.of("none"), List.<String>of())) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new TokenSettings(
                            ISSUER,
                            AUDIENCE,
                            algorithms,
                            keys,
                            TokenSettings.BELIEVED,
                            "roles",
                            Optional.empty()));
        }
        for (String place : List.of("http://example.org/k", "ftp://127.0.0.1/k", "keys.json")) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> settings(URI.create(place), Optional.empty()));
        }
        Files.writeString(jwks, new JWKSet(rsa).toString(false));
        assertThrows(
                OperatorException.class,
                () -> TokenCheck.open(
                        settings(keys, Optional.empty()), Clock.systemUTC(), Metrics.none()));
        Files.writeString(jwks, "nothing");
        assertThrows(
                OperatorException.class,
                () -> TokenCheck.open(
                        settings(keys, Optional.empty()), Clock.systemUTC(), Metrics.none()));
    }
}
