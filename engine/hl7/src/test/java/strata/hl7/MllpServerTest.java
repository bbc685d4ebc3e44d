package strata.hl7;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import strata.base.Audit;
import strata.base.Await;
import strata.base.Metrics;
import strata.base.OperatorException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;

/** The listener against senders that are written by hand. */
@Timeout(60)
final class MllpServerTest {
    private static final Duration SHORT = Duration.ofMillis(300);

    private final Queue<Hl7Event> events = new ConcurrentLinkedQueue<>();
    private final Queue<String> alerts = new ConcurrentLinkedQueue<>();
    private final CountDownLatch gate = new CountDownLatch(1);
    private boolean gated;
    private volatile boolean defect;
    private MllpServer server;

    @AfterEach
    void close() {
        gate.countDown();
        if (server != null) {
            server.close();
        }
    }

    private void start(Hl7Limits limits) throws IOException {
        start(limits, InetAddress::isLoopbackAddress);
    }

    private void start(Hl7Limits limits, Predicate<InetAddress> allowed) throws IOException {
        Hl7Receiver receiver = (event, sender) -> {
            assertEquals("127.0.0.1", sender);
            if (defect) {
                throw new IllegalStateException("planted");
            }
            if (gated) {
                try {
                    gate.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            events.add(event);
        };
        Audit audit = (action, outcome, actor, details) -> alerts.add(action + " " + outcome);
        server = MllpServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new AnswerMessages(
                        new Hl7Options("STRATA", "", ZoneOffset.UTC, limits),
                        receiver,
                        Clock.systemUTC(),
                        Metrics.none()),
                allowed,
                Optional.empty(),
                limits,
                Metrics.none(),
                audit);
    }

    private Socket connect() throws IOException {
        Socket socket =
                new Socket(server.address().getAddress(), server.address().getPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static byte[] frame(String message) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(MllpFramer.START);
        out.write(message.getBytes(StandardCharsets.UTF_8));
        out.write(MllpFramer.END);
        out.write('\r');
        return out.toByteArray();
    }

    /** One answer; empty when the connection ends first. */
    private static String answer(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder out = new StringBuilder();
        try {
            for (int next = in.read(); next >= 0; next = in.read()) {
                if (next == MllpFramer.END) {
                    assertEquals('\r', in.read());
                    return out.toString();
                }
                if (next != MllpFramer.START) {
                    out.append((char) next);
                }
            }
        } catch (SocketException reset) {
            return "";
        }
        return "";
    }

    private static void write(Socket socket, byte[] bytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(bytes);
        out.flush();
    }

    @Test
    void manyMessagesOnOneConnectionAreAnsweredInTheirOrder() throws Exception {
        start(Hl7Limits.DEFAULT);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < 50; i++) {
            all.write(frame(Messages.merge("C" + i, "N" + i, "O" + i)));
        }
        try (Socket socket = connect()) {
            write(socket, all.toByteArray());
            for (int i = 0; i < 50; i++) {
                assertTrue(answer(socket).contains("MSA|AA|C" + i + "\r"), "answer " + i);
            }
        }
        assertEquals(50, events.size());
    }

    @Test
    void aMessageInPiecesIsOne() throws Exception {
        start(Hl7Limits.DEFAULT);
        byte[] frame = frame(Messages.merge("C", "N", "O"));
        try (Socket socket = connect()) {
            socket.setTcpNoDelay(true);
            for (byte each : frame) {
                write(socket, new byte[] {each});
            }
            assertTrue(answer(socket).contains("MSA|AA|C\r"));
        }
    }

    @Test
    void theAnswerWaitsForTheEffect() throws Exception {
        gated = true;
        start(Hl7Limits.DEFAULT);
        try (Socket socket = connect()) {
            write(socket, frame(Messages.merge("C", "N", "O")));
            socket.setSoTimeout(200);
            assertThrows(IOException.class, () -> socket.getInputStream().read());
            socket.setSoTimeout(20_000);
            gate.countDown();
            assertTrue(answer(socket).contains("MSA|AA|C\r"));
            assertEquals(1, events.size());
        }
    }

    @Test
    void anEndWithoutCarriageReturnAndLineEndsBetween() throws Exception {
        start(Hl7Limits.DEFAULT);
        byte[] one = frame(Messages.merge("C1", "N", "O").replace('\r', '\n'));
        byte[] two = frame(Messages.merge("C2", "N", "O").replace("\r", "\r\n"));
        one[one.length - 1] = '\n';
        try (Socket socket = connect()) {
            write(socket, one);
            write(socket, "\r\n\n".getBytes(StandardCharsets.US_ASCII));
            write(socket, two);
            assertTrue(answer(socket).contains("MSA|AA|C1\r"));
            assertTrue(answer(socket).contains("MSA|AA|C2\r"));
        }
    }

    @Test
    void anAddressThatIsTakenIsTheOperatorsFault() throws Exception {
        start(Hl7Limits.DEFAULT);
        assertThrows(
                OperatorException.class,
                () -> MllpServer.start(
                        server.address(),
                        new AnswerMessages(
                                new Hl7Options("STRATA", "", ZoneOffset.UTC, Hl7Limits.DEFAULT),
                                (event, sender) -> {},
                                Clock.systemUTC(),
                                Metrics.none()),
                        any -> true,
                        Optional.empty(),
                        Hl7Limits.DEFAULT,
                        Metrics.none(),
                        Audit.none()));
    }

    // ---- hostile inputs

    @Test
    void hostile58NoStartByte() throws Exception {
        start(Hl7Limits.DEFAULT);
        try (Socket socket = connect()) {
            write(socket, "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertEquals("", answer(socket));
        }
        assertStillServes();
    }

    @Test
    void hostile59StartWithinAMessage() throws Exception {
        start(Hl7Limits.DEFAULT);
        try (Socket socket = connect()) {
            write(socket, frame("MSH|" + (char) MllpFramer.START));
            assertEquals("", answer(socket));
        }
        assertStillServes();
    }

    @Test
    void hostile60EndlessMessage() throws Exception {
        start(Hl7Limits.DEFAULT);
        byte[] block = new byte[1 << 16];
        java.util.Arrays.fill(block, (byte) 'x');
        try (Socket socket = connect()) {
            write(socket, new byte[] {MllpFramer.START});
            assertThrows(IOException.class, () -> {
                for (int i = 0; i < 4096; i++) {
                    write(socket, block);
                }
            });
        }
        assertStillServes();
    }

    @Test
    void hostile60SegmentOfTenMegabytes() throws Exception {
        start(Hl7Limits.DEFAULT);
        try (Socket socket = connect()) {
            byte[] frame = frame(Messages.merge("C", "x".repeat(10 << 20), "O"));
            assertThrows(IOException.class, () -> {
                write(socket, frame);
                assertTrue(answer(socket).matches("(?s)|.*MSA\\|AE.*"));
                throw new IOException("answered, or cut");
            });
        }
        assertEquals(0, events.size());
        assertStillServes();
    }

    @Test
    void hostile61SlowSenderIsCut() throws Exception {
        start(Hl7Limits.DEFAULT.withMessage(SHORT));
        try (Socket socket = connect()) {
            write(socket, new byte[] {MllpFramer.START, 'M'});
            assertEquals("", answer(socket));
        }
        assertStillServes();
    }

    @Test
    void hostile61SilentConnectionIsCut() throws Exception {
        start(Hl7Limits.DEFAULT.withConnections(4, SHORT));
        try (Socket socket = connect()) {
            assertEquals("", answer(socket));
        }
    }

    @Test
    void hostile62SenderWhoIsNotListed() throws Exception {
        start(Hl7Limits.DEFAULT, from -> false);
        try (Socket socket = connect()) {
            assertEquals("", answer(socket));
        }
        // It is told beside the end of the connection.
        Await.until("an alert", Duration.ofSeconds(20), () -> !alerts.isEmpty());
        assertEquals(List.of("SECURITY_ALERT REFUSED"), List.copyOf(alerts));
    }

    @Test
    void hostile63TooManyConnections() throws Exception {
        start(Hl7Limits.DEFAULT.withConnections(2, Duration.ofMinutes(1)));
        try (Socket one = connect();
                Socket two = connect()) {
            write(one, frame(Messages.merge("1", "N", "O")));
            answer(one);
            write(two, frame(Messages.merge("2", "N", "O")));
            answer(two);
            try (Socket three = connect()) {
                assertEquals("", answer(three));
            }
            write(one, frame(Messages.merge("3", "N", "O")));
            assertTrue(answer(one).contains("MSA|AA|3\r"));
        }
    }

    @Test
    void hostile64SenderWhoNeverReadsIsHeldBack() throws Exception {
        start(Hl7Limits.DEFAULT.withMessage(Duration.ofSeconds(2)));
        byte[] frame = frame(Messages.header("ADT^A08", "1"));
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(1024);
            socket.connect(server.address());
            // Held back, then cut since its answers are not taken: either way it ends.
            assertThrows(IOException.class, () -> {
                while (true) {
                    write(socket, frame);
                }
            });
        }
        assertStillServes();
    }

    @Test
    void aDefectEndsItsConnectionAndNoOther() throws Exception {
        defect = true;
        start(Hl7Limits.DEFAULT);
        try (Socket socket = connect()) {
            write(socket, frame(Messages.merge("C", "N", "O")));
            assertEquals("", answer(socket));
        }
        defect = false;
        assertStillServes();
    }

    private void assertStillServes() throws Exception {
        Await.until("an answer", Duration.ofSeconds(20), () -> {
            try (Socket socket = connect()) {
                write(socket, frame(Messages.merge("S", "N", "O")));
                return answer(socket).contains("MSA|AA|S\r");
            } catch (IOException e) {
                return false;
            }
        });
    }
}
