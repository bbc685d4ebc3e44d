package strata.policy.prefetch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import strata.base.AeTitle;
import strata.base.Audit;
import strata.base.FaultyDisk;
import strata.base.Metrics;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;
import strata.network.AssociationPolicy;
import strata.network.ContextPolicy;
import strata.network.DimseClient;
import strata.network.DimseServer;
import strata.network.DimseServices;
import strata.network.RequestOptions;
import strata.network.ServerOptions;
import strata.network.dimse.Status;

import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/** Scheduled steps of a worklist server become expected examinations, and go again. */
final class QueryWorklistTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final AeTitle RIS = new AeTitle("RIS");

    private static DataSet step(String patient, String id, String date) {
        DataSet step = new DataSet()
                .putString(Tag.Modality, Vr.CS, "CT")
                .putString(Tag.ScheduledProcedureStepStartDate, Vr.DA, date)
                .putString(Tag.ScheduledProcedureStepStartTime, Vr.TM, "083000")
                .putString(Tag.ScheduledProcedureStepID, Vr.SH, id);
        return new DataSet()
                .putString(Tag.AccessionNumber, Vr.SH, "A" + id)
                .putString(Tag.PatientID, Vr.LO, patient)
                .putItems(Tag.ScheduledProcedureStepSequence, List.of(step));
    }

    @Test
    void stepsAreExpectedAndCalledOffOnlyByAWholeAnswer() throws Exception {
        List<DataSet> listed = new CopyOnWriteArrayList<>(List.of(
                step("P1", "S1", "20261123"), step("P2", "S2", "20261124"), step("", "S3", "x")));
        AtomicReference<Status> last = new AtomicReference<>(Status.SUCCESS);
        ContextPolicy any = ContextPolicy.firstAcceptable(sopClass -> Optional.of(syntax -> true));
        FaultyDisk disk = new FaultyDisk();
        disk.createDirectories(Path.of("/data"));
        disk.syncDirectory(Path.of("/"));
        AppointmentBook book =
                AppointmentBook.open(disk, Path.of("/data/appointments"), Metrics.none());
        Prefetch prefetch = new Prefetch(
                book,
                each -> List.of(),
                () -> Studies.policy(Studies.RULES),
                () -> Studies.TIERS,
                new FakeRecalls(),
                PrefetchOptions.DEFAULT,
                Runnable::run,
                Metrics.none());
        DimseServices services = DimseServices.NONE.withFind((association, request, answers) -> {
            for (DataSet each : listed) {
                answers.pending(each);
            }
            return last.get();
        });
        try (DimseServer server = DimseServer.start(
                        ServerOptions.of(RIS, "127.0.0.1", 0),
                        AssociationPolicy.calledAs(RIS, any),
                        services,
                        Metrics.none(),
                        Audit.none());
                DimseClient client = DimseClient.start(Metrics.none())) {
            QueryWorklist worklist = new QueryWorklist(
                    client,
                    () -> RequestOptions.of("127.0.0.1", server.port(), new AeTitle("STRATA"), RIS),
                    "RIS",
                    ZoneOffset.UTC,
                    book,
                    prefetch,
                    PrefetchOptions.DEFAULT,
                    Metrics.none());
            Instant far = NOW.plusSeconds(30L * 86_400);
            worklist.run(() -> NOW);
            List<Appointment> expected = book.dueUntil(far);
            assertEquals(2, expected.size(), "one names no patient");
            assertEquals("P1", expected.get(0).patient().id());
            assertEquals(
                    Optional.of(Instant.parse("2026-11-23T08:30:00Z")),
                    expected.get(0).at());
            assertEquals(Optional.of("CT"), expected.get(0).modality());
            listed.remove(0);
            last.set(Status.PROCESSING_FAILURE);
            worklist.run(() -> NOW);
            assertEquals(2, book.dueUntil(far).size(), "an answer that failed calls nothing off");
            last.set(Status.SUCCESS);
            worklist.run(() -> NOW);
            assertEquals(1, book.dueUntil(far).size());
        }
    }
}
