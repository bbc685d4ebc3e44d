package strata.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.AeTitle;
import strata.base.Await;
import strata.base.Metrics;
import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.Part10;
import strata.dicom.Tag;
import strata.dicom.Vr;
import strata.network.dimse.Status;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** DCMTK's programs against our acceptor, and our requestor against DCMTK's servers. */
class DcmtkPeersTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int OBJECTS = 12;

    @TempDir
    Path folder;

    private DimseClient client;
    private MemoryArchive archive;
    private DimseServer server;

    @BeforeEach
    void start() throws Exception {
        client = DimseClient.start(Metrics.none());
        archive = new MemoryArchive(client);
        server = Peers.server(archive.services());
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private static void need(String... programs) {
        for (String program : programs) {
            assumeTrue(
                    Stream.of(System.getenv("PATH").split(":"))
                            .anyMatch(each -> Files.isExecutable(Path.of(each, program))),
                    program + " of DCMTK is not installed");
        }
    }

    private Process launch(String... command) throws IOException {
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(command[0] + ".log").toFile())
                .start();
    }

    /** Runs one of the programs against our acceptor. */
    private String run(String program, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                program,
                "-aet",
                "TESTER",
                "-aec",
                "STRATA",
                "127.0.0.1",
                String.valueOf(server.port())));
        command.addAll(Arrays.asList(arguments));
        Process process = launch(command.toArray(String[]::new));
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), program + " hangs");
        String said =
                Files.readString(folder.resolve(program + ".log"), StandardCharsets.ISO_8859_1);
        assertEquals(0, process.exitValue(), said);
        return said;
    }

    private static byte[] file(int number, int pixelBytes) {
        byte[] header = Part10.header(Peers.CT, Peers.instance(number), Peers.EXPLICIT);
        byte[] object = Peers.object(number, pixelBytes);
        byte[] file = Arrays.copyOf(header, header.length + object.length);
        System.arraycopy(object, 0, file, header.length, object.length);
        return file;
    }

    private Path filesToSend(int pixelBytes) throws IOException {
        Path files = Files.createDirectories(folder.resolve("files"));
        for (int i = 0; i < OBJECTS; i++) {
            Files.write(files.resolve(i + ".dcm"), file(i, pixelBytes));
        }
        return files;
    }

    private void fillArchive(int pixelBytes) {
        for (int i = 0; i < OBJECTS; i++) {
            archive.objects.put(
                    Peers.instance(i),
                    new MemoryArchive.Stored(
                            Peers.CT, Peers.EXPLICIT, Peers.object(i, pixelBytes), null));
        }
    }

    /** The data sets in DCMTK's bit-preserving output files. */
    private static List<byte[]> dataSets(Path files) throws IOException {
        List<byte[]> found = new ArrayList<>();
        try (Stream<Path> all = Files.list(files)) {
            for (Path each : all.filter(Files::isRegularFile).sorted().toList()) {
                byte[] bytes = Files.readAllBytes(each);
                int metaLength =
                        (bytes[140] & 0xff) | (bytes[141] & 0xff) << 8 | (bytes[142] & 0xff) << 16;
                found.add(Arrays.copyOfRange(bytes, 144 + metaLength, bytes.length));
            }
        }
        return found;
    }

    @Test
    void echoscu() throws Exception {
        need("echoscu");
        run("echoscu");
        run("echoscu", "--propose-pc", "128");
    }

    @Test
    void storescuInItsDefaultsAndWithShortPdus() throws Exception {
        need("storescu");
        for (String pdu : new String[] {"4096", "16384", "131072"}) {
            archive.objects.clear();
            Path files = filesToSend(600_001);
            run("storescu", "+sd", "-pdu", pdu, "-xe", files.toString());
            assertEquals(OBJECTS, archive.objects.size(), "PDU " + pdu);
            for (int i = 0; i < OBJECTS; i++) {
                assertArrayEquals(
                        Peers.object(i, 600_001),
                        archive.objects.get(Peers.instance(i)).bytes());
            }
        }
    }

    @Test
    void storescuWithNagleOnIsNotHeldBackByDelayedAcknowledgements() throws Exception {
        need("storescu");
        assumeTrue(io.netty.channel.epoll.Epoll.isAvailable(), "only epoll has TCP_QUICKACK");
        Path files = folder.resolve("many");
        Files.createDirectories(files);
        int count = 100;
        for (int i = 0; i < count; i++) {
            Files.write(files.resolve(i + ".dcm"), file(i, 200_001));
        }
        long began = System.nanoTime();
        run("storescu", "+sd", files.toString());
        double seconds = (System.nanoTime() - began) / 1e9;
        assertEquals(count, archive.objects.size());
        // Delayed acknowledgements cost about 40 ms an object, 4 s for these.
        assertTrue(seconds < 3, seconds + " s");
    }

    @Test
    void findscuWithAnswersAndWithACancel() throws Exception {
        need("findscu");
        fillArchive(10);
        String said = run(
                "findscu", "-v", "-S", "-k", "QueryRetrieveLevel=IMAGE", "-k", "SOPInstanceUID");
        assertEquals(
                OBJECTS,
                said.lines()
                        .filter(line -> line.contains("Find Response") && !line.contains("Final"))
                        .count(),
                said);
        run(
                "findscu",
                "--cancel",
                "3",
                "-S",
                "-k",
                "QueryRetrieveLevel=IMAGE",
                "-k",
                "SOPInstanceUID");
    }

    @Test
    void getscuKeepsEveryByte() throws Exception {
        need("getscu");
        fillArchive(500_000);
        Path got = Files.createDirectories(folder.resolve("got"));
        run(
                "getscu",
                "-S",
                "+B",
                "-od",
                got.toString(),
                "-k",
                "QueryRetrieveLevel=STUDY",
                "-k",
                "StudyInstanceUID=2.25.7");
        assertReceived(got, 500_000);
    }

    private void assertReceived(Path files, int pixelBytes) throws IOException {
        List<byte[]> received = dataSets(files);
        assertEquals(OBJECTS, received.size());
        for (int i = 0; i < OBJECTS; i++) {
            byte[] sent = Peers.object(i, pixelBytes);
            assertTrue(
                    received.stream().anyMatch(each -> Arrays.equals(each, sent)), "object " + i);
        }
    }

    @Test
    void movescuToStorescp() throws Exception {
        need("movescu", "storescp");
        fillArchive(300_000);
        int port = freePort();
        Path got = Files.createDirectories(folder.resolve("moved"));
        Process storescp = launch(
                "storescp", "+B", "-od", got.toString(), "-aet", "DEST", String.valueOf(port));
        try {
            awaitListening(port);
            archive.destinations.put(
                    new AeTitle("DEST"),
                    RequestOptions.of("127.0.0.1", port, Peers.SERVER, new AeTitle("DEST")));
            run(
                    "movescu",
                    "-aem",
                    "DEST",
                    "-S",
                    "-k",
                    "QueryRetrieveLevel=STUDY",
                    "-k",
                    "StudyInstanceUID=2.25.7");
            assertReceived(got, 300_000);
        } finally {
            storescp.destroy();
        }
    }

    @Test
    void ourRequestorStoresToStorescp() throws Exception {
        need("storescp");
        int port = freePort();
        Path got = Files.createDirectories(folder.resolve("stored"));
        Process storescp = launch("storescp", "+B", "-od", got.toString(), String.valueOf(port));
        try {
            awaitListening(port);
            RequestOptions options = RequestOptions.of(
                            "127.0.0.1", port, Peers.CLIENT, new AeTitle("ANY"))
                    .propose(Peers.VERIFICATION, List.of(Peers.IMPLICIT))
                    .propose(Peers.CT, List.of(Peers.EXPLICIT))
                    .withWindow(4, 1);
            try (Association association = client.open(options)) {
                assertEquals(Status.SUCCESS, association.echo());
                for (int i = 0; i < OBJECTS; i++) {
                    StoreCommand command =
                            StoreCommand.of(Peers.CT, Peers.instance(i), Peers.EXPLICIT);
                    assertEquals(
                            Status.SUCCESS,
                            association.store(command, DataSource.of(Peers.object(i, 100_000))));
                }
                association.release();
            }
            assertReceived(got, 100_000);
        } finally {
            storescp.destroy();
        }
    }

    @Test
    void ourRequestorUsesAllServicesOfDcmqrscp() throws Exception {
        need("dcmqrscp");
        int port = freePort();
        Files.createDirectories(folder.resolve("db"));
        Path config = folder.resolve("dcmqrscp.cfg");
        Files.writeString(
                config,
                "NetworkTCPPort = " + port + "\nMaxPDUSize = 16384\nMaxAssociations = 16\n"
                        + "HostTable BEGIN\nself = (TESTER, 127.0.0.1, " + server.port()
                        + ")\nHostTable END\nVendorTable BEGIN\nVendorTable END\n"
                        + "AETable BEGIN\nQR " + folder.resolve("db")
                        + " RW (100, 100mb) ANY\nAETable END\n");
        Process dcmqrscp = launch("dcmqrscp", "-c", config.toString());
        try {
            awaitListening(port);
            useAllServices(port);
        } finally {
            dcmqrscp.destroy();
        }
    }

    private void useAllServices(int port) throws Exception {
        RequestOptions options = RequestOptions.of(
                        "127.0.0.1", port, Peers.CLIENT, new AeTitle("QR"))
                .propose(Peers.VERIFICATION, List.of(Peers.IMPLICIT))
                .propose(Peers.CT, List.of(Peers.EXPLICIT))
                .propose(Peers.STUDY_FIND, List.of(Peers.EXPLICIT))
                .propose(Peers.STUDY_GET, List.of(Peers.EXPLICIT));
        try (Association association = client.open(options)) {
            assertEquals(Status.SUCCESS, association.echo());
            for (int i = 0; i < OBJECTS; i++) {
                StoreCommand command = StoreCommand.of(Peers.CT, Peers.instance(i), Peers.EXPLICIT);
                assertEquals(
                        Status.SUCCESS,
                        association.store(command, DataSource.of(Peers.object(i, 80_000))));
            }
            List<Uid> found = new ArrayList<>();
            DataSet series = new DataSet()
                    .putString(Tag.QueryRetrieveLevel, Vr.CS, "IMAGE")
                    .putUid(Tag.StudyInstanceUID, new Uid("2.25.7"))
                    .putUid(Tag.SeriesInstanceUID, new Uid("2.25.8"))
                    .putEmpty(Tag.SOPInstanceUID, Vr.UI);
            assertEquals(
                    Status.SUCCESS,
                    association.find(
                            Peers.STUDY_FIND,
                            series,
                            match -> found.add(match.uid(Tag.SOPInstanceUID).orElseThrow())));
            assertEquals(OBJECTS, found.size());
            association.release();
        }
        DataSet study = new DataSet()
                .putString(Tag.QueryRetrieveLevel, Vr.CS, "STUDY")
                .putUid(Tag.StudyInstanceUID, new Uid("2.25.7"));
        MemoryArchive received = new MemoryArchive(null);
        try (Association association = client.open(options.asScp(Peers.CT))) {
            RetrieveResult result = association.get(
                    Peers.STUDY_GET, study, received, counts -> {}, new Cancellation());
            assertEquals(Status.SUCCESS, result.status());
            assertEquals(OBJECTS, result.counts().completed());
            association.release();
        }
        for (int i = 0; i < OBJECTS; i++) {
            assertArrayEquals(
                    Peers.object(i, 80_000),
                    received.objects.get(Peers.instance(i)).bytes());
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void awaitListening(int port) throws Exception {
        Await.until("port " + port + " listens", LIMIT, () -> {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                return socket.isConnected();
            } catch (IOException e) {
                return false;
            }
        });
    }
}
