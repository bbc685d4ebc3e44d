package strata.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What {@code strata serve} says and how it ends. */
class ServeTest {
    @TempDir
    Path folder;

    private final Processes processes = new Processes();

    @AfterEach
    void end() {
        processes.close();
    }

    @Test
    void answersOnceItIsReadyAndEndsCleanlyOnASignal() throws Exception {
        ServerProcess server = ServerProcess.start(processes, folder);
        try (Peer peer = new Peer(server.dicomPort())) {
            peer.echo();
        }
        assertEquals(200, get(server, "/health/live"));
        assertEquals(200, get(server, "/health/ready"));
        assertEquals(200, get(server, "/metrics"));
        server.stop();
        server.startAgain();
        server.stop();
    }

    private static int get(ServerProcess server, String path) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(server.http() + path)).build();
        return HttpClient.newHttpClient()
                .send(request, BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void refusesADataDirectoryInUse() throws Exception {
        ServerProcess server = ServerProcess.start(processes, folder);
        refused("in use", "--data", server.data().toString());
        try (Peer peer = new Peer(server.dicomPort())) {
            peer.echo();
        }
    }

    @Test
    void refusesAPortThatIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());
            refused(port, "--data", data(), "--dicom-port", port);
            refused(port, "--data", data(), "--http-port", port);
        }
    }

    @Test
    void refusesADataDirectoryThatCannotBe() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "no directory");
        refused("file", "--data", file.resolve("data").toString());
    }

    @Test
    void refusesAnUnknownKey() throws Exception {
        Path config =
                Files.writeString(folder.resolve("strata.yaml"), "aet: X\ndicom: {prot: 1}\n");
        refused("prot", "--data", data(), "--config", config.toString());
        assertFalse(Files.exists(Path.of(data())), "made before the configuration was right");
    }

    @Test
    void refusesToListenBeyondLoopback() throws Exception {
        refused("loopback", "--data", data(), "--bind", "0.0.0.0");
    }

    private String data() {
        return folder.resolve("data").toString();
    }

    /** Exit code 2, and one line on stderr with this word. */
    private void refused(String word, String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("serve"));
        arguments.addAll(List.of(options));
        for (String port : List.of("--dicom-port", "--http-port")) {
            if (!arguments.contains(port)) {
                arguments.addAll(List.of(port, "0"));
            }
        }
        Processes.Ended ended =
                ServerProcess.run(processes, folder, arguments.toArray(String[]::new));
        assertEquals(2, ended.exit(), ended::all);
        assertEquals(1, ended.err().lines().count(), ended::all);
        assertTrue(ended.err().contains(word), ended::all);
        assertFalse(ended.out().contains("ready"), ended::all);
    }
}
