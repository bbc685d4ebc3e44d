package strata.hl7;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import strata.base.Metrics;
import strata.hl7.Hl7Event.ExaminationEnded;
import strata.hl7.Hl7Event.ExaminationExpected;
import strata.hl7.Hl7Event.PatientsMerged;
import strata.hl7.Hl7Event.PatientsUnlinked;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What messages mean, and what each is answered. */
final class AnswerMessagesTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:15:00Z");

    private final List<Hl7Event> events = new ArrayList<>();
    private IOException trouble;
    private final AnswerMessages answers = answers("HOSP", Hl7Limits.DEFAULT);

    private AnswerMessages answers(String domain, Hl7Limits limits) {
        return new AnswerMessages(
                new Hl7Options("STRATA", domain, ZoneOffset.UTC, limits),
                (event, sender) -> {
                    if (trouble != null) {
                        throw trouble;
                    }
                    events.add(event);
                },
                Clock.fixed(NOW, ZoneOffset.UTC),
                Metrics.none());
    }

    private String answer(String message) {
        return answer(message.getBytes(StandardCharsets.UTF_8));
    }

    private String answer(byte[] message) {
        return new String(answers.answer(message, "10.0.0.1"), StandardCharsets.UTF_8);
    }

    private static String msa(String answer) {
        for (String segment : answer.split("\r")) {
            if (segment.startsWith("MSA")) {
                return String.join("|", List.of(segment.split("\\|", -1)).subList(1, 3));
            }
        }
        return "none";
    }

    private static String error(String answer) {
        for (String segment : answer.split("\r")) {
            if (segment.startsWith("ERR")) {
                return segment.split("\\|", -1)[3].split("\\^")[0];
            }
        }
        return "none";
    }

    @Test
    void aMergeNamesTheSurvivorAndThePriors() {
        String answer = answer(Messages.merge("M1", "NEW", "OLD^^^HOSP~OLDER^^^HOSP~X^^^LAB~Z"));
        assertEquals("AA|M1", msa(answer));
        assertTrue(
                answer.startsWith("MSH|^~\\&|STRATA|PACS|ADT1|HOSP|20261122101500+0000||ACK^A40|"));
        PatientsMerged merged = (PatientsMerged) events.get(0);
        assertEquals(
                new PatientIdentity("NEW", "HOSP", "Doe^Jane^Q^Dr^Jr", "19700102", "F"),
                merged.survivor());
        assertEquals(
                List.of("OLD", "OLDER", "Z"),
                merged.priors().stream().map(PatientIdentity::id).toList());
    }

    @Test
    void theSitesDomainIsChosenAmongSeveral() {
        answer(Messages.header("ADT^A40", "1")
                + "PID|1||L1^^^LAB~N1^^^HOSP||X\rMRG|L2^^^LAB~N2^^^HOSP\r");
        PatientsMerged merged = (PatientsMerged) events.get(0);
        assertEquals("N1", merged.survivor().id());
        assertEquals("N2", merged.priors().get(0).id());
        assertEquals(1, merged.priors().size());
    }

    @Test
    void twoMergesInOneMessageAndOlderForms() {
        String one = Messages.pid("A") + "MRG|B^^^HOSP\r";
        String two = Messages.pid("C") + "PV1|1\rMRG|D^^^HOSP\r";
        assertEquals("AA|1", msa(answer(Messages.header("ADT^A39", "1") + one + two)));
        assertEquals(2, events.size());
        for (String trigger : List.of("A18", "A30", "A34", "A36", "A46", "A47")) {
            assertEquals(
                    "AA|" + trigger, msa(answer(Messages.header("ADT^" + trigger, trigger) + one)));
        }
        assertEquals(8, events.size());
    }

    @Test
    void unlinkNamesBoth() {
        assertEquals("AA|U", msa(answer(Messages.unlink("U", "NEW", "OLD"))));
        PatientsUnlinked unlinked = (PatientsUnlinked) events.get(0);
        assertEquals("NEW", unlinked.one().id());
        assertEquals("OLD", unlinked.other().id());
    }

    @Test
    void ordersAndAppointmentsAreExpectedExaminations() {
        answer(Messages.order("1", "NW", "O1", "P"));
        answer(Messages.imagingOrder("2", "O2", "P"));
        answer(Messages.appointment("3", "S13", "X9", "P"));
        ExaminationExpected order = (ExaminationExpected) events.get(0);
        assertEquals("order/O1", order.key());
        assertEquals("CTCHEST", order.service());
        assertEquals(Optional.of("CT"), order.modality());
        assertEquals(Optional.of("CHEST"), order.bodyPart());
        assertEquals(Optional.of(Instant.parse("2026-11-24T07:30:00Z")), order.at());
        ExaminationExpected imaging = (ExaminationExpected) events.get(1);
        assertEquals(Optional.of("MR"), imaging.modality());
        assertEquals(Optional.of(Instant.parse("2026-11-25T09:00:00Z")), imaging.at());
        ExaminationExpected booked = (ExaminationExpected) events.get(2);
        assertEquals("appointment/X9", booked.key());
        assertEquals("USABD", booked.service());
        assertEquals(Optional.of(Instant.parse("2026-11-26T11:30:00Z")), booked.at());
    }

    @ParameterizedTest
    @ValueSource(strings = {"S15", "S16", "S17", "S26"})
    void appointmentsThatAreCalledOff(String trigger) {
        assertEquals("AA|1", msa(answer(Messages.appointment("1", trigger, "X9", "P"))));
        assertEquals(List.of(new ExaminationEnded("appointment/X9")), events);
    }

    @ParameterizedTest
    @ValueSource(strings = {"CA", "OC", "CR", "DC"})
    void ordersThatAreCancelled(String control) {
        assertEquals("AA|1", msa(answer(Messages.order("1", control, "O1", "P"))));
        assertEquals(List.of(new ExaminationEnded("order/O1")), events);
    }

    @Test
    void otherEventsOfPatientsAreTakenAndDoNothing() {
        assertEquals("AA|1", msa(answer(Messages.header("ADT^A08", "1") + Messages.pid("P"))));
        assertEquals(List.of(), events);
    }

    @ParameterizedTest
    @CsvSource({
        "ORU^R01, AR, 200",
        "ADT^A43, AR, 201",
        "ADT^A24, AR, 201",
        "SIU^S99, AR, 201",
        "ORM^O02, AR, 201",
        "'', AR, 200",
    })
    void whatIsNotCarriedOutIsRefused(String type, String code, String error) {
        String answer =
                answer(Messages.header(type, "1") + "SCH|1|2\rORC|NW|1\r" + Messages.pid("P"));
        assertEquals(code + "|1", msa(answer));
        assertEquals(error, error(answer));
        assertEquals(List.of(), events);
    }

    @Test
    void missingSegmentsAndFieldsAreNamed() {
        assertEquals("100", error(answer(Messages.header("ADT^A40", "1") + Messages.pid("P"))));
        assertEquals("100", error(answer(Messages.header("ADT^A40", "2") + "MRG|1\rPID|||2\r")));
        assertEquals("101", error(answer(Messages.header("ADT^A40", "3") + "PID|1\rMRG|2\r")));
        assertEquals("101", error(answer(Messages.header("ADT^A40", "4") + "PID|||1\rMRG|\r")));
        assertEquals("101", error(answer(Messages.order("5", "", "O1", "P"))));
        assertEquals(
                "101",
                error(answer(
                        Messages.header("ORM^O01", "6") + Messages.pid("P") + "ORC|NW\rOBR|1\r")));
        assertEquals("101", error(answer(Messages.merge("", "N", "O"))));
        assertEquals(List.of(), events);
    }

    @Test
    void testAndTrainingMessagesChangeNothing() {
        String answer = answer(Messages.merge("1", "N", "O").replace("|P|2.5.1", "|T|2.5.1"));
        assertEquals("AR|1", msa(answer));
        assertEquals("202", error(answer));
        assertEquals("203", error(answer(Messages.merge("2", "N", "O").replace("2.5.1", "3"))));
        assertEquals(List.of(), events);
    }

    @Test
    void aMessageThatComesAgainIsAnsweredTheSameAndNotCarriedOut() {
        byte[] message = Messages.bytes(Messages.merge("1", "N", "O"));
        byte[] first = answers.answer(message, "10.0.0.1");
        assertArrayEquals(first, answers.answer(message, "10.0.0.1"));
        assertEquals(1, events.size());
        assertEquals("AA|1", msa(answer(Messages.merge("1", "N", "OTHER"))), "other bytes");
        assertEquals(2, events.size());
    }

    @Test
    void whatCannotBeStoredNowIsCarriedOutWhenItComesAgain() {
        trouble = new IOException("no space");
        String message = Messages.merge("1", "N", "O");
        String answer = answer(message);
        assertEquals("AR|1", msa(answer));
        assertEquals("207", error(answer));
        trouble = null;
        assertEquals("AA|1", msa(answer(message)));
        assertEquals(1, events.size());
    }

    @Test
    void characterSetsAreRead() {
        String name = "M\u00fcller^J\u00f6rg";
        for (String[] each : new String[][] {
            {"UNICODE UTF-8", "UTF-8"}, {"8859/1", "ISO-8859-1"}, {"", "UTF-8"}, {"", "ISO-8859-1"}
        }) {
            String message = Messages.merge("1", "N", "O")
                    .replace("Doe^Jane^Q^Jr^Dr", name)
                    .replace("UNICODE UTF-8", each[0]);
            events.clear();
            byte[] answer =
                    answers("", Hl7Limits.DEFAULT).answer(Messages.bytes(message, each[1]), "x");
            assertEquals("AA|1", msa(new String(answer, StandardCharsets.US_ASCII)));
            assertEquals(name, ((PatientsMerged) events.get(0)).survivor().name());
        }
        events.clear();
        String japanese = Messages.merge("2", "N", "O")
                .replace("Doe^Jane^Q^Jr^Dr", "\u5c71\u7530^\u592a\u90ce")
                .replace("UNICODE UTF-8", "ISO IR6~ISO IR87");
        answer(Messages.bytes(japanese, "ISO-2022-JP"));
        assertEquals(
                "\u5c71\u7530^\u592a\u90ce",
                ((PatientsMerged) events.get(0)).survivor().name());
    }

    @Test
    void escapesAreRead() {
        answer(Messages.merge("1", "A\\T\\B\\S\\C", "O"));
        assertEquals("A&B^C", ((PatientsMerged) events.get(0)).survivor().id());
    }

    // ---- hostile inputs

    @Test
    void hostile66UnknownCharacterSet() {
        String answer = answer(Messages.merge("1", "N", "O").replace("UNICODE UTF-8", "EBCDIC"));
        assertEquals("103", error(answer));
        byte[] broken = Messages.bytes(
                Messages.merge("1", "N", "O").replace("Doe", "\u00ff"), "ISO-8859-1");
        assertEquals("102", error(answer(broken)));
        assertEquals(List.of(), events);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "MSH",
                "MSH|",
                "MSH|^~\\&",
                "PID|1\r",
                "\r\r\r",
                "MSH|^^^^|A|B|C|D|||ADT^A40|1|P|2.5\r",
                "MSH|^~|A|B|C|D|||ADT^A40|1|P|2.5\r",
                "MSH|||||A|B|C|D|||ADT^A40|1|P|2.5\r",
                "MSHAB~\\&A1ABA",
                "MSH|\u00e4~\\&|A|B|C|D|||ADT^A40|1|P|2.5\r",
            })
    void hostile66HeadersAreRefused(String message) {
        String answer = answer(message);
        assertTrue(msa(answer).matches("A[ER]\\|1?"), answer);
        assertEquals(List.of(), events);
    }

    @Test
    void hostile66NulAnywhere() {
        assertEquals("102", error(answer(Messages.merge("1", "N\0", "O"))));
        assertEquals("102", error(answer(Messages.merge("2", "N", "O") + "ZZZ|\0\r")));
        assertEquals(List.of(), events);
    }

    @Test
    void hostile67SizesAreRefusedBeforeTheLibrarySeesThem() {
        String huge = "x".repeat(70_000);
        assertEquals("102", error(answer(Messages.merge("1", huge, "O"))));
        assertEquals("102", error(answer(Messages.merge("2", "N", "O") + "OBX|" + huge + "\r")));
        assertEquals("102", error(answer(Messages.merge("3", "|".repeat(3000), "O"))));
        assertEquals("102", error(answer(Messages.merge("4", "~".repeat(3000), "O"))));
        assertEquals("100", error(answer(Messages.merge("5", "N", "O") + "ZZ1|1\r".repeat(1001))));
        assertEquals(List.of(), events);
        assertEquals("AA|6", msa(answer(Messages.merge("6", "N&" + "&".repeat(60_000), "O"))));
    }

    @Test
    void hostile67HeaderFieldsAreNotEchoedAtLength() {
        String message = Messages.merge("1", "N", "O").replace("ADT1", "A".repeat(5000));
        assertTrue(answer(message).length() < 1000);
    }

    @Test
    void valuesAreInNoAnswerThatRefuses() {
        String answer = answer(Messages.header("ADT^A40", "1") + Messages.pid("SECRET"));
        assertFalse(answer.contains("SECRET") || answer.contains("Doe"), answer);
    }
}
