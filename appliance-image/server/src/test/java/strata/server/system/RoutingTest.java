package strata.server.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Await;
import strata.policy.lifecycle.ActionKind;
import strata.policy.lifecycle.Explanation;
import strata.policy.lifecycle.Plan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Rules route what comes in to DCMTK's storescp: one that is there, and one that comes later. */
class RoutingTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String RULES = """
            version: 1
            rules:
              - name: to-readers
                when: '"CT" in study.modality'
                do: { route: [READER1, READER2] }
            """;

    @TempDir
    Path folder;

    private final Processes processes = new Processes();

    @AfterEach
    void end() {
        processes.close();
    }

    private LocalServer serve(int first, int second) throws IOException {
        Path rules = Files.writeString(folder.resolve("rules.yaml"), RULES);
        String yaml = String.format(
                "policy: %s%ndicom: { destinations: {"
                        + " READER1: { host: 127.0.0.1, port: %d },"
                        + " READER2: { host: 127.0.0.1, port: %d } } }%n",
                rules, first, second);
        return LocalServer.start(folder.resolve("server"), yaml);
    }

    /** Writes what comes as it came, a second arrival of an instance beside the first. */
    private Path storescp(String title, int port) throws Exception {
        Path into = Files.createDirectories(folder.resolve(title));
        processes.start(
                folder,
                List.of("storescp", "+B", "-uf", "-aet", title, "-od", into.toString(), "" + port));
        Processes.awaitListening(port);
        return into;
    }

    private static Map<String, byte[]> received(Path folder) throws IOException {
        Map<String, byte[]> objects = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Item item = Item.read(file);
                byte[] twice = objects.put(item.instance().value(), item.dataSet());
                assertTrue(twice == null, () -> item.instance() + " came twice");
            }
        }
        return objects;
    }

    private static void assertSame(List<Item> sent, Path folder) throws IOException {
        Map<String, byte[]> got = received(folder);
        assertEquals(sent.size(), got.size(), got.keySet()::toString);
        for (Item item : sent) {
            assertArrayEquals(item.dataSet(), got.get(item.instance().value()));
        }
    }

    private static long files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }

    private static void awaitRouted(LocalServer server, String peer) throws Exception {
        Await.until("all of it is at " + peer, LIMIT, () -> {
            Plan plan = server.appliance()
                    .lifecycle()
                    .dryRun(server.appliance().lifecycle().policy());
            return plan.actions().stream().noneMatch(a -> a.place().name().equals(peer));
        });
    }

    private static String explained(LocalServer server) throws IOException {
        Explanation why = server.appliance().lifecycle().explain(Item.study(1)).orElseThrow();
        return String.join("\n", why.lines());
    }

    @Test
    void whatComesGoesToEachReaderOnceThoughOneIsAwayOverARestart() throws Exception {
        Processes.need("storescp");
        int first = Processes.freePort();
        int second = Processes.freePort();
        Path there = storescp("READER2", second);
        List<Item> early = List.of(
                Item.noise(1, 1, 3_000), Item.noise(1, 2, 3_000), Item.noise(1, 3, 2_000_000));
        try (LocalServer server = serve(first, second)) {
            try (Peer peer = new Peer(server.dicomPort())) {
                peer.send(early);
            }
            server.appliance().lifecycle().runOnce();
            awaitRouted(server, "READER2");
            assertSame(early, there);
            Await.until(
                    "its trouble is told",
                    LIMIT,
                    () -> explained(server).contains("route to READER1: waiting: "));
            assertTrue(explained(server).contains("route to READER2: done"));
        }
        Item late = Item.noise(1, 4, 3_000);
        List<Item> all = Stream.concat(early.stream(), Stream.of(late)).toList();
        try (LocalServer server = serve(first, second)) {
            server.appliance().lifecycle().runOnce();
            Path now = storescp("READER1", first);
            server.appliance().routing().retry(Optional.empty(), Optional.empty());
            awaitRouted(server, "READER1");
            assertSame(early, now);
            assertEquals(3, files(there), "nothing is sent again");
            try (Peer peer = new Peer(server.dicomPort())) {
                peer.send(List.of(late));
            }
            server.appliance().lifecycle().runDue();
            awaitRouted(server, "READER1");
            awaitRouted(server, "READER2");
            assertSame(all, now);
            assertSame(all, there);
            Plan plan = server.appliance().lifecycle().runOnce().plan();
            assertEquals(0, plan.count(ActionKind.ROUTE), plan.actions()::toString);
        }
    }
}
