package strata.base.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.CredentialTime;
import strata.base.Metrics;
import strata.base.OperatorException;
import strata.base.tls.TlsContext.ClientCertificates;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/** What two engines agree on, and whom they refuse. */
class TlsContextTest {
    private static final TestCertificates CA = TestCertificates.authority("Test CA");
    private static final TestCertificates OTHER_CA = TestCertificates.authority("Other CA");
    private static final TestCertificates SERVER = CA.issue("server");
    private static final TestCertificates CLIENT = CA.issue("client");

    @TempDir
    Path directory;

    private TlsContext open(TlsFiles files) throws OperatorException {
        return TlsContext.open("test", files, Clock.systemUTC(), Metrics.none());
    }

    private TlsContext server() throws IOException {
        return open(SERVER.files(directory, "server"));
    }

    /** Runs both sides until both are done. */
    private static void shake(SSLEngine client, SSLEngine server) throws SSLException {
        ByteBuffer toServer = ByteBuffer.allocate(1 << 17);
        ByteBuffer toClient = ByteBuffer.allocate(1 << 17);
        client.beginHandshake();
        server.beginHandshake();
        int quiet = 0;
        while (quiet < 2) {
            boolean moved = step(client, toClient, toServer) | step(server, toServer, toClient);
            quiet = moved ? 0 : quiet + 1;
        }
        assertTrue(!client.isInboundDone() && !server.isInboundDone(), "ended early");
    }

    private static boolean step(SSLEngine engine, ByteBuffer in, ByteBuffer out)
            throws SSLException {
        for (Runnable task = engine.getDelegatedTask(); task != null; ) {
            task.run();
            task = engine.getDelegatedTask();
        }
        int before = out.position();
        SSLEngineResult wrapped = engine.wrap(ByteBuffer.allocate(0), out);
        in.flip();
        int had = in.remaining();
        if (had > 0) {
            engine.unwrap(in, ByteBuffer.allocate(1 << 15));
        }
        boolean moved = out.position() != before || in.remaining() != had;
        in.compact();
        for (Runnable task = engine.getDelegatedTask(); task != null; ) {
            task.run();
            moved = true;
            task = engine.getDelegatedTask();
        }
        return moved && wrapped.getStatus() != SSLEngineResult.Status.CLOSED;
    }

    private static SSLEngine need(TlsContext server) {
        return server.acceptor(ClientCertificates.NEEDED, List.of());
    }

    private static SSLEngine call(TlsContext client, Optional<CertificateBinding> expected) {
        return client.requestor("localhost", 2762, expected);
    }

    @Test
    void twoSidesThatTrustEachOtherAgreeOnTheNewestVersion() throws Exception {
        SSLEngine server = need(server());
        SSLEngine client = call(open(CLIENT.files(directory, "client")), Optional.empty());
        shake(client, server);
        assertEquals("TLSv1.3", server.getSession().getProtocol());
        assertTrue(TlsProfile.SUITES.contains(server.getSession().getCipherSuite()));
        assertEquals(
                PeerCertificate.of(CLIENT.certificate()),
                PeerCertificate.of(server.getSession()).orElseThrow());
        assertEquals(
                List.of("localhost"),
                PeerCertificate.of(client.getSession()).orElseThrow().names());
    }

    @Test
    void version12IsSpokenWithForwardSecrecyOnly() throws Exception {
        SSLEngine server = need(server());
        SSLEngine client = call(open(CLIENT.files(directory, "client")), Optional.empty());
        client.setEnabledProtocols(new String[] {"TLSv1.2"});
        shake(client, server);
        assertEquals("TLSv1.2", server.getSession().getProtocol());
        assertTrue(server.getSession().getCipherSuite().startsWith("TLS_ECDHE_"));
        assertTrue(server.getSession().getCipherSuite().contains("_GCM_"));
    }

    @Test
    void nothingOlderOrWeakerIsEnabledOnEitherSide() throws Exception {
        TlsContext context = server();
        for (SSLEngine engine : List.of(need(context), call(context, Optional.empty()))) {
            assertEquals(TlsProfile.VERSIONS, List.of(engine.getEnabledProtocols()));
            assertEquals(TlsProfile.SUITES, List.of(engine.getEnabledCipherSuites()));
        }
    }

    @Test
    void applicationProtocolIsChosenInOurOrder() throws Exception {
        SSLEngine server = server().acceptor(ClientCertificates.NONE, List.of("h2", "http/1.1"));
        SSLEngine client = call(open(CLIENT.files(directory, "client")), Optional.empty());
        var parameters = client.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"http/1.1", "h2"});
        client.setSSLParameters(parameters);
        shake(client, server);
        assertEquals("h2", server.getApplicationProtocol());
        assertEquals("h2", client.getApplicationProtocol());
    }

    /** T20: the JDK's clock, years behind, would take it; what was reckoned does not. */
    @Test
    void aClockThatIsBehindMakesNoCertificateValidAgain() throws Exception {
        CredentialTime time = new CredentialTime(Clock.systemUTC());
        TlsContext server =
                TlsContext.open("test", SERVER.files(directory, "server"), time, Metrics.none());
        TlsFiles mine = CLIENT.files(directory, "client");
        shake(call(open(mine), Optional.empty()), need(server));
        Instant reckoned = Instant.now().plus(Duration.ofDays(400));
        time.follow(() -> reckoned, () -> true);
        // Another client each time: one that resumes its session shows no certificate.
        SSLEngine refused = call(open(mine), Optional.empty());
        Throwable why = assertThrows(SSLException.class, () -> shake(refused, need(server)));
        while (why.getCause() != null) {
            why = why.getCause();
        }
        assertTrue(why.getMessage().contains("by this site's reckoning"), why.getMessage());
        assertTrue(server.leftDays() < -300, "the gauge tells it");
        SSLEngine calling = server.requestor("localhost", 2762, Optional.empty());
        SSLEngine called = open(mine).acceptor(ClientCertificates.NEEDED, List.of());
        assertThrows(SSLException.class, () -> shake(calling, called), "as requestor too");
        time.follow(() -> Instant.now().minus(Duration.ofDays(3650)), () -> true);
        shake(call(open(mine), Optional.empty()), need(server));
    }

    @Test
    void strangersExpiredOnesAndAnonymousOnesAreRefused() throws Exception {
        TlsContext server = server();
        TlsFiles stranger = OTHER_CA.issue("client").files(directory, "stranger", CA);
        TlsFiles expired = CA.issue("client", Duration.ofDays(-1)).files(directory, "expired");
        for (TlsFiles files : List.of(stranger, expired)) {
            SSLEngine client = call(open(files), Optional.empty());
            assertThrows(SSLException.class, () -> shake(client, need(server)));
        }
        SSLEngine untrusting = server.acceptor(ClientCertificates.NEEDED, List.of());
        TlsFiles mine = CLIENT.files(directory, "mistrusting", OTHER_CA);
        assertThrows(
                SSLException.class, () -> shake(call(open(mine), Optional.empty()), untrusting));
    }

    @Test
    void theAnswererMustBeTheHostThatWasCalledOrTheCertificateThatIsExpected() throws Exception {
        TlsContext server = server();
        TlsContext client = open(CLIENT.files(directory, "client"));
        SSLEngine elsewhere = client.requestor("archive.example", 2762, Optional.empty());
        assertThrows(SSLException.class, () -> shake(elsewhere, need(server)));

        Optional<CertificateBinding> right =
                Optional.of(CertificateBinding.parse(SERVER.fingerprint()));
        shake(client.requestor("archive.example", 2762, right), need(server));
        Optional<CertificateBinding> wrong =
                Optional.of(CertificateBinding.parse(CLIENT.fingerprint()));
        assertThrows(SSLException.class, () -> shake(call(client, wrong), need(server)));
    }

    @Test
    void bindingsFitByFingerprintSubjectAndName() {
        PeerCertificate peer = PeerCertificate.of(SERVER.certificate());
        assertTrue(CertificateBinding.parse(SERVER.fingerprint()).fits(peer));
        assertTrue(CertificateBinding.parse("subject:cn=SERVER, o=strata test").fits(peer));
        assertTrue(CertificateBinding.parse("dns:LocalHost").fits(peer));
        assertEquals(false, CertificateBinding.parse("subject:CN=client").fits(peer));
        assertEquals(false, CertificateBinding.parse("dns:other").fits(peer));
        for (String wrong : List.of("", "sha256:12", "name", "dns:a b", "subject:x", "md5:00")) {
            assertThrows(
                    IllegalArgumentException.class, () -> CertificateBinding.parse(wrong), wrong);
        }
    }

    @Test
    void newFilesAreReadWithoutARestartAndBrokenOnesChangeNothing() throws Exception {
        TlsFiles files = SERVER.files(directory, "server");
        TlsContext server = open(files);
        PeerCertificate first = server.own();
        CA.issue("server").files(directory, "server");
        server.reload();
        PeerCertificate second = server.own();
        assertNotEquals(first, second);

        Files.writeString(files.certificates().orElseThrow(), "nothing\n");
        OperatorException refusal = assertThrows(OperatorException.class, server::reload);
        assertTrue(refusal.getMessage().contains("server.pem"), refusal.getMessage());
        assertEquals(second, server.own());
        shake(call(open(CLIENT.files(directory, "client")), Optional.empty()), need(server));
    }

    @Test
    void changedFilesAreNoticedByThemselves() throws Exception {
        TlsFiles files = SERVER.files(directory, "server");
        TlsContext server = open(files);
        PeerCertificate first = server.own();
        server.look();
        assertEquals(first, server.own());
        CA.issue("server").files(directory, "server");
        Files.setLastModifiedTime(
                files.key(), java.nio.file.attribute.FileTime.fromMillis(1_000_000));
        server.look();
        assertNotEquals(first, server.own());
    }

    @Test
    void daysUntilTheEndAreShown() throws Exception {
        assertEquals(60, server().leftDays(), 0.1);
        TlsFiles ended = CA.issue("old", Duration.ofDays(-3)).files(directory, "old");
        assertEquals(-3, open(ended).leftDays(), 0.1);
    }
}
