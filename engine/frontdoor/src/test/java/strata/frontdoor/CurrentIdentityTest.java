package strata.frontdoor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import strata.base.AeTitle;
import strata.base.Audit;
import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.PatientId;
import strata.catalog.PatientLinks;
import strata.catalog.Person;
import strata.catalog.VersionEntry;
import strata.dicom.DataSet;
import strata.dicom.DataSetReader;
import strata.dicom.DataSetWriter;
import strata.dicom.Part10;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;
import strata.frontdoor.identity.PatientIdentity;
import strata.network.AssociationPolicy;
import strata.network.ContextPolicy;
import strata.network.DimseClient;
import strata.network.DimseServer;
import strata.network.DimseServices;
import strata.network.RetrieveOutcome;
import strata.network.ServerOptions;
import strata.network.dimse.Status;
import strata.store.TestStore;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Instances of merged patients, sent as they were received or under the current identity. */
final class CurrentIdentityTest {
    private static final Uid INSTANCE = Studies.instance(Studies.STUDY, 1, 1);
    private static final Uid WITHOUT_BULK_DATA = new Uid("1.2.840.10008.5.1.4.1.2.5.3");
    private static final long LIMIT_SECONDS = 60;

    @TempDir
    Path path;

    private final PooledMemory memory = new PooledMemory();
    private final Requester peer = new Requester();
    private PatientIdentity asked = PatientIdentity.CURRENT;
    private DimseClient client;
    private TestStore store;

    @BeforeEach
    void open() throws IOException {
        store = TestStore.open(path);
        client = DimseClient.start(Metrics.none());
    }

    @AfterEach
    void close() throws IOException {
        memory.assertGivenBack();
        client.close();
        store.close();
    }

    private RetrieveDoor door(Destinations destinations) {
        return new RetrieveDoor(
                store.store(),
                Requester.OWN,
                destinations,
                client,
                RecallWait.NONE,
                calling -> asked,
                accessed -> {},
                Metrics.none(),
                Audit.none());
    }

    private byte[] get() throws IOException {
        return get(Requester.STUDY_GET, Requester.study(Studies.STUDY));
    }

    private byte[] get(Uid sopClass, DataSet identifier) throws IOException {
        peer.received.clear();
        RetrieveOutcome outcome = door(new Destinations(Map.of()))
                .retrieve(Requester.association(), Requester.get(sopClass, identifier), peer);
        assertEquals(Status.SUCCESS, outcome.status());
        return peer.received.get(INSTANCE);
    }

    private void merge() {
        Person into = new Person(new PatientId("NEW", ""), "Doe^Jane", "", "");
        store.catalog()
                .patients()
                .set(new PatientLinks(Map.of(
                        new PatientId("T1", ""), new PatientLinks.Survivor(into, Instant.EPOCH))));
    }

    /** How long an instance is, how long its beginning, and in which syntax. */
    private enum Shape {
        SHORT(20, 0, TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN),
        LONG(800, 0, TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN),
        LONG_HEAD(800, 600_000, TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN),
        IMPLICIT(20, 0, TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN),
        BIG_ENDIAN(800, 0, TransferSyntax.EXPLICIT_VR_BIG_ENDIAN),
        DEFLATED(20, 0, TransferSyntax.DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN),
        LONG_DEFLATED(800, 0, TransferSyntax.DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN);

        final int columns;
        final int headBytes;
        final TransferSyntax syntax;

        Shape(int columns, int headBytes, TransferSyntax syntax) {
            this.columns = columns;
            this.headBytes = headBytes;
            this.syntax = syntax;
        }

        DataSet image() {
            return Studies.image(Studies.STUDY, 1, 1, columns)
                    .putBytes(0x00091010, Vr.OB, new byte[headBytes]);
        }
    }

    private static DataSet assertCurrent(byte[] sent, TransferSyntax syntax, DataSet received)
            throws IOException {
        DataSet now = DataSetReader.read(sent, syntax);
        assertEquals("NEW", now.string(Tag.PatientID).orElse(""));
        assertEquals("Doe^Jane", now.string(Tag.PatientName).orElse(""));
        DataSet before = now.items(Tag.OriginalAttributesSequence)
                .get(0)
                .items(Tag.ModifiedAttributesSequence)
                .get(0);
        now.remove(Tag.OriginalAttributesSequence);
        now.putString(Tag.PatientID, Vr.LO, before.string(Tag.PatientID).orElse(""))
                .putString(
                        Tag.PatientName, Vr.PN, before.string(Tag.PatientName).orElse(""));
        assertArrayEquals(
                DataSetWriter.toBytes(received, syntax), DataSetWriter.toBytes(now, syntax));
        return now;
    }

    @ParameterizedTest
    @EnumSource(Shape.class)
    void aPeerGetsWhatItAsksForAndAnUnmergeUndoesIt(Shape shape) throws IOException {
        DataSet image = shape.image();
        byte[] received = DataSetWriter.toBytes(image, shape.syntax);
        store.put(image, shape.syntax);
        peer.accepted = List.of(shape.syntax.uid());
        assertArrayEquals(received, get(), "nobody is merged");
        merge();
        byte[] current = get();
        assertCurrent(current, shape.syntax, image);
        assertArrayEquals(current, get(), "the same each time");
        asked = PatientIdentity.RECEIVED;
        assertArrayEquals(received, get(), "by default");
        asked = PatientIdentity.CURRENT;
        store.catalog().patients().set(PatientLinks.NONE);
        assertArrayEquals(received, get(), "unmerged");
    }

    @ParameterizedTest
    @EnumSource(Shape.class)
    void inAnotherSyntaxTheIdentityIsCurrentToo(Shape shape) throws IOException {
        TransferSyntax to = shape.syntax == TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN
                ? TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN
                : TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN;
        // In implicit what a private element is nobody knows.
        DataSet image = shape.image().remove(0x00091010);
        store.put(image, shape.syntax);
        merge();
        peer.accepted = List.of(to.uid());
        assertCurrent(get(), to, image);
    }

    @Test
    void withoutBulkDataTheIdentityIsCurrentToo() throws IOException {
        DataSet image = Studies.image(Studies.STUDY, 1, 1, 20);
        store.put(image, TransferSyntax.DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN);
        merge();
        peer.accepted = List.of(TransferSyntax.DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN.uid());
        DataSet one = new DataSet()
                .putString(Tag.QueryRetrieveLevel, Vr.CS, "IMAGE")
                .putUid(Tag.SOPInstanceUID, INSTANCE);
        assertCurrent(
                get(WITHOUT_BULK_DATA, one),
                TransferSyntax.DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
                image.remove(Tag.PixelData));
    }

    private static DimseServer listen(Receiver receiver) throws IOException {
        return DimseServer.start(
                ServerOptions.of(Requester.DESTINATION, "127.0.0.1", 0),
                AssociationPolicy.calledAs(
                        Requester.DESTINATION,
                        ContextPolicy.firstAcceptable(c -> Optional.of(syntax -> true))),
                DimseServices.NONE.withStore(receiver),
                Metrics.none(),
                Audit.none());
    }

    private static Destinations to(DimseServer destination, PatientIdentity identity) {
        return new Destinations(Map.of(
                Requester.DESTINATION,
                new Destination(
                        Requester.DESTINATION,
                        "127.0.0.1",
                        destination.port(),
                        1,
                        Optional.empty(),
                        identity)));
    }

    @Test
    void aRuleSendsWhatTheDestinationAsksFor() throws IOException {
        DataSet image = Studies.image(Studies.STUDY, 1, 1, 20);
        store.put(image);
        merge();
        List<VersionEntry> versions = store.catalog().versions(INSTANCE);
        for (PatientIdentity identity : PatientIdentity.values()) {
            Receiver receiver = new Receiver();
            try (DimseServer destination = listen(receiver)) {
                ForwardInstances forward = new ForwardInstances(
                        store.store(),
                        Requester.OWN,
                        to(destination, identity),
                        client,
                        Metrics.none());
                assertEquals(
                        1,
                        forward.run(Requester.DESTINATION, versions, () -> false)
                                .taken()
                                .size());
            }
            byte[] sent = receiver.received.get(INSTANCE);
            switch (identity) {
                case RECEIVED -> assertArrayEquals(Studies.bytes(image), sent);
                case CURRENT -> assertCurrent(sent, TestStore.SYNTAX, image);
            }
        }
    }

    @Test
    void dcmtkGetsAndMovesFilesThatItUnderstands() throws Exception {
        for (String program : List.of("getscu", "movescu", "dcmdump")) {
            boolean there = Arrays.stream(System.getenv("PATH").split(":"))
                    .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
            Assumptions.assumeTrue(there, "DCMTK's " + program + " is not installed");
        }
        DataSet image = Studies.image(Studies.STUDY, 1, 1, 800);
        store.put(image);
        merge();
        PeerPolicy policy = new PeerPolicy(
                Requester.OWN,
                new Peers.Listed(Map.of(
                        new AeTitle("GETSCU"),
                        new Peers.Peer(
                                address -> true,
                                Peers.Peer.ALL,
                                Peers.Storage.ANY,
                                0,
                                0,
                                Set.of(),
                                PatientIdentity.CURRENT),
                        new AeTitle("MOVESCU"),
                        new Peers.Peer(address -> true, Peers.Peer.ALL))));
        asked = policy.identityFor(new AeTitle("GETSCU"));
        assertEquals(PatientIdentity.RECEIVED, policy.identityFor(new AeTitle("MOVESCU")));
        Path into = Files.createDirectory(path.resolve("into"));
        try (DimseServer server = serve(policy, new Destinations(Map.of()))) {
            ask(server, "getscu", "-od", into.toString());
        }
        try (Stream<Path> files = Files.list(into)) {
            assertDumped(files.toList().get(0), image);
        }
        asked = PatientIdentity.RECEIVED;
        for (PatientIdentity identity : PatientIdentity.values()) {
            Receiver receiver = new Receiver();
            try (DimseServer destination = listen(receiver);
                    DimseServer server = serve(policy, to(destination, identity))) {
                ask(server, "movescu", "-aem", Requester.DESTINATION.value());
            }
            byte[] sent = receiver.received.get(INSTANCE);
            if (identity == PatientIdentity.RECEIVED) {
                assertArrayEquals(Studies.bytes(image), sent);
                continue;
            }
            Path file = path.resolve("moved.dcm");
            try (OutputStream out = Files.newOutputStream(file)) {
                out.write(Part10.header(TestStore.CT_IMAGE, INSTANCE, TestStore.SYNTAX.uid()));
                out.write(sent);
            }
            assertDumped(file, image);
        }
    }

    private DimseServer serve(PeerPolicy policy, Destinations destinations) throws IOException {
        return DimseServer.start(
                ServerOptions.of(Requester.OWN, "127.0.0.1", 0),
                policy,
                DimseServices.NONE.withRetrieve(door(destinations)),
                Metrics.none(),
                Audit.none());
    }

    private void ask(DimseServer server, String program, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                program,
                "-S",
                "-aec",
                Requester.OWN.value(),
                "-k",
                "QueryRetrieveLevel=STUDY",
                "-k",
                "StudyInstanceUID=" + Studies.STUDY));
        command.addAll(List.of(options));
        command.addAll(List.of("127.0.0.1", Integer.toString(server.port())));
        run(command);
    }

    private void assertDumped(Path file, DataSet image) throws Exception {
        DataSet read = Part10.read(file).dataSet();
        assertArrayEquals(image.bytes(Tag.PixelData), read.bytes(Tag.PixelData));
        String said = run(List.of("dcmdump", file.toString()));
        for (String expected : List.of(
                "(0010,0020) LO [NEW]",
                "(0010,0020) LO [T1]",
                "(0010,0010) PN [Doe^Jane]",
                "(0010,0010) PN [Test^Patient]",
                "(0400,0561) SQ",
                "(0400,0565) CS [COERCE]")) {
            assertTrue(said.contains(expected), () -> expected + " is not in\n" + said);
        }
    }

    private String run(List<String> command) throws Exception {
        Path log = Files.createTempFile(path, "dcmtk", ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertTrue(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), command + " does not end");
        String said = Files.readString(log, StandardCharsets.ISO_8859_1);
        assertEquals(0, process.exitValue(), said);
        return said;
    }
}
