package strata.server.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Digest;
import strata.base.Uid;
import strata.dicom.DataSetWriter;
import strata.dicom.Part10;
import strata.dicom.TransferSyntax;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * DCMTK's programs against a running server, with every shared file that they can send.
 *
 * <p>What they send is not always what is in the file: storescu reads an object into memory and
 * encodes it again (lengths of sequences and items, padding). So each file goes first to DCMTK's
 * own {@code storescp +B}, which writes down what came over the wire, and then to Strata; what
 * getscu and movescu bring back is held against that, byte for byte. That files come back as they
 * are on disk is shown by {@link EveryFileTest}.
 */
class DcmtkTest {

    /** The option of getscu that asks for a transfer syntax; storescu has the same with a minus. */
    private static final Map<String, String> OPTIONS = Map.ofEntries(
            Map.entry("1.2.840.10008.1.2", "xi"),
            Map.entry("1.2.840.10008.1.2.1", "xe"),
            Map.entry("1.2.840.10008.1.2.1.99", "xd"),
            Map.entry("1.2.840.10008.1.2.2", "xb"),
            Map.entry("1.2.840.10008.1.2.4.50", "xy"),
            Map.entry("1.2.840.10008.1.2.4.51", "xx"),
            Map.entry("1.2.840.10008.1.2.4.70", "xs"),
            Map.entry("1.2.840.10008.1.2.4.80", "xt"),
            Map.entry("1.2.840.10008.1.2.4.81", "xu"),
            Map.entry("1.2.840.10008.1.2.4.90", "xv"),
            Map.entry("1.2.840.10008.1.2.4.91", "xw"),
            Map.entry("1.2.840.10008.1.2.5", "xr"));

    /**
     * Transfer syntaxes that DCMTK 3.6.7 has no option for, so it neither proposes nor takes them:
     * retired JPEG processes (53, 55), JPEG lossless with any predictor (57), and Deflated Image
     * Frame Compression (1.2.8.1), which is younger than it.
     */
    private static final Set<String> NOT_IN_DCMTK = Set.of(
            "1.2.840.10008.1.2.4.53",
            "1.2.840.10008.1.2.4.55",
            "1.2.840.10008.1.2.4.57",
            "1.2.840.10008.1.2.8.1");

    /**
     * Files whose Pixel Data has an odd length, at which DCMTK's parser gives up ("missing SOP
     * class (or instance) in file"); ours takes them, see {@link EveryFileTest}.
     */
    private static final Set<String> NOT_READ_BY_DCMTK = Set.of(
            "cornerstone3D/examplesOld__test-images__CTImage.dcm"
                    + "_JPEGLSLossyTransferSyntax_1.2.840.10008.1.2.4.81.dcm",
            "cornerstone3D/examplesOld__test-images__CTImage.dcm"
                    + "_JPEG2000TransferSyntax_1.2.840.10008.1.2.4.91.dcm");

    /**
     * getscu 3.6.7 always proposes explicit VR before implicit VR in the same context (its option
     * +xi changes nothing), and an acceptor cannot know which objects will be asked for: what was
     * sent in implicit VR is converted for it. movescu brings it back as it was sent.
     */
    private static final Uid IMPLICIT = TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN.uid();

    @TempDir
    Path folder;

    private final Processes processes = new Processes();

    @AfterEach
    void end() {
        processes.close();
    }

    /** An instance in a transfer syntax. */
    private record Name(Uid instance, Uid syntax) {}

    @Test
    void everyFileGoesThereAndComesBack() throws Exception {
        Processes.need("storescu", "findscu", "getscu", "movescu", "storescp");
        int port = Processes.freePort();
        List<SharedWaves.Shared> files = SharedWaves.read().get(0).stream()
                .filter(f -> !NOT_IN_DCMTK.contains(f.syntax().value()))
                .filter(f -> !NOT_READ_BY_DCMTK.contains(f.path()))
                .toList();
        ServerProcess server = ServerProcess.configured(
                processes,
                folder.resolve("server"),
                "dicom: { destinations: { DEST: { host: 127.0.0.1, port: " + port + " } } }\n");
        Path reference = folder.resolve("reference");
        int referencePort = Processes.freePort();
        storescp(referencePort, reference);
        send(referencePort, "DEST", files);
        send(server.dicomPort(), "STRATA", files);
        Map<Name, Digest> sent = received(reference);
        assertEquals(files.size(), sent.size());
        System.out.printf(
                "%s files sent, %s of them as they are on disk%n",
                sent.size(), unaltered(files, sent));
        found(server.dicomPort(), files);
        Path moved = folder.resolve("moved");
        storescp(port, moved);
        Set<Uid> studies = new TreeSet<>();
        files.forEach(f -> studies.add(f.study()));
        for (Uid study : studies) {
            movescu(server.dicomPort(), study);
        }
        assertSame(sent, received(moved), "movescu");
        Path got = getscu(server.dicomPort(), files);
        Map<Name, Digest> asked = new HashMap<>(sent);
        asked.keySet().removeIf(name -> name.syntax().equals(IMPLICIT));
        assertSame(asked, received(got), "getscu");
        assertConverted(reference, got);
        server.stop();
    }

    private static void assertSame(Map<Name, Digest> sent, Map<Name, Digest> got, String how) {
        Set<String> wrong = new TreeSet<>();
        sent.forEach((name, digest) -> {
            if (!digest.equals(got.get(name))) {
                wrong.add(name + (got.containsKey(name) ? " differs" : " is missing"));
            }
        });
        assertEquals(Set.of(), wrong, how);
    }

    /** What was sent in implicit VR came in explicit VR, with the same values. */
    private static void assertConverted(Path reference, Path got) throws IOException {
        Map<Uid, Path> converted = new HashMap<>();
        for (Path file : files(got)) {
            Item item = Item.read(file);
            if (item.syntax().equals(Item.EXPLICIT)) {
                converted.put(item.instance(), file);
            }
        }
        for (Path file : files(reference)) {
            Item sent = Item.read(file);
            if (sent.syntax().equals(IMPLICIT)) {
                Path there = converted.get(sent.instance());
                assertNotNull(there, sent.instance().value());
                assertArrayEquals(values(file), values(there), sent.instance().value());
            }
        }
    }

    /** The values of a data set, whatever its encoding was. */
    private static byte[] values(Path file) throws IOException {
        return DataSetWriter.toBytes(
                Part10.read(file).dataSet(), TransferSyntax.IMPLICIT_VR_LITTLE_ENDIAN);
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> walk = Files.walk(directory)) {
            return walk.filter(Files::isRegularFile).toList();
        }
    }

    private void storescp(int port, Path into) throws Exception {
        Files.createDirectories(into);
        processes.start(
                folder,
                List.of("storescp", "+B", "+xa", "-od", into.toString(), String.valueOf(port)));
        Processes.awaitListening(port);
    }

    /** One storescu for each transfer syntax, which proposes that one. */
    private void send(int port, String called, List<SharedWaves.Shared> files) throws Exception {
        Map<String, List<String>> bySyntax = new LinkedHashMap<>();
        for (SharedWaves.Shared file : files) {
            bySyntax.computeIfAbsent(file.syntax().value(), s -> new ArrayList<>())
                    .add(file.file().toString());
        }
        for (Map.Entry<String, List<String>> group : bySyntax.entrySet()) {
            List<String> command = new ArrayList<>(List.of("storescu", "-R"));
            command.add("-" + OPTIONS.get(group.getKey()));
            command.addAll(List.of("-aec", called, "127.0.0.1", String.valueOf(port)));
            command.addAll(group.getValue());
            Processes.Ended ended = processes.run(folder, command);
            assertEquals(0, ended.exit(), () -> group.getKey() + " " + ended.err());
        }
    }

    private static Map<Name, Digest> received(Path directory) throws IOException {
        Map<Name, Digest> out = new HashMap<>();
        for (Path file : files(directory)) {
            Item item = Item.read(file);
            out.put(new Name(item.instance(), item.syntax()), item.digest());
        }
        return out;
    }

    private static long unaltered(List<SharedWaves.Shared> files, Map<Name, Digest> sent)
            throws IOException {
        long same = 0;
        for (SharedWaves.Shared file : files) {
            byte[] bytes = Files.readAllBytes(file.file());
            int offset = Part10.readHeader(ByteBuffer.wrap(bytes)).dataSetOffset();
            Digest digest = Digest.ofBytes(Arrays.copyOfRange(bytes, offset, bytes.length));
            if (digest.equals(sent.get(new Name(file.instance(), file.syntax())))) {
                same++;
            }
        }
        return same;
    }

    private Processes.Ended scu(int port, String program, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of(options));
        command.addAll(List.of("-aec", "STRATA", "127.0.0.1", String.valueOf(port)));
        return processes.run(folder, command);
    }

    /** Every file at each of the four levels. */
    private void found(int port, List<SharedWaves.Shared> files) throws Exception {
        Processes.Ended patients =
                scu(port, "findscu", "-P", "-k", "QueryRetrieveLevel=PATIENT", "-k", "PatientID");
        assertEquals(0, patients.exit(), patients::all);
        assertTrue(patients.all().contains("QueryRetrieveLevel"), patients::all);
        Map<Uid, List<SharedWaves.Shared>> studies = new LinkedHashMap<>();
        files.forEach(
                f -> studies.computeIfAbsent(f.study(), s -> new ArrayList<>()).add(f));
        String study = scu(
                        port,
                        "findscu",
                        "-S",
                        "-k",
                        "QueryRetrieveLevel=STUDY",
                        "-k",
                        "StudyInstanceUID")
                .all();
        for (Map.Entry<Uid, List<SharedWaves.Shared>> each : studies.entrySet()) {
            assertTrue(names(study, each.getKey()), () -> "no study " + each.getKey());
            String series = scu(
                            port,
                            "findscu",
                            "-S",
                            "-k",
                            "QueryRetrieveLevel=SERIES",
                            "-k",
                            "StudyInstanceUID=" + each.getKey(),
                            "-k",
                            "SeriesInstanceUID")
                    .all();
            Set<Uid> all = new TreeSet<>();
            each.getValue().forEach(f -> all.add(f.series()));
            StringBuilder images = new StringBuilder();
            for (Uid one : all) {
                assertTrue(names(series, one), () -> "no series " + one);
                images.append(scu(
                                port,
                                "findscu",
                                "-S",
                                "-k",
                                "QueryRetrieveLevel=IMAGE",
                                "-k",
                                "StudyInstanceUID=" + each.getKey(),
                                "-k",
                                "SeriesInstanceUID=" + one,
                                "-k",
                                "SOPInstanceUID")
                        .all());
            }
            String said = images.toString();
            each.getValue()
                    .forEach(f -> assertTrue(names(said, f.instance()), () -> "no " + f.path()));
        }
    }

    private static boolean names(String said, Uid uid) {
        return said.contains("[" + uid + "]")
                || said.contains("[" + uid + "\0]")
                || said.contains(uid + " ");
    }

    private void movescu(int port, Uid study) throws Exception {
        Processes.Ended ended = scu(
                port,
                "movescu",
                "-S",
                "-aem",
                "DEST",
                "-k",
                "QueryRetrieveLevel=STUDY",
                "-k",
                "StudyInstanceUID=" + study);
        assertEquals(0, ended.exit(), () -> study + " " + ended.all());
    }

    /**
     * The instances of a series that have one transfer syntax, since getscu asks for one at a time
     * and all others would be transcoded for it.
     */
    private Path getscu(int port, List<SharedWaves.Shared> files) throws Exception {
        Map<List<Uid>, Set<String>> runs = new LinkedHashMap<>();
        for (SharedWaves.Shared file : files) {
            List<Uid> run = List.of(file.study(), file.series(), file.syntax());
            runs.computeIfAbsent(run, r -> new TreeSet<>()).add(file.instance().value());
        }
        Path got = folder.resolve("got");
        int number = 0;
        for (Map.Entry<List<Uid>, Set<String>> run : runs.entrySet()) {
            Path into = Files.createDirectories(got.resolve(String.valueOf(++number)));
            List<Uid> uids = run.getKey();
            scu(
                    port,
                    "getscu",
                    "-S",
                    "+B",
                    "+" + OPTIONS.get(uids.get(2).value()),
                    "-od",
                    into.toString(),
                    "-k",
                    "QueryRetrieveLevel=IMAGE",
                    "-k",
                    "StudyInstanceUID=" + uids.get(0),
                    "-k",
                    "SeriesInstanceUID=" + uids.get(1),
                    "-k",
                    "SOPInstanceUID=" + String.join("\\", run.getValue()));
        }
        return got;
    }
}
