package strata.server.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Await;
import strata.base.Uid;
import strata.dicom.Tag;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Two servers, of which the second receives everything that the first one does. */
class ReplicationTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int OBJECTS = 60;

    @TempDir
    Path folder;

    private final Processes processes = new Processes();

    @AfterEach
    void end() {
        processes.close();
    }

    private static List<Item> items(long study) {
        return LongStream.rangeClosed(1, OBJECTS)
                .mapToObj(n -> Item.noise(study, n, 500_000))
                .toList();
    }

    private static void send(ServerProcess server, long study) throws Exception {
        try (Peer peer = new Peer(server.dicomPort())) {
            peer.send(items(study));
        }
    }

    private static int count(ServerProcess server, long study) throws Exception {
        try (Peer peer = new Peer(server.dicomPort())) {
            Map<Integer, String> series = Map.of(
                    Tag.StudyInstanceUID,
                    Item.study(study).value(),
                    Tag.SeriesInstanceUID,
                    Item.study(study).value() + ".9");
            return peer.find(Peer.ask("IMAGE", series, Tag.SOPInstanceUID)).size();
        }
    }

    private static void arrives(ServerProcess server, long study) throws Exception {
        Await.until("study " + study + " is there", LIMIT, () -> count(server, study) == OBJECTS);
        List<Item> items = items(study);
        try (Peer peer = new Peer(server.dicomPort())) {
            Map<Uid, byte[]> got =
                    peer.get(Item.study(study), Peer.Kind.of(items)).objects();
            assertEquals(OBJECTS, got.size());
            for (Item item : items) {
                assertArrayEquals(
                        item.dataSet(),
                        got.get(item.instance()),
                        item.instance().value());
            }
        }
    }

    @Test
    void everythingArrivesThroughKillsOfEitherSide() throws Exception {
        int port = Processes.freePort();
        ServerProcess second = ServerProcess.configured(
                processes,
                folder.resolve("second"),
                "replication: { listen: { bind: 127.0.0.1, port: " + port + " } }\n");
        ServerProcess first = ServerProcess.configured(
                processes,
                folder.resolve("first"),
                "replication: { sites: { dr: { host: 127.0.0.1, port: " + port + " } } }\n");
        send(first, 1);
        arrives(second, 1);

        // The receiver dies while it receives.
        send(first, 2);
        second.kill();
        send(first, 3);
        second.startAgain();
        arrives(second, 2);
        arrives(second, 3);

        // The sender dies with work left.
        send(first, 4);
        first.kill();
        first.startAgain();
        arrives(second, 4);
        send(first, 5);
        arrives(second, 5);
        arrives(first, 5);
        first.stop();
        second.stop();
    }
}
