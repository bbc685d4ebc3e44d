package strata.server.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Uid;
import strata.dicom.SopClasses;
import strata.network.Association;
import strata.network.dimse.Status;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Every shared file that is an object of a study goes through C-STORE and comes back by C-GET with
 * the data set of the file, byte for byte. Our own requestor sends and takes them, since it passes
 * on bytes as they are, which DCMTK's programs do not; see {@link DcmtkTest} for those.
 */
class EveryFileTest {
    @TempDir
    Path folder;

    private final Processes processes = new Processes();

    @AfterEach
    void end() {
        processes.close();
    }

    @Test
    void nearlyAllFilesThroughAProcess() throws Exception {
        ServerProcess server = ServerProcess.start(processes, folder);
        thereAndBack(server.dicomPort(), SharedWaves.read().get(0));
        server.stop();
    }

    @Test
    void filesThatShareAnInstanceUidWithOthers() throws Exception {
        List<List<SharedWaves.Shared>> waves = SharedWaves.read();
        for (int i = 1; i < waves.size(); i++) {
            try (LocalServer server = LocalServer.start(folder.resolve("wave" + i), "")) {
                thereAndBack(server.dicomPort(), waves.get(i));
            }
        }
    }

    private static void thereAndBack(int port, List<SharedWaves.Shared> files) throws Exception {
        Map<Uid, List<Item>> studies = new LinkedHashMap<>();
        Map<Uid, String> paths = new LinkedHashMap<>();
        for (SharedWaves.Shared file : files) {
            Item item = Item.read(file.file());
            paths.put(item.instance(), file.path());
            studies.computeIfAbsent(file.study(), s -> new ArrayList<>()).add(item);
        }
        try (Peer peer = new Peer(port)) {
            for (List<Item> items : studies.values()) {
                try (Association association = peer.open(Peer.Kind.of(items))) {
                    for (Item item : items) {
                        Status status = Peer.store(association, item);
                        assertEquals(Status.SUCCESS, status, paths.get(item.instance()));
                    }
                    association.release();
                }
            }
            for (Map.Entry<Uid, List<Item>> study : studies.entrySet()) {
                comesBack(peer, study.getKey(), study.getValue(), paths);
            }
        }
    }

    private static void comesBack(Peer peer, Uid study, List<Item> items, Map<Uid, String> paths)
            throws Exception {
        Peer.Got got = peer.get(study, Peer.Kind.of(items));
        assertEquals(Status.SUCCESS, got.result().status(), study + " " + got.result());
        assertEquals(items.size(), got.objects().size(), study.value());
        for (Item item : items) {
            assertArrayEquals(
                    item.dataSet(), got.objects().get(item.instance()), paths.get(item.instance()));
        }
    }

    @Test
    void privateAndUnknownSopClassesAreKept() throws Exception {
        Uid ofAVendor = new Uid("1.3.46.670589.5.0.1.1");
        Uid ofNobody = new Uid("2.25.99999999999999999999");
        Uid ofTheFuture = new Uid("1.2.840.10008.5.1.4.1.1.99999.1");
        List<Item> items = List.of(
                Item.of(ofAVendor, 1, 1, new byte[2000]),
                Item.of(ofNobody, 1, 2, new byte[3000]),
                Item.of(ofTheFuture, 1, 3, new byte[4000]));
        assertTrue(items.stream().allMatch(i -> SopClasses.isStorage(i.sopClass())));
        try (LocalServer server = LocalServer.start(folder, "");
                Peer peer = new Peer(server.dicomPort())) {
            peer.send(items);
            comesBack(peer, Item.study(1), items, Map.of());
        }
    }
}
