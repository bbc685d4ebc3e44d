package strata.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.DataSetWriter;
import strata.dicom.Part10;
import strata.dicom.SopClasses;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Deletion, rejection, conflicts and the space of segments, from outside: storescu and the CLI. */
class KeepingTest {
    private static final long STUDY = 4711;
    private static final Uid KEY_OBJECT_SELECTION = new Uid("1.2.840.10008.5.1.4.1.1.88.59");

    @TempDir
    Path folder;

    private final Processes processes = new Processes();
    private ServerProcess server;

    @AfterEach
    void end() {
        processes.close();
    }

    private Path file(DataSet data) throws IOException {
        Uid sopClass = data.uid(Tag.SOPClassUID).orElseThrow();
        Uid instance = data.uid(Tag.SOPInstanceUID).orElseThrow();
        Path file = folder.resolve(instance + "-" + data.hashCode() + ".dcm");
        Files.write(file, Part10.header(sopClass, instance, Item.EXPLICIT));
        Files.write(
                file,
                DataSetWriter.toBytes(data, TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN),
                java.nio.file.StandardOpenOption.APPEND);
        return file;
    }

    private static DataSet image(long number, String patient) {
        return Item.keys(SopClasses.CT_IMAGE, STUDY, number)
                .putString(Tag.PatientID, Vr.LO, patient)
                .putInt(Tag.SamplesPerPixel, Vr.US, 1)
                .putString(Tag.PhotometricInterpretation, Vr.CS, "MONOCHROME2")
                .putInt(Tag.Rows, Vr.US, 64)
                .putInt(Tag.Columns, Vr.US, 64)
                .putInt(Tag.BitsAllocated, Vr.US, 16)
                .putInt(Tag.BitsStored, Vr.US, 16)
                .putInt(Tag.HighBit, Vr.US, 15)
                .putInt(Tag.PixelRepresentation, Vr.US, 0)
                .putBytes(Tag.PixelData, Vr.OW, new byte[64 * 64 * 2]);
    }

    private static Uid instance(long number) {
        return new Uid("2.25.7000." + STUDY + ".9." + number);
    }

    /** A rejection note for one instance. */
    private static DataSet note(String title, long number) {
        DataSet reference = new DataSet()
                .putUid(Tag.ReferencedSOPClassUID, SopClasses.CT_IMAGE)
                .putUid(Tag.ReferencedSOPInstanceUID, instance(number));
        DataSet series = new DataSet()
                .putItems(Tag.ReferencedSOPSequence, List.of(reference))
                .putUid(Tag.SeriesInstanceUID, new Uid("2.25.7000." + STUDY + ".9"));
        DataSet study = new DataSet()
                .putItems(Tag.ReferencedSeriesSequence, List.of(series))
                .putUid(Tag.StudyInstanceUID, Item.study(STUDY));
        DataSet code = new DataSet()
                .putString(Tag.CodeValue, Vr.SH, title)
                .putString(Tag.CodingSchemeDesignator, Vr.SH, "DCM")
                .putString(Tag.CodeMeaning, Vr.LO, "Rejected");
        return Item.keys(KEY_OBJECT_SELECTION, STUDY, 900 + number)
                .putString(Tag.Modality, Vr.CS, "KO")
                .putUid(Tag.SeriesInstanceUID, new Uid("2.25.7000." + STUDY + ".8"))
                .putItems(Tag.ConceptNameCodeSequence, List.of(code))
                .putItems(Tag.CurrentRequestedProcedureEvidenceSequence, List.of(study));
    }

    /** What storescu says; with {@code -v} that includes the status. */
    private String send(DataSet... objects) throws Exception {
        List<String> command = new ArrayList<>(List.of("storescu", "-v", "-xe", "-aec", "STRATA"));
        command.addAll(List.of("127.0.0.1", String.valueOf(server.dicomPort())));
        for (DataSet object : objects) {
            command.add(file(object).toString());
        }
        Processes.Ended ended = processes.run(folder, command);
        return ended.out() + ended.err();
    }

    private String cli(int exit, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--server", server.http()));
        Processes.Ended ended = ServerProcess.run(processes, folder, all.toArray(new String[0]));
        assertEquals(exit, ended.exit(), () -> all + ": " + ended.out() + ended.err());
        return ended.out();
    }

    private Set<String> found() throws Exception {
        Set<String> out = new TreeSet<>();
        try (Peer peer = new Peer(server.dicomPort())) {
            Map<Integer, String> series = Map.of(
                    Tag.StudyInstanceUID,
                    Item.study(STUDY).value(),
                    Tag.SeriesInstanceUID,
                    "2.25.7000." + STUDY + ".9");
            peer.find(Peer.ask("IMAGE", series, Tag.SOPInstanceUID))
                    .forEach(
                            d -> out.add(d.uid(Tag.SOPInstanceUID).orElseThrow().value()));
        }
        return out;
    }

    private static Set<String> instances(long... numbers) {
        Set<String> out = new TreeSet<>();
        for (long number : numbers) {
            out.add(instance(number).value());
        }
        return out;
    }

    @Test
    void deletionRejectionAndConflictsFromOutside() throws Exception {
        Processes.need("storescu");
        server = ServerProcess.configured(
                processes, folder.resolve("server"), "versions: { conflict: refuse }\n");
        send(image(1, "P"), image(2, "P"), image(3, "P"));
        assertEquals(instances(1, 2, 3), found());

        String deleted = cli(0, "delete", instance(1).value(), "--reason", "by mistake");
        assertTrue(deleted.contains("1 objects"), deleted);
        assertEquals(instances(2, 3), found());
        cli(1, "delete", "1.2.3.4.5", "--reason", "nothing is there");
        String list = cli(0, "deleted");
        assertTrue(list.contains(instance(1).value()) && list.contains("by mistake"), list);
        server.stop();
        server.startAgain();
        assertEquals(instances(2, 3), found(), "after a restart");
        cli(0, "undelete", Item.study(STUDY).value(), "--reason", "all of it");
        assertEquals(instances(1, 2, 3), found());

        String note = send(note("113037", 2));
        assertTrue(note.contains("Success"), note);
        assertEquals(instances(1, 3), found(), "rejected by a note");
        String again = send(image(2, "P"));
        assertTrue(again.contains("0x124"), again);
        cli(0, "reject", instance(3).value(), "--for", "quality", "--reason", "blurred");
        assertEquals(instances(1), found());
        cli(0, "undelete", instance(2).value(), "--reason", "it was right");
        assertEquals(instances(1, 2), found());

        String refused = send(image(1, "Q"));
        assertTrue(refused.contains("0x111") || refused.contains("Duplicate"), refused);
        String conflicts = cli(0, "conflicts");
        String object = conflicts.lines().skip(1).findFirst().orElseThrow().split(" ")[0];
        cli(0, "conflicts", "choose", object, "--reason", "the second is right");
        assertEquals(1, cli(0, "conflicts").lines().count(), "none is left");
        String segments = cli(0, "segments", "--compact");
        assertTrue(segments.contains("LIVE SHARE"), segments);
        assertTrue(cli(0, "clock").contains("believed"));
        String audit = Processes.text(auditFile());
        assertTrue(audit.contains("INSTANCES_RESTORED") && audit.contains("CONFLICT_RESOLVED"));
        server.stop();
    }

    private Path auditFile() throws IOException {
        try (var files = Files.list(server.data().resolve("audit"))) {
            return files.filter(f -> f.toString().contains("audit"))
                    .sorted()
                    .reduce((a, b) -> b)
                    .orElseThrow();
        }
    }
}
