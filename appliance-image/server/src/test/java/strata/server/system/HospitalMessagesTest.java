package strata.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Digest;
import strata.base.Uid;
import strata.base.tls.TestCertificates;
import strata.catalog.PatientId;
import strata.dicom.DataSet;
import strata.dicom.Part10;
import strata.dicom.Tag;
import strata.network.Association;
import strata.network.dimse.Status;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

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
            return send(socket, message);
        }
    }

    private static String send(Socket socket, String message) throws IOException {
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

    /** Decision 0061: the web is told to give the current patient, C-GET is not. */
    @Test
    void whoAsksForItGetsTheCurrentPatientAndOthersWhatWasReceived() throws Exception {
        Item item = Item.noise(7, 1, 2000);
        String yaml = YAML + "http: { patientIdentity: current }\n";
        try (LocalServer server = LocalServer.start(folder, yaml);
                Peer peer = new Peer(server.dicomPort())) {
            Peer.Kind kind = new Peer.Kind(item.sopClass(), Item.EXPLICIT);
            try (Association association = peer.open(Set.of(kind))) {
                assertEquals(Status.SUCCESS, Peer.store(association, item));
                association.release();
            }
            assertEquals("P7", webPatient(server, item));
            send(server, head("A40", "M1") + "PID|||NEW^^^HOSP||Doe^Jane\rMRG|P7^^^HOSP\r");
            assertEquals("NEW, before P7", webPatient(server, item));
            Map<Uid, Digest> got = new ConcurrentHashMap<>();
            peer.get(Item.study(7), Set.of(kind), (info, request) -> new DigestSink(request, got));
            assertEquals(Map.of(item.instance(), item.digest()), got, "as received");
            send(server, head("A37", "M2") + "PID|||NEW^^^HOSP\rPID|||P7^^^HOSP\r");
            assertEquals("P7", webPatient(server, item));
        }
    }

    private static String webPatient(LocalServer server, Item item) throws Exception {
        int port = server.appliance().httpAddress().getPort();
        URI uri = URI.create("http://127.0.0.1:" + port + "/dicom-web/studies/" + Item.study(7)
                + "/series/" + Item.study(7) + ".9/instances/" + item.instance());
        HttpResponse<InputStream> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(uri)
                                .header("Accept", "application/dicom")
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        assertEquals(200, response.statusCode());
        try (InputStream body = response.body()) {
            DataSet file = Part10.read(body).dataSet();
            String before = file.items(Tag.OriginalAttributesSequence).stream()
                    .flatMap(each -> each.items(Tag.ModifiedAttributesSequence).stream())
                    .map(each -> ", before " + each.string(Tag.PatientID).orElse("nobody"))
                    .collect(Collectors.joining());
            return file.string(Tag.PatientID).orElse("") + before;
        }
    }

    @Test
    void overTlsOneWhoProvesWhoHeIsIsAnsweredAndTheMetricsTellOfTheOthers() throws Exception {
        TestCertificates authority = TestCertificates.authority("Hospital CA");
        TestCertificates adt = authority.issue("adt");
        authority.issue("archive").files(folder, "archive");
        String yaml = """
                tls: { key: %1$s/archive.key, certificates: %1$s/archive.pem, trust: %1$s/archive-ca.pem }
                hl7: { port: 0, tls: true, certificates: ["%2$s"], domain: HOSP }
                """.formatted(folder, adt.fingerprint());
        String merge = head("A40", "M1") + "PID|||NEW^^^HOSP||Doe^Jane\rMRG|OLD^^^HOSP\r";
        try (LocalServer server = LocalServer.start(folder, yaml)) {
            try (Socket other = connect(server, authority, authority.issue("modality"))) {
                // Cut: with an end of the stream or a reset.
                String answer;
                try {
                    answer = send(other, merge);
                } catch (IOException reset) {
                    answer = "";
                }
                assertEquals("", answer);
            }
            assertEquals("OLD", survivor(server));
            try (Socket sender = connect(server, authority, adt)) {
                String answer = send(sender, merge);
                assertTrue(answer.contains("\rMSA|AA|M1\r"), answer);
            }
            assertEquals("NEW", survivor(server));
            String metrics = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                                            + server.appliance().httpAddress().getPort()
                                            + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            for (String line : List.of(
                    "strata_hl7_listening_state 1.0",
                    "strata_hl7_messages_total{answer=\"AA\",type=\"ADT\"} 1.0",
                    "strata_hl7_connections_broken_total{reason=\"certificate\"} 1.0",
                    "strata_hl7_last_message_age_seconds ")) {
                assertTrue(metrics.contains("\n" + line), () -> line + " in " + metrics);
            }
        }
    }

    private static Socket connect(
            LocalServer server, TestCertificates authority, TestCertificates shown)
            throws Exception {
        InetSocketAddress at = server.appliance().hl7Address().orElseThrow();
        return TestCertificates.client(authority, Optional.of(shown))
                .getSocketFactory()
                .createSocket(at.getAddress(), at.getPort());
    }
}
