package strata.server.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Uid;
import strata.network.Association;
import strata.network.dimse.Status;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * The kernel finds an error in the file system of the hot tier and makes it read-only under a
 * server that runs: nothing more is taken in, reading goes on, and once the file system is mounted
 * anew everything that was answered with success is there. For root.
 */
class ReadOnlyMediumTest {
    private static final int MEGABYTES = 256;
    private static final long STUDY = 8;

    @TempDir
    Path folder;

    @Test
    void ingestIsRefusedReadingGoesOnAndNothingIsLost() throws Exception {
        List<Item> items = LongStream.rangeClosed(1, 5)
                .mapToObj(n -> Item.noise(STUDY, n, 100_000))
                .toList();
        Item refused = Item.noise(STUDY, 100, 60_000);
        try (Mount medium = Mount.image(folder, "ext4", MEGABYTES, "errors=remount-ro")) {
            Path trigger = trigger(medium);
            String yaml =
                    "tiers:\n  hot: { path: " + medium.path() + "/hot, segmentSize: 4 MiB }\n";
            try (LocalServer server = LocalServer.start(folder, yaml);
                    Peer peer = new Peer(server.dicomPort())) {
                peer.send(items);
                Files.writeString(trigger, "1");
                assertEquals(Status.OUT_OF_RESOURCES, store(peer, refused));
                comesBack(peer, items);
                HttpResponse<String> ready = ready(server);
                assertEquals(503, ready.statusCode(), ready.body());
            }
            medium.unmount();
            Mount.run(false, "fsck.ext4", "-p", folder.resolve("ext4.image").toString());
            medium.mountAgain();
            try (LocalServer server = LocalServer.start(folder, yaml);
                    Peer peer = new Peer(server.dicomPort())) {
                comesBack(peer, items);
                assertEquals(Status.SUCCESS, store(peer, refused));
                assertEquals(200, ready(server).statusCode());
            }
        }
    }

    /** Where ext4 takes the order to find an error. */
    private static Path trigger(Mount medium) throws IOException {
        String device = Files.getFileStore(medium.path()).name();
        Path trigger = Path.of(
                "/sys/fs/ext4", Path.of(device).getFileName().toString(), "trigger_fs_error");
        assumeTrue(Files.isWritable(trigger), "this kernel finds no errors on demand");
        return trigger;
    }

    private static Status store(Peer peer, Item item) throws IOException {
        try (Association association =
                peer.open(Set.of(new Peer.Kind(item.sopClass(), Item.EXPLICIT)))) {
            Status status = Peer.store(association, item);
            association.release();
            return status;
        }
    }

    private static void comesBack(Peer peer, List<Item> items) throws IOException {
        Map<Uid, byte[]> got = peer.get(Item.study(STUDY), Peer.Kind.of(items)).objects();
        assertTrue(got.size() >= items.size(), "instances: " + got.size());
        for (Item item : items) {
            assertArrayEquals(
                    item.dataSet(), got.get(item.instance()), item.instance().value());
        }
    }

    private static HttpResponse<String> ready(LocalServer server) throws Exception {
        URI address = URI.create(
                "http://127.0.0.1:" + server.appliance().httpAddress().getPort() + "/health/ready");
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(address).build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
