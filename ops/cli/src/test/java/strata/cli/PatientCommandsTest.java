package strata.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.LogLines;

import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Merging patients by command, and where their identifiers may be seen. */
class PatientCommandsTest {
    private static final String OLD = "OLD-4711";
    private static final String NEW = "NEW-0815";

    @TempDir
    Path dir;

    private static void assertNamesNobody(String text) {
        assertFalse(text.contains(OLD) || text.contains(NEW), text);
    }

    @Test
    void aMergeIsListedAndTakenBackAndNothingButTheListNamesAnybody() throws Exception {
        try (LogLines ours = LogLines.of("strata");
                LogLines network = LogLines.of("io.netty");
                RunningSite site = new RunningSite(dir.resolve("data"))) {
            String at = "--server=" + site.url();
            assertEquals(
                    "merged\n",
                    RunningSite.run("patients", "merge", OLD, "--into", NEW, "--issuer", "H", at)
                            .out());
            List<String> table = RunningSite.run("patients", at).out().lines().toList();
            assertEquals(
                    "PATIENT ISSUER INTO ISSUER STATE SINCE BY",
                    table.get(0).replaceAll(" +", " "));
            assertTrue(table.get(1).matches(OLD + " +H +" + NEW + " +merged .*"), table::toString);
            assertEquals(
                    "not merged\n",
                    RunningSite.run("patients", "unmerge", OLD, "--issuer", "H", at)
                            .out());
            assertEquals(1, RunningSite.run("patients", at).out().lines().count());
            assertTrue(RunningSite.run("patients", "--all", at).out().contains("taken back"));
            for (RunningSite.Run wrong : List.of(
                    RunningSite.run("patients", "unmerge", OLD, at),
                    RunningSite.run("patients", "merge", OLD, "--into", OLD, at),
                    RunningSite.run("patients", "merge", OLD, "--into", NEW + "\\", at))) {
                assertTrue(wrong.exit() > 0, wrong::toString);
                assertNamesNobody(wrong.err());
            }
            assertEquals(2, site.audited.size(), site.audited::toString);
            assertNamesNobody(site.audited.toString());
            assertNamesNobody(ours.toString());
            assertNamesNobody(network.toString());
        }
    }

    /** Addresses are what proxies on the way log. */
    @Test
    void noAddressHasAnIdentifier() throws Exception {
        Queue<String> addresses = new ConcurrentLinkedQueue<>();
        Queue<String> bodies = new ConcurrentLinkedQueue<>();
        HttpServer proxy =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        proxy.createContext("/", exchange -> {
            addresses.add(exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().entrySet());
            bodies.add(
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            byte[] answer = "{\"merged\":true}\n".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(answer);
            }
        });
        proxy.start();
        try {
            String at = "--server=http://127.0.0.1:" + proxy.getAddress().getPort();
            RunningSite.run("patients", "merge", OLD, "--into", NEW, at);
            RunningSite.run("patients", "unmerge", OLD, at);
        } finally {
            proxy.stop(0);
        }
        assertEquals(2, addresses.size());
        assertNamesNobody(addresses.toString());
        assertTrue(bodies.peek().contains(OLD) && bodies.peek().contains(NEW), bodies::toString);
    }

    @Test
    void identifiersInTheAddressAndOddBodiesAreRefusedWithoutBeingRepeated() throws Exception {
        try (RunningSite site = new RunningSite(dir.resolve("data"))) {
            String sound = "{\"patient\":\"" + OLD + "\",\"into\":\"" + NEW + "\"}";
            String[][] wrong = {
                {"?patient=" + OLD, sound, "patient goes into the body"},
                {"?into=" + NEW, sound, "into goes into the body"},
                {"", "", "a JSON object"},
                {"", sound + "x", "a JSON object"},
                {"", "{\"patient\":\"" + OLD + "\",\"patient\":\"" + NEW + "\"}", "a JSON object"},
                {"", "{\"patient\":{\"a\":\"" + OLD + "\"}}", "a JSON object"},
                {"", "{\"patient\":\"" + OLD + "\",\"name\":\"Doe\"}", "known here: into, "},
                {"", "{\"patient\":\"" + OLD, "a JSON object"},
                {"", "{\"patient\":\"" + OLD + "\"}", "into: a patient identifier is empty"},
                {"", "{\"patient\":\"" + OLD + " ".repeat(20_000) + "\"}", "at most 16384"},
            };
            for (String[] row : wrong) {
                HttpResponse<String> answer = HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(URI.create(
                                                site.url() + "/api/v1/patients/merge" + row[0]))
                                        .header("X-Strata", "1")
                                        .POST(HttpRequest.BodyPublishers.ofString(row[1]))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());
                assertEquals(4, answer.statusCode() / 100, row[2] + ": " + answer.body());
                assertTrue(answer.body().contains(row[2]), row[2] + ": " + answer.body());
                assertNamesNobody(answer.body());
            }
            assertEquals(0, site.audited.size());
        }
    }
}
