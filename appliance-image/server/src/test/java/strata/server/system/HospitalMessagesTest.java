package strata.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.catalog.PatientId;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The HL7 door of a whole server: a merge and its reversal, over a restart. */
class HospitalMessagesTest {
    private static final String YAML = """
            hl7:
              port: 0
              domain: HOSP
            prefetch:
              every: 1 s
            """;

    @TempDir
    Path folder;

    private static String send(LocalServer server, String message) throws IOException {
        InetSocketAddress at = server.appliance().hl7Address().orElseThrow();
        try (Socket socket = new Socket(at.getAddress(), at.getPort())) {
            socket.setSoTimeout(30_000);
            String frame = "\u000b" + message + "\u001c\r";
            socket.getOutputStream().write(frame.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            StringBuilder answer = new StringBuilder();
            InputStream in = socket.getInputStream();
            for (int next = in.read(); next >= 0 && next != 0x1c; next = in.read()) {
                answer.append((char) next);
            }
            return answer.toString();
        }
    }

    private static String head(String event, String id) {
        return "MSH|^~\\&|ADT|HOSP|STRATA|X|20261122||ADT^" + event + "|" + id + "|P|2.5.1\r";
    }

    private static String survivor(LocalServer server) {
        return server.site()
                .store()
                .catalog()
                .patients()
                .get()
                .survivor(new PatientId("OLD", ""))
                .map(person -> person.id().id())
                .orElse("OLD");
    }

    @Test
    void aMergeIsAnsweredKeptAndTakenBack() throws IOException {
        try (LocalServer server = LocalServer.start(folder, YAML)) {
            String answer = send(
                    server, head("A40", "M1") + "PID|||NEW^^^HOSP||Doe^Jane\rMRG|OLD^^^HOSP\r");
            assertTrue(answer.contains("\rMSA|AA|M1\r"), answer);
            assertEquals("NEW", survivor(server));
        }
        try (LocalServer server = LocalServer.start(folder, YAML)) {
            assertEquals("NEW", survivor(server), "after a restart");
            String answer =
                    send(server, head("A37", "M2") + "PID|||NEW^^^HOSP\rPID|||OLD^^^HOSP\r");
            assertTrue(answer.contains("\rMSA|AA|M2\r"), answer);
            assertEquals("OLD", survivor(server));
        }
    }
}
