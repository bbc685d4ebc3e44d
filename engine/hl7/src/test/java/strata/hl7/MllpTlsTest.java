package strata.hl7;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Await;
import strata.base.LogLines;
import strata.base.Metrics;
import strata.base.tls.CertificateBinding;
import strata.base.tls.TestCertificates;
import strata.base.tls.TlsContext;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The door over TLS, with the JDK's blocking sockets and OpenSSL as senders. */
@Timeout(60)
final class MllpTlsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final TestCertificates CA = TestCertificates.authority("Hospital CA");
    private static final TestCertificates STRANGERS = TestCertificates.authority("Other CA");
    private static final TestCertificates SENDER = CA.issue("adt");

    @TempDir
    Path folder;

    private final Queue<Hl7Event> events = new ConcurrentLinkedQueue<>();
    private final Queue<String> audited = new ConcurrentLinkedQueue<>();
    private final LogLines log = LogLines.of("strata.hl7");
    private MllpServer server;

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
        }
        log.close();
    }

    private void start(CertificateBinding... senders) throws IOException {
        start(Hl7Limits.DEFAULT, senders);
    }

    private void start(Hl7Limits limits, CertificateBinding... senders) throws IOException {
        TlsContext context = TlsContext.open(
                "hl7",
                CA.issue("archive").files(folder, "archive"),
                Clock.systemUTC(),
                Metrics.none());
        server = MllpServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new AnswerMessages(
                        new Hl7Options("STRATA", "", ZoneOffset.UTC, limits),
                        (event, sender) -> events.add(event),
                        Clock.systemUTC(),
                        Metrics.none()),
                InetAddress::isLoopbackAddress,
                Optional.of(new MllpTls(context, Set.of(senders))),
                limits,
                Metrics.none(),
                (action, outcome, actor, details) ->
                        audited.add(action + " " + outcome + " " + actor + " " + details));
    }

    private Socket connect(TestCertificates... shown) throws Exception {
        Socket socket = TestCertificates.client(CA, List.of(shown).stream().findFirst())
                .getSocketFactory()
                .createSocket(server.address().getAddress(), server.address().getPort());
        socket.setSoTimeout((int) LIMIT.toMillis());
        return socket;
    }

    private static String frame(String id) {
        return "\u000b" + Messages.merge(id, "NEW", "OLD") + "\u001c\r";
    }

    /** Its answer; empty when the connection ends first. */
    private static String send(Socket socket, String frame) {
        StringBuilder answer = new StringBuilder();
        try {
            socket.getOutputStream().write(frame.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            InputStream in = socket.getInputStream();
            for (int next = in.read(); next >= 0; next = in.read()) {
                if (next == 0x1c) {
                    return answer.toString();
                }
                answer.append((char) next);
            }
        } catch (IOException refused) {
            return "";
        }
        return "";
    }

    /** One refusal, told once by log and audit trail, and nothing of the message anywhere. */
    private void assertRefused(String reason, String why) throws Exception {
        String line = "refused: " + reason + ": ";
        Await.until("a refusal in " + log, LIMIT, () -> audited.size() > 0);
        String told = log.lines().stream()
                .filter(each -> each.contains(line))
                .findFirst()
                .orElse("");
        assertTrue(told.startsWith("WARN HL7 connection from 127.0.0.1 "), log::toString);
        assertTrue(told.contains(why), told);
        assertTrue(
                audited.peek().startsWith("SECURITY_ALERT REFUSED 127.0.0.1"), audited::toString);
        assertTrue(audited.peek().contains(why), audited::toString);
        assertEquals(0, events.size());
        try (Socket good = connect(SENDER)) {
            assertTrue(send(good, frame("S")).contains("MSA|AA|S\r"));
        }
        assertEquals(1, audited.size(), audited::toString);
        assertEquals(
                1,
                log.lines().stream().filter(each -> each.contains("refused:")).count());
        String everything = log + " " + audited;
        String hex = "Jane".chars().mapToObj(Integer::toHexString).reduce("", String::concat);
        assertFalse(everything.contains("Jane") || everything.contains(hex), everything);
    }

    @Test
    void aSenderWithATrustedCertificateIsAnswered() throws Exception {
        start();
        try (Socket socket = connect(SENDER)) {
            for (int i = 0; i < 20; i++) {
                assertTrue(send(socket, frame("C" + i)).contains("MSA|AA|C" + i + "\r"));
            }
        }
        assertEquals(20, events.size());
        assertEquals(List.of(), List.copyOf(audited));
    }

    @Test
    void hostile65WithoutACertificateNothingIsTaken() throws Exception {
        start();
        try (Socket socket = connect()) {
            assertEquals("", send(socket, frame("C")));
        }
        assertRefused("tls", "certificate");
    }

    @Test
    void hostile65ACertificateOfAnotherAuthority() throws Exception {
        start();
        try (Socket socket = connect(STRANGERS.issue("adt"))) {
            assertEquals("", send(socket, frame("C")));
        }
        assertRefused("tls", "certifi");
    }

    @Test
    void hostile65ACertificateThatHasEnded() throws Exception {
        start();
        try (Socket socket = connect(CA.issue("adt", Duration.ofDays(-1)))) {
            assertEquals("", send(socket, frame("C")));
        }
        assertRefused("tls", "NotAfter");
    }

    @Test
    void hostile65ATrustedCertificateOfSomebodyElse() throws Exception {
        start(CertificateBinding.parse(SENDER.fingerprint()));
        try (Socket socket = connect(CA.issue("modality"))) {
            assertEquals("", send(socket, frame("C")));
        }
        assertRefused("certificate", "is trusted, but no sender's");
    }

    @Test
    void hostile65PlainTextToTheTlsPort() throws Exception {
        start();
        try (Socket socket =
                new Socket(server.address().getAddress(), server.address().getPort())) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            assertFalse(send(socket, frame("C")).contains("MSA"));
        }
        assertRefused("tls", "it does not speak TLS");
    }

    @Test
    void hostile65ASilentSocketIsCut() throws Exception {
        start(Hl7Limits.DEFAULT.withMessage(Duration.ofSeconds(2)));
        try (Socket socket =
                new Socket(server.address().getAddress(), server.address().getPort())) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            assertEquals(-1, socket.getInputStream().read());
        }
        assertRefused("tls", "no handshake in time");
    }

    @Test
    void openSslIsAnswered() throws Exception {
        start(CertificateBinding.parse("subject:CN=adt,O=Strata Test"));
        SENDER.files(folder, "sender");
        Path said = folder.resolve("said");
        Process openssl;
        try {
            openssl = new ProcessBuilder(
                            "openssl",
                            "s_client",
                            "-quiet",
                            "-verify_return_error",
                            "-connect",
                            "127.0.0.1:" + server.address().getPort(),
                            "-cert",
                            folder.resolve("sender.pem").toString(),
                            "-key",
                            folder.resolve("sender.key").toString(),
                            "-CAfile",
                            folder.resolve("sender-ca.pem").toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .redirectOutput(said.toFile())
                    .start();
        } catch (IOException e) {
            assumeTrue(false, "openssl is not installed");
            return;
        }
        try {
            openssl.getOutputStream().write(frame("C").getBytes(StandardCharsets.UTF_8));
            openssl.getOutputStream().flush();
            Await.until("an answer to OpenSSL in " + log, LIMIT, () -> {
                try {
                    return Files.readString(said).contains("MSA|AA|C\r");
                } catch (IOException e) {
                    return false;
                }
            });
        } finally {
            openssl.destroyForcibly().waitFor();
        }
    }
}
