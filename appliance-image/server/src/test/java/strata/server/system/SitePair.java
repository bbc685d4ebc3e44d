package strata.server.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import strata.base.Await;
import strata.base.Uid;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;

/** Two servers, {@code a} and {@code b}, each of which replicates to the other by a cable. */
final class SitePair implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int OF_A_STUDY = 50;
    private static final int PIXEL_BYTES = 200;

    final Cable toA;
    final Cable toB;
    final ServerProcess a;
    final ServerProcess b;

    /** @param more of both configurations, as YAML */
    SitePair(Processes processes, Path folder, String more) throws Exception {
        int portA = Processes.freePort();
        int portB = Processes.freePort();
        toA = new Cable(portA);
        toB = new Cable(portB);
        a = ServerProcess.configured(
                processes, folder.resolve("a"), more + yaml(portA, "b", toB.port()));
        b = ServerProcess.configured(
                processes, folder.resolve("b"), more + yaml(portB, "a", toA.port()));
    }

    private static String yaml(int listen, String other, int port) {
        return "replication: { listen: { bind: 127.0.0.1, port: " + listen + " }, sites: { " + other
                + ": { host: 127.0.0.1, port: " + port + " } } }\n";
    }

    void cut() {
        toA.cut();
        toB.cut();
    }

    void heal() {
        toA.heal();
        toB.heal();
    }

    /** Small objects, {@value #OF_A_STUDY} to a study. */
    static Map<Long, List<Item>> studies(long firstStudy, int objects) {
        Map<Long, List<Item>> studies = new TreeMap<>();
        for (long study = firstStudy; objects > 0; study++, objects -= OF_A_STUDY) {
            long number = study;
            studies.put(
                    study,
                    LongStream.rangeClosed(1, Math.min(objects, OF_A_STUDY))
                            .mapToObj(n -> Item.noise(number, n, PIXEL_BYTES))
                            .toList());
        }
        return studies;
    }

    static void send(ServerProcess server, Map<Long, List<Item>> studies) throws IOException {
        try (Peer peer = new Peer(server.dicomPort())) {
            for (List<Item> items : studies.values()) {
                peer.send(items);
            }
        }
    }

    /** Every version of a server in sight, once, as {@code INSTANCE SHA256}. */
    static Map<String, String> manifest(ServerProcess server) throws IOException {
        Map<String, String> versions = new TreeMap<>();
        List<String> twice = new ArrayList<>();
        for (JsonNode each : get(server, "/manifest?limit=999999999")) {
            String version = each.path("sopInstanceUid").asText() + " "
                    + each.path("sha256").asText();
            if (versions.put(version, each.path("state").asText()) != null) {
                twice.add(version);
            }
        }
        assertEquals(List.of(), twice, "the same twice");
        return versions;
    }

    /** How many versions of a study are in sight, and their bytes; 0 where it is not known. */
    static List<Long> counted(ServerProcess server, long study) throws IOException {
        try {
            JsonNode found = get(server, "/studies/" + Item.study(study).value());
            return List.of(found.path("current").asLong(), found.path("bytes").asLong());
        } catch (FileNotFoundException e) {
            return List.of(0L, 0L); // 404: nothing of it has come yet.
        }
    }

    static JsonNode get(ServerProcess server, String path) throws IOException {
        return ask("GET", server, path);
    }

    static JsonNode ask(String method, ServerProcess server, String path) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create(server.http() + "/api/v1" + path).toURL().openConnection();
        connection.setRequestMethod(method);
        connection.setRequestProperty("Connection", "close");
        connection.setRequestProperty("X-Strata", "1");
        try (InputStream in = connection.getInputStream()) {
            return JSON.readTree(in);
        } finally {
            connection.disconnect();
        }
    }

    /** Waits until both have the same versions, and as many. */
    void awaitEqual(int versions, Duration limit, String which) throws Exception {
        Map<ServerProcess, Integer> counts = new HashMap<>();
        try {
            Await.until("both sites are equal, " + which, limit, () -> {
                Map<String, String> here = manifest(a);
                Map<String, String> there = manifest(b);
                counts.put(a, here.size());
                counts.put(b, there.size());
                return here.size() >= versions && here.equals(there);
            });
        } catch (AssertionError e) {
            throw new AssertionError(
                    which + ": " + counts.get(a) + " at a, " + counts.get(b) + " at b, wanted "
                            + versions + "; " + get(a, "/status").path("replicas") + " "
                            + get(b, "/status").path("replicas"),
                    e);
        }
        assertEquals(versions, manifest(a).size(), which);
    }

    /** Every object of the studies comes from the server as it was sent. */
    static void assertServes(ServerProcess server, Map<Long, List<Item>> studies)
            throws IOException {
        try (Peer peer = new Peer(server.dicomPort())) {
            for (Map.Entry<Long, List<Item>> each : studies.entrySet()) {
                Map<Uid, byte[]> got = new HashMap<>(
                        peer.get(Item.study(each.getKey()), Peer.Kind.of(each.getValue()))
                                .objects());
                for (Item item : each.getValue()) {
                    assertArrayEquals(
                            item.dataSet(),
                            got.remove(item.instance()),
                            item.instance().value());
                }
                assertTrue(got.isEmpty(), () -> "also " + new HashSet<>(got.keySet()));
            }
        }
    }

    @Override
    public void close() {
        toA.close();
        toB.close();
    }
}
