package strata.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.AeTitle;
import strata.base.Await;
import strata.base.Metrics;
import strata.base.tls.CertificateBinding;
import strata.base.tls.TestCertificates;
import strata.base.tls.TlsContext;
import strata.base.tls.TlsFiles;
import strata.dicom.Part10;
import strata.network.dimse.Status;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** DCMTK's TLS against ours, both ways. */
class DcmtkTlsTest {
    private static final TestCertificates CA = TestCertificates.authority("Test CA");
    private static final TestCertificates ARCHIVE = CA.issue("archive");
    private static final TestCertificates DCMTK = CA.issueRsa("dcmtk", 2048);
    private static final int PIXELS = 400_001;

    @TempDir
    Path folder;

    private TlsFiles files;
    private TlsContext tls;
    private DimseClient client;
    private MemoryArchive archive;
    private DimseServer server;

    @BeforeEach
    void start() throws Exception {
        for (String program : List.of("echoscu", "storescu", "storescp")) {
            assumeTrue(
                    Stream.of(System.getenv("PATH").split(":"))
                            .anyMatch(each -> Files.isExecutable(Path.of(each, program))),
                    program + " of DCMTK is not installed");
        }
        client = DimseClient.start(Metrics.none());
        archive = new MemoryArchive(client);
        files = DCMTK.files(folder, "dcmtk");
        tls = TlsContext.open(
                "dicom", ARCHIVE.files(folder, "archive"), Clock.systemUTC(), Metrics.none());
        server = Peers.server(
                Peers.serverOptions().withTls(new TlsListener("127.0.0.1", 0, tls)),
                archive.services());
    }

    @AfterEach
    void stop() {
        if (client != null) {
            client.close();
            server.close();
        }
    }

    private Process launch(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(command.get(0) + ".log").toFile())
                .start();
    }

    private List<String> secure(TlsFiles with) {
        return List.of(
                "+tls",
                with.key().toString(),
                with.certificates().orElseThrow().toString(),
                "+cf",
                with.trust().orElseThrow().toString());
    }

    /** The program's exit code against our TLS port. */
    private int run(String program, List<String> security, String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(program, "-aet", "TESTER", "-aec", "STRATA"));
        command.addAll(security);
        command.addAll(List.of("127.0.0.1", "" + server.tlsPort().orElseThrow()));
        command.addAll(Arrays.asList(arguments));
        Process process = launch(command);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), program + " hangs");
        return process.exitValue();
    }

    private String said(String program) throws IOException {
        return Files.readString(folder.resolve(program + ".log"), StandardCharsets.ISO_8859_1);
    }

    private static List<String> plus(List<String> some, String more) {
        List<String> all = new ArrayList<>(some);
        all.add(more);
        return all;
    }

    @Test
    void echoscuAndStorescuInBothBcp195Profiles() throws Exception {
        Path send = Files.createDirectories(folder.resolve("send"));
        byte[] header = Part10.header(Peers.CT, Peers.instance(1), Peers.EXPLICIT);
        byte[] object = Peers.object(1, PIXELS);
        byte[] file = Arrays.copyOf(header, header.length + object.length);
        System.arraycopy(object, 0, file, header.length, object.length);
        Files.write(send.resolve("1.dcm"), file);
        for (String profile : List.of("+py", "+px", "+pz")) {
            List<String> security = plus(secure(files), profile);
            assertEquals(0, run("echoscu", security), () -> profile);
            archive.objects.clear();
            int ended = run("storescu", security, "+sd", "-xe", send.toString());
            assertEquals(0, ended, said("storescu"));
            assertArrayEquals(object, archive.objects.get(Peers.instance(1)).bytes());
        }
    }

    @Test
    void legacyProtocolAndUnknownOrMissingCertificatesAreRefused() throws Exception {
        // TLS 1.0 with static RSA.
        assertNotEquals(0, run("echoscu", plus(secure(files), "+pa")));
        TlsFiles strangers = TestCertificates.authority("Other CA")
                .issueRsa("stranger", 2048)
                .files(folder, "stranger", CA);
        assertNotEquals(0, run("echoscu", secure(strangers)));
        List<String> anonymous =
                List.of("+tla", "+cf", files.trust().orElseThrow().toString());
        assertNotEquals(0, run("echoscu", anonymous));
        assertEquals(0, run("echoscu", secure(files)), said("echoscu"));
    }

    @Test
    void weStoreToStorescpThatProvesItself() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Path got = Files.createDirectories(folder.resolve("got"));
        List<String> command = new ArrayList<>(List.of("storescp", "+B", "-od", got.toString()));
        command.addAll(secure(files));
        command.add("" + port);
        Process storescp = launch(command);
        try {
            Await.until("storescp listens", Duration.ofSeconds(30), () -> {
                try (Socket socket = new Socket("127.0.0.1", port)) {
                    return socket.isConnected();
                } catch (IOException e) {
                    return false;
                }
            });
            Optional<CertificateBinding> expected =
                    Optional.of(CertificateBinding.parse(DCMTK.fingerprint()));
            RequestOptions options = RequestOptions.of(
                            "127.0.0.1", port, Peers.CLIENT, new AeTitle("ANY"))
                    .propose(Peers.CT, List.of(Peers.EXPLICIT))
                    .withTls(new TlsPeer(tls, expected));
            try (Association association = client.open(options)) {
                StoreCommand store = StoreCommand.of(Peers.CT, Peers.instance(1), Peers.EXPLICIT);
                assertEquals(
                        Status.SUCCESS,
                        association.store(store, DataSource.of(Peers.object(1, PIXELS))));
                association.release();
            }
            try (Stream<Path> all = Files.list(got)) {
                byte[] sent = Peers.object(1, PIXELS);
                byte[] stored = Files.readAllBytes(all.findFirst().orElseThrow());
                byte[] end = Arrays.copyOfRange(stored, stored.length - sent.length, stored.length);
                assertArrayEquals(sent, end);
            }
        } finally {
            storescp.destroy();
        }
    }
}
