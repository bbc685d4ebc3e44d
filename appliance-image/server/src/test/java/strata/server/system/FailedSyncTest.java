package strata.server.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Await;
import strata.base.Uid;
import strata.network.Association;
import strata.network.dimse.Status;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * T5 at a real server: strace makes an fdatasync of a segment fail with EIO. Its object is not
 * acknowledged, its file is never synced again, the next objects go to another segment, and a
 * restart has what was acknowledged. And a direct write that is refused costs nothing.
 */
class FailedSyncTest {
    private static final int OBJECTS = 40;
    /** Strace counts by thread. */
    private static final long STUDY = 9;

    private static final Pattern SYNC =
            Pattern.compile("fdatasync\\((\\d+)<([^>]*)>\\)\\s*= (-?\\d+)(.*INJECTED)?");

    @TempDir
    Path folder;

    private final Processes processes = new Processes();

    @AfterEach
    void end() {
        processes.close();
    }

    @Test
    void aSyncThatFailsIsNotAcknowledgedAndNotRepeated() throws Exception {
        Processes.need("strace");
        ServerProcess server = ServerProcess.start(processes, folder);
        Path trace = folder.resolve("trace.txt");
        Map<Uid, byte[]> acknowledged = new LinkedHashMap<>();
        int refused = 0;
        Processes.Started strace;
        try (Peer peer = new Peer(server.dicomPort());
                Association association =
                        peer.open(Set.of(new Peer.Kind(item(0).sopClass(), Item.EXPLICIT)))) {
            assertEquals(Status.SUCCESS, Peer.store(association, item(1)));
            acknowledged.put(item(1).instance(), item(1).dataSet());
            // Calls are counted for each thread, and any thread may be the one that syncs: the
            // first
            // sync of each fails, but only those of this segment.
            strace = trace(
                    server,
                    trace,
                    List.of(
                            "-y",
                            "-P",
                            segment().toString(),
                            "-e",
                            "trace=fdatasync",
                            "-e",
                            "inject=fdatasync:error=EIO:when=1"));
            for (int n = 2; n <= OBJECTS; n++) {
                Status status = Peer.store(association, item(n));
                if (status.equals(Status.SUCCESS)) {
                    acknowledged.put(item(n).instance(), item(n).dataSet());
                } else {
                    assertEquals(Status.OUT_OF_RESOURCES, status);
                    refused++;
                }
            }
            association.release();
        }
        strace.process().destroy();
        strace.process().waitFor();
        assertTrue(refused >= 1, () -> "no object was refused\n" + Processes.text(trace));
        assertTrue(acknowledged.size() > OBJECTS / 2, "ingest did not go on");
        assertEquals(List.of(), syncedAgain(Processes.text(trace)));
        server.kill();
        server.startAgain();
        try (Peer peer = new Peer(server.dicomPort())) {
            Map<Uid, byte[]> got =
                    peer.get(Item.study(STUDY), Peer.Kind.of(List.of(item(0)))).objects();
            acknowledged.forEach((uid, bytes) -> assertArrayEquals(bytes, got.get(uid)));
        }
        server.stop();
    }

    /** A file system that opens for O_DIRECT and then refuses it costs no object. */
    @Test
    void aDirectWriteThatIsRefusedGoesThroughThePageCache() throws Exception {
        Processes.need("strace");
        ServerProcess server = ServerProcess.start(processes, folder);
        List<Item> items = new ArrayList<>();
        for (int n = 1; n <= 10; n++) {
            items.add(Item.noise(STUDY, n, n == 1 ? 1000 : 200_000));
        }
        try (Peer peer = new Peer(server.dicomPort());
                Association association =
                        peer.open(Set.of(new Peer.Kind(item(0).sopClass(), Item.EXPLICIT)))) {
            assertEquals(Status.SUCCESS, Peer.store(association, items.get(0)));
            Path segment = segment();
            Path trace = folder.resolve("trace.txt");
            Processes.Started strace = trace(
                    server,
                    trace,
                    List.of(
                            "-P",
                            segment.toString(),
                            "-e",
                            "trace=pwrite64",
                            "-e",
                            "inject=pwrite64:error=EINVAL:when=2"));
            // Its first write fills the page behind the short one, its second is the direct one.
            assertEquals(Status.SUCCESS, Peer.store(association, items.get(1)));
            strace.process().destroy();
            strace.process().waitFor();
            for (Item item : items.subList(2, items.size())) {
                assertEquals(Status.SUCCESS, Peer.store(association, item));
            }
            association.release();
            String calls = Processes.text(trace);
            assertTrue(calls.contains("EINVAL"), calls);
        }
        server.kill();
        server.startAgain();
        try (Peer peer = new Peer(server.dicomPort())) {
            Map<Uid, byte[]> got =
                    peer.get(Item.study(STUDY), Peer.Kind.of(items)).objects();
            items.forEach(item -> assertArrayEquals(item.dataSet(), got.get(item.instance())));
        }
        server.stop();
    }

    private Path segment() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith("1.seg"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private Processes.Started trace(ServerProcess server, Path into, List<String> options)
            throws Exception {
        List<String> command = new ArrayList<>(List.of("strace", "-f"));
        command.addAll(List.of("-p", Long.toString(server.process().pid())));
        command.addAll(List.of("-o", into.toString()));
        command.addAll(options);
        Processes.Started strace = processes.start(folder, command);
        awaitAttached(strace);
        return strace;
    }

    private static Item item(long number) {
        return Item.noise(STUDY, number, 20_000);
    }

    private static void awaitAttached(Processes.Started strace) throws Exception {
        Await.until("strace is attached", Duration.ofSeconds(30), () -> {
            return !strace.process().isAlive() || strace.said().contains("attached");
        });
        assumeTrue(strace.process().isAlive(), "strace may not attach: " + strace.said());
    }

    /** Files that were synced after their sync had failed. */
    private static List<String> syncedAgain(String trace) {
        List<String> failed = new ArrayList<>();
        List<String> again = new ArrayList<>();
        for (String line : trace.split("\n")) {
            Matcher sync = SYNC.matcher(line);
            if (sync.find()) {
                if (failed.contains(sync.group(2))) {
                    again.add(line);
                }
                if (sync.group(3).equals("-1")) {
                    failed.add(sync.group(2));
                }
            }
        }
        assertTrue(!failed.isEmpty(), () -> "no sync failed in\n" + trace);
        return again;
    }
}
