package strata.policy.prefetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import strata.base.Audit;
import strata.base.FaultyDisk;
import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.PatientId;
import strata.catalog.PatientLinks;
import strata.hl7.Hl7Event.ExaminationEnded;
import strata.hl7.Hl7Event.ExaminationExpected;
import strata.hl7.Hl7Event.PatientsMerged;
import strata.hl7.Hl7Event.PatientsUnlinked;
import strata.hl7.Hl7Exception;
import strata.hl7.PatientIdentity;
import strata.policy.language.Policy;
import strata.policy.language.StudyFacts;
import strata.policy.lifecycle.patients.PatientBook;
import strata.policy.prefetch.PrefetchOptions.Procedure;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** From announced examinations to what is asked back, and taken back. */
final class PrefetchTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    private final FaultyDisk disk = new FaultyDisk();
    private final FakeRecalls recalls = new FakeRecalls();
    private final Map<PatientId, List<StudyFacts>> studies = new HashMap<>();
    private final PrefetchOptions options = new PrefetchOptions(
            Duration.ofDays(2),
            Duration.ofMinutes(15),
            Map.of("MRHEAD", new Procedure(Optional.of("MR"), List.of("HEAD"))));
    private Policy policy = Studies.policy(Studies.RULES);
    private Instant now = NOW;
    private PatientLinks links = PatientLinks.NONE;
    private AppointmentBook book;
    private Prefetch prefetch;
    private ActOnMessages messages;

    @BeforeEach
    void open() throws IOException {
        disk.createDirectories(Path.of("/data"));
        disk.syncDirectory(Path.of("/"));
        restart();
        studies.put(
                new PatientId("P", ""),
                List.of(
                        Studies.study(1, NOW.minus(Duration.ofDays(100)), "CT", "CHEST", 10),
                        Studies.study(2, NOW.minus(Duration.ofDays(900)), "CT", "ABDOMEN", 10),
                        Studies.study(3, NOW.minus(Duration.ofDays(2500)), "CT", "CHEST", 10),
                        Studies.study(4, NOW.minus(Duration.ofDays(40)), "MR", "HEAD", 10),
                        Studies.study(5, NOW.minus(Duration.ofDays(800)), "MR", "KNEE", 10)));
    }

    private void restart() throws IOException {
        book = AppointmentBook.open(disk, Path.of("/data/appointments"), Metrics.none());
        PatientBook patients = PatientBook.open(
                disk,
                Path.of("/data/patients"),
                next -> links = next,
                Metrics.none(),
                Audit.none());
        prefetch = new Prefetch(
                book,
                each -> studies.getOrDefault(each.patient(), List.of()),
                () -> policy,
                () -> Studies.TIERS,
                recalls,
                options,
                Runnable::run,
                Metrics.none());
        messages = new ActOnMessages(patients, book, prefetch, options, () -> now);
    }

    private static PatientIdentity patient(String id) {
        return new PatientIdentity(id, "", "Doe^Jane", "", "");
    }

    private void expect(String key, String service, Duration in) throws IOException {
        messages.take(
                new ExaminationExpected(
                        key,
                        patient("P"),
                        service,
                        Optional.of("CT"),
                        Optional.of("CHEST"),
                        Optional.of(now.plus(in))),
                "10.0.0.1");
    }

    private static Set<Uid> uids(long... numbers) {
        Set<Uid> uids = new java.util.TreeSet<>();
        for (long number : numbers) {
            uids.add(Studies.uid(number));
        }
        return uids;
    }

    @Test
    void rulesChooseByBodyPartModalityAgeAndNumber() throws IOException {
        expect("order/1", "", Duration.ofDays(1));
        assertEquals(uids(1, 2, 4), recalls.wanted.keySet(), "body part, modality, latest");
        assertEquals(NOW.plus(Duration.ofDays(1)), recalls.wanted.get(Studies.uid(1)));
    }

    @Test
    void procedureCodesSayMoreThanTheMessage() throws IOException {
        expect("order/1", "MRHEAD", Duration.ofDays(1));
        assertEquals(uids(4, 5), recalls.wanted.keySet());
    }

    @Test
    void nothingComesBeforeItsTime() throws IOException {
        expect("order/1", "", Duration.ofDays(5));
        assertEquals(Set.of(), recalls.wanted.keySet());
        now = NOW.plus(Duration.ofDays(4));
        prefetch.run(now);
        assertEquals(uids(1, 2, 4), recalls.wanted.keySet());
    }

    @Test
    void whatIsCalledOffIsTakenBackUnlessAnotherWantsIt() throws IOException {
        expect("order/1", "", Duration.ofDays(1));
        expect("order/2", "MRHEAD", Duration.ofHours(3));
        assertEquals(uids(1, 2, 4, 5), recalls.wanted.keySet());
        messages.take(new ExaminationEnded("order/1"), "10.0.0.1");
        assertEquals(uids(4, 5), recalls.wanted.keySet());
        messages.take(new ExaminationEnded("order/1"), "10.0.0.1");
        messages.take(new ExaminationEnded("order/2"), "10.0.0.1");
        assertEquals(Set.of(), recalls.wanted.keySet());
    }

    @Test
    void whatIsPutOffFarIsTakenBack() throws IOException {
        expect("order/1", "", Duration.ofDays(1));
        expect("order/1", "", Duration.ofDays(20));
        assertEquals(Set.of(), recalls.wanted.keySet());
    }

    @Test
    void aRestartForgetsNobody() throws IOException {
        expect("order/1", "", Duration.ofDays(1));
        recalls.wanted.clear();
        disk.crash(3);
        restart();
        prefetch.run(now);
        assertEquals(uids(1, 2, 4), recalls.wanted.keySet());
        messages.take(new ExaminationEnded("order/1"), "10.0.0.1");
        disk.crash(4);
        restart();
        assertEquals(List.of(), book.dueUntil(NOW.plus(Duration.ofDays(9))));
    }

    @Test
    void whatIsOverIsForgotten() throws IOException {
        expect("order/1", "", Duration.ofHours(1));
        now = NOW.plus(Duration.ofDays(3));
        prefetch.run(now);
        assertEquals(Set.of(), recalls.wanted.keySet());
        assertTrue(book.find("order/1").isEmpty());
    }

    @Test
    void anOrderWithoutATimeMayBeSoon() throws IOException {
        messages.take(
                new ExaminationExpected(
                        "order/9",
                        patient("P"),
                        "",
                        Optional.of("MR"),
                        Optional.empty(),
                        Optional.empty()),
                "x");
        assertEquals(uids(4, 5), recalls.wanted.keySet());
    }

    @Test
    void aQueueThatIsAwayIsAskedAgain() throws IOException {
        recalls.broken = true;
        expect("order/1", "", Duration.ofDays(1));
        assertEquals(Set.of(), recalls.wanted.keySet());
        recalls.broken = false;
        prefetch.run(now);
        assertEquals(uids(1, 2, 4), recalls.wanted.keySet());
    }

    @Test
    void withoutARuleNothingComesAndWindowsAreKept() throws IOException {
        policy = Studies.policy("version: 1\nrules: []\n");
        expect("order/1", "", Duration.ofDays(1));
        prefetch.run(now);
        assertEquals(Set.of(), recalls.wanted.keySet());
        policy = Studies.policy("""
                version: 1
                rules:
                  - name: at night
                    when: "true"
                    do: { prefetch: hot, most: 1 }
                    window: { from: "22:00", to: "05:00", zone: UTC }
                """.replace("at night", "at-night"));
        prefetch.run(now);
        assertEquals(Set.of(), recalls.wanted.keySet());
        prefetch.run(Instant.parse("2026-11-22T23:00:00Z"));
        assertEquals(uids(4), recalls.wanted.keySet());
    }

    @Test
    void mergesAndUnlinksReachTheBook() throws IOException {
        messages.take(new PatientsMerged(patient("N"), List.of(patient("O"), patient("Q"))), "x");
        assertEquals(
                "N", links.survivor(new PatientId("O", "")).orElseThrow().id().id());
        assertEquals(2, links.size());
        messages.take(new PatientsUnlinked(patient("N"), patient("O")), "x");
        assertEquals(1, links.size());
        Hl7Exception wrong = assertThrows(
                Hl7Exception.class,
                () -> messages.take(new PatientsMerged(patient("N"), List.of(patient("N"))), "x"));
        assertEquals(102, wrong.code().code());
    }

    @Test
    void linesOfAppointmentsComeBack() {
        Appointment one = new Appointment(
                "order/\t1",
                new PatientId("a\u00e4", "b"),
                Optional.of("CT"),
                List.of("CHEST", "HEAD"),
                Optional.of(NOW),
                NOW);
        assertEquals(one, Appointment.of(strata.base.LineLog.split(one.line())));
        Appointment bare = new Appointment(
                "k", new PatientId("a", ""), Optional.empty(), List.of(), Optional.empty(), NOW);
        assertEquals(bare, Appointment.of(strata.base.LineLog.split(bare.line())));
        assertThrows(
                IllegalArgumentException.class, () -> Appointment.of(List.of("expected", "only")));
    }
}
