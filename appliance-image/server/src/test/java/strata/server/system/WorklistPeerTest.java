package strata.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Await;
import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.Location;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.dicom.DataSet;
import strata.dicom.Part10;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;
import strata.mover.Migration;
import strata.server.Site;
import strata.store.Store;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** DCMTK's worklist server: what it lists brings a cold prior back, and what it drops goes. */
class WorklistPeerTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final String TITLE = "WORKLIST";
    private static final long STUDY = 71;
    private static final int OBJECTS = 2;
    private static final String RULES = """
            version: 1
            rules:
              - name: the-latest-study
                when: order.modality in study.modality
                do: { prefetch: hot, most: 1 }
            """;

    @TempDir
    Path folder;

    /** One scheduled step, whole as DCMTK wants it. */
    private static byte[] step(int number, String patient) {
        String tomorrow =
                LocalDate.now(ZoneOffset.UTC).plusDays(1).format(DateTimeFormatter.BASIC_ISO_DATE);
        DataSet code = new DataSet()
                .putString(Tag.CodeValue, Vr.SH, "CTCHEST")
                .putString(Tag.CodingSchemeDesignator, Vr.SH, "L")
                .putString(Tag.CodeMeaning, Vr.LO, "Chest CT");
        DataSet scheduled = new DataSet()
                .putString(Tag.Modality, Vr.CS, "CT")
                .putString(Tag.ScheduledStationAETitle, Vr.AE, "CT1")
                .putString(Tag.ScheduledProcedureStepStartDate, Vr.DA, tomorrow)
                .putString(Tag.ScheduledProcedureStepStartTime, Vr.TM, "083000")
                .putString(Tag.ScheduledPerformingPhysicianName, Vr.PN, "House^Gregory")
                .putString(Tag.ScheduledProcedureStepDescription, Vr.LO, "Chest CT")
                .putItems(Tag.ScheduledProtocolCodeSequence, List.of(code))
                .putString(Tag.ScheduledProcedureStepID, Vr.SH, "S" + number);
        DataSet whole = new DataSet()
                .putUid(Tag.SOPClassUID, new Uid("1.2.840.10008.5.1.4.31"))
                .putUid(Tag.SOPInstanceUID, new Uid("2.25.7100." + number))
                .putString(Tag.AccessionNumber, Vr.SH, "A" + number)
                .putString(Tag.PatientName, Vr.PN, "Phantom^" + number)
                .putString(Tag.PatientID, Vr.LO, patient)
                .putString(Tag.PatientBirthDate, Vr.DA, "19700101")
                .putString(Tag.PatientSex, Vr.CS, "O")
                .putUid(Tag.StudyInstanceUID, new Uid("2.25.7200." + number))
                .putString(Tag.RequestedProcedureDescription, Vr.LO, "Chest CT")
                .putItems(Tag.RequestedProcedureCodeSequence, List.of(code))
                .putItems(Tag.ScheduledProcedureStepSequence, List.of(scheduled))
                .putString(Tag.RequestedProcedureID, Vr.SH, "R" + number)
                .putString(Tag.RequestedProcedurePriority, Vr.SH, "ROUTINE");
        return Part10.file(whole, TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN);
    }

    private static List<VersionEntry> versions(LocalServer server) throws IOException {
        List<VersionEntry> out = new ArrayList<>();
        try (VersionCursor all = server.site().store().catalog().study(Item.study(STUDY))) {
            while (all.hasNext()) {
                out.add(all.next());
            }
        }
        return out;
    }

    /** Puts the study into the long-term tier and out of hot. */
    private static void archive(LocalServer server) throws IOException {
        try (Peer peer = new Peer(server.dicomPort())) {
            peer.send(LongStream.rangeClosed(1, OBJECTS)
                    .mapToObj(n -> Item.noise(STUDY, n, 20_000))
                    .toList());
        }
        Store store = server.site().store();
        new Migration(store, Metrics.none())
                .run(Item.study(STUDY), server.site().tiers().named(Site.LONG_TERM));
        for (VersionEntry version : versions(server)) {
            store.releaseHot(version.id());
        }
        assertFalse(isHot(server));
    }

    private static boolean isHot(LocalServer server) throws IOException {
        return versions(server).stream()
                .noneMatch(v -> v.placementsOf(Location.HOT).isEmpty());
    }

    /** Awaits a line of the metrics. */
    private static void awaitMetric(LocalServer server, String line) throws Exception {
        URI uri = URI.create(
                "http://127.0.0.1:" + server.appliance().httpAddress().getPort() + "/metrics");
        HttpClient client = HttpClient.newHttpClient();
        Await.until(line, LIMIT, () -> {
            try {
                return client.send(
                                HttpRequest.newBuilder(uri).build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body()
                        .contains("\n" + line);
            } catch (IOException e) {
                return false;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void whatDcmtkSchedulesBringsAPriorBackUntilItIsDropped() throws Exception {
        Processes.need("wlmscpfs");
        Path steps = Files.createDirectories(folder.resolve("worklists").resolve(TITLE));
        Files.createFile(steps.resolve("lockfile"));
        Path listed = steps.resolve("1.wl");
        int port = Processes.freePort();
        Files.createDirectories(folder.resolve("data"));
        Files.writeString(folder.resolve("data/policy.yaml"), RULES);
        String yaml = """
                prefetch:
                  ahead: 3 d
                  every: 1 s
                  askWorklists: 1 s
                  worklists: { %s: { host: 127.0.0.1, port: %d } }
                """.formatted(TITLE, port);
        try (Processes peers = new Processes();
                LocalServer server = LocalServer.start(folder, yaml)) {
            awaitMetric(server, "strata_prefetch_worklist_queries_total{result=\"failed\"} ");
            archive(server);
            Files.write(listed, step(1, "P" + STUDY));
            Files.write(steps.resolve("2.wl"), step(2, "NOBODY"));
            Processes.Started worklist = peers.start(
                    folder,
                    List.of(
                            "wlmscpfs",
                            "--debug",
                            "--single-process",
                            "--data-files-path",
                            steps.getParent().toString(),
                            Integer.toString(port)));
            Processes.awaitListening(port);
            awaitMetric(server, "strata_prefetch_expected 2.0");
            Await.until("the prior is back; " + worklist.said(), LIMIT, () -> {
                try {
                    return isHot(server);
                } catch (IOException e) {
                    return false;
                }
            });
            assertEquals(OBJECTS, versions(server).size());
            Files.delete(listed);
            awaitMetric(server, "strata_prefetch_expected 1.0");
        }
    }
}
