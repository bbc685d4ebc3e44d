package strata.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Metrics;
import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/** Queries while patients are merged: who is found under which identifier, and who is answered. */
final class MergedPatientsTest {
    @TempDir
    private Path directory;

    private Catalog catalog;
    private int next;
    private final Map<String, Received> received = new TreeMap<>();

    /** What a study was received with. */
    private record Received(String id, String issuer, String name) {}

    @BeforeEach
    void open() throws IOException {
        catalog =
                Catalog.open(directory.resolve("catalog"), CatalogOptions.DEFAULT, Metrics.none());
    }

    @AfterEach
    void close() throws IOException {
        catalog.close();
    }

    private String study(String id, String issuer, String name) throws IOException {
        InstanceKey key = Samples.key(++next, 1, 1);
        DataSet keys = Samples.keys(key)
                .putString(Tag.PatientID, Vr.LO, id)
                .putString(Tag.PatientName, Vr.PN, name);
        if (!issuer.isEmpty()) {
            keys.putString(Tag.IssuerOfPatientID, Vr.LO, issuer);
        }
        catalog.apply(catalog.batch().putVersion(Samples.version(next, key), keys));
        received.put(key.study().value(), new Received(id, issuer, name));
        return key.study().value();
    }

    private static PatientId id(String id) {
        return new PatientId(id, "");
    }

    private void merge(PatientId from, Person into) {
        catalog.patients().set(links(Map.of(from, into)));
    }

    private static PatientLinks links(Map<PatientId, Person> merged) {
        Map<PatientId, PatientLinks.Survivor> survivors = new HashMap<>();
        merged.forEach((from, into) ->
                survivors.put(from, new PatientLinks.Survivor(into, Instant.EPOCH)));
        return new PatientLinks(survivors);
    }

    private static DataSet identifier(String id, String name) {
        return new DataSet()
                .putString(Tag.SpecificCharacterSet, Vr.CS, "ISO_IR 192")
                .putString(Tag.PatientID, Vr.LO, id)
                .putString(Tag.PatientName, Vr.PN, name)
                .putEmpty(Tag.IssuerOfPatientID, Vr.LO)
                .putEmpty(Tag.NumberOfPatientRelatedStudies, Vr.IS)
                .putEmpty(Tag.StudyInstanceUID, Vr.UI);
    }

    private List<DataSet> ask(QueryLevel level, DataSet identifier) throws IOException {
        QueryRoot root = level == QueryLevel.PATIENT ? QueryRoot.PATIENT : QueryRoot.STUDY;
        List<DataSet> answers = new ArrayList<>();
        try (QueryCursor cursor = catalog.query(new QuerySpec(root, level, identifier, true))) {
            cursor.forEachRemaining(answers::add);
        }
        return answers;
    }

    /** Study UID and Patient ID of the answers. */
    private Map<String, String> studies(String id, String name) throws IOException {
        Map<String, String> found = new HashMap<>();
        for (DataSet answer : ask(QueryLevel.STUDY, identifier(id, name))) {
            String uid = answer.uid(Tag.StudyInstanceUID).map(Uid::value).orElseThrow();
            String patient = answer.string(Tag.PatientID).orElse("");
            assertEquals(null, found.put(uid, patient), () -> "twice: " + uid);
        }
        return found;
    }

    @Test
    void bothIdentifiersFindAllAndTheSurvivorIsAnswered() throws IOException {
        String a = study("OLD", "", "Trauma^Unknown");
        String b = study("NEW", "", "Doe^Jane");
        String c = study("OTHER", "", "Roe^Richard");
        merge(id("OLD"), new Person(id("NEW"), "Doe^Jane", "19700102", "F"));
        Map<String, String> both = Map.of(a, "NEW", b, "NEW");
        assertEquals(both, studies("OLD", ""));
        assertEquals(both, studies("NEW", ""));
        assertEquals(both, studies("N*", ""));
        assertEquals(Map.of(a, "NEW"), studies("OL?", ""));
        assertEquals(both, studies("", "Doe*"), "by the survivor's name");
        assertEquals(Map.of(a, "NEW"), studies("", "Trauma*"), "by the name as received");
        assertEquals(Map.of(c, "OTHER"), studies("OTHER", ""));
        assertEquals(3, studies("", "").size());
        catalog.patients().set(PatientLinks.NONE);
        assertEquals(Map.of(a, "OLD"), studies("OLD", ""), "taken back");
    }

    @Test
    void patientsThatAreOneAreOneAnswerWithTheirCountsTogether() throws IOException {
        study("OLD", "", "Trauma^Unknown");
        study("OLD", "", "Trauma^Unknown");
        study("NEW", "", "Doe^Jane");
        study("OTHER", "", "Roe^Richard");
        merge(id("OLD"), new Person(id("NEW"), "Doe^Jane", "", ""));
        for (DataSet keys : List.of(
                identifier("OLD", ""),
                identifier("NEW", ""),
                identifier("", "Trauma*"),
                identifier("", "Doe*"),
                identifier("OLD", "Doe*"))) {
            List<DataSet> answers = ask(QueryLevel.PATIENT, keys);
            assertEquals(1, answers.size());
            assertEquals("NEW", answers.get(0).string(Tag.PatientID).orElseThrow());
            assertEquals("Doe^Jane", answers.get(0).string(Tag.PatientName).orElseThrow());
            assertEquals(
                    3,
                    answers.get(0).intValue(Tag.NumberOfPatientRelatedStudies).orElse(0));
        }
        assertEquals(2, ask(QueryLevel.PATIENT, identifier("", "")).size());
        List<DataSet> byStudy = ask(QueryLevel.STUDY, identifier("OLD", ""));
        assertEquals(
                3, byStudy.get(0).intValue(Tag.NumberOfPatientRelatedStudies).orElse(0));
    }

    @Test
    void aSurvivorWithoutStudiesHereIsAnsweredAllTheSame() throws IOException {
        String a = study("OLD", "", "Trauma^Unknown");
        merge(id("OLD"), new Person(id("NEW"), "Doe^Jane", "", ""));
        assertEquals(Map.of(a, "NEW"), studies("NEW", ""));
        assertEquals(1, ask(QueryLevel.PATIENT, identifier("NEW", "")).size());
        assertEquals(1, ask(QueryLevel.PATIENT, identifier("", "Doe^Jane")).size());
    }

    @Test
    void anotherDomainsPatientWithTheSameIdStaysApart() throws IOException {
        String ours = study("1", "A", "Doe^Jane");
        String theirs = study("1", "B", "Roe^Richard");
        merge(new PatientId("1", "A"), Person.of(new PatientId("2", "A")));
        assertEquals(Map.of(ours, "2"), studies("2", ""));
        assertEquals(Map.of(ours, "2", theirs, "1"), studies("1", ""));
    }

    @Test
    void lowerLevelsAndSearchesFollow() throws IOException {
        String a = study("OLD", "", "Trauma^Unknown");
        merge(id("OLD"), Person.of(id("NEW")));
        DataSet series = identifier("NEW", "").putEmpty(Tag.SeriesInstanceUID, Vr.UI);
        assertEquals(1, ask(QueryLevel.SERIES, series).size());
        DataSet image = identifier("NEW", "")
                .putString(
                        Tag.SOPInstanceUID,
                        Vr.UI,
                        Samples.key(1, 1, 1).instance().value());
        assertEquals(1, ask(QueryLevel.IMAGE, image).size());
        List<String> found = new ArrayList<>();
        byPatient("NEW").forEach(catalog, s -> found.add(s.study() + s.patientId()));
        assertEquals(List.of(a + "NEW"), found);
    }

    private static StudySearch byPatient(String id) {
        return new StudySearch(
                Optional.empty(),
                Optional.of(id),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void whatNamesNobodyIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new PatientId(" ", "A"));
        assertThrows(IllegalArgumentException.class, () -> new PatientId("a\\b", ""));
        assertThrows(IllegalArgumentException.class, () -> new PatientId("a".repeat(65), ""));
        assertThrows(IllegalArgumentException.class, () -> new Person(id("1"), "", "1.2.1970", ""));
    }

    /** Against a plain evaluation of the three ways to match. */
    @Test
    void queriesFindWhatAPlainEvaluationFinds() throws IOException {
        long seed = 20261122;
        Random random = new Random(seed);
        for (int i = 0; i < 60; i++) {
            study("P" + random.nextInt(20), random.nextInt(4) == 0 ? "A" : "", name(random));
        }
        for (int round = 0; round < 40; round++) {
            Map<PatientId, Person> merged = new HashMap<>();
            for (int i = random.nextInt(5); i > 0; i--) {
                merged.put(id("P" + random.nextInt(10)), Person.of(id("P1" + random.nextInt(10))));
            }
            merged.replaceAll((from, into) ->
                    new Person(into.id(), "S" + into.id().id().charAt(2) + "^X", "", ""));
            PatientLinks links = links(merged);
            catalog.patients().set(links);
            for (int query = 0; query < 20; query++) {
                String id = random.nextInt(3) == 0 ? "" : "P" + random.nextInt(20);
                id = random.nextInt(6) == 0 ? "P1*" : id;
                String name = random.nextInt(2) == 0 ? "" : name(random);
                name = random.nextInt(4) == 0 ? "S*" : name;
                String asked = id + " / " + name;
                assertEquals(
                        expected(links, id, name),
                        new TreeSet<>(studies(id, name).keySet()),
                        () -> "seed " + seed + ": " + asked);
            }
        }
        assertTrue(received.size() == 60);
    }

    private static String name(Random random) {
        return "N" + random.nextInt(6) + "^X";
    }

    private TreeSet<String> expected(PatientLinks links, String id, String name) {
        TreeSet<String> found = new TreeSet<>();
        received.forEach((study, as) -> {
            PatientId of = new PatientId(as.id, as.issuer);
            Person survivor = links.survivor(of).orElse(null);
            String shownId = survivor == null ? as.id : survivor.id().id();
            boolean inFamily = links.family(of).isPresent();
            String shownName = inFamily ? links.family(of).get().survivor().name() : as.name;
            boolean byAlias = !id.isEmpty()
                    && !id.contains("*")
                    && links.family(id(id)).isPresent()
                    && links.family(id(id)).equals(links.family(of));
            boolean receivedFits = fits(id, as.id) && fits(name, as.name);
            boolean shownFits = fits(id, shownId) && fits(name, shownName);
            boolean namedFits = byAlias && (fits(name, as.name) || fits(name, shownName));
            if (receivedFits || shownFits || namedFits) {
                found.add(study);
            }
        });
        return found;
    }

    private static boolean fits(String pattern, String value) {
        return pattern.isEmpty() || Wildcard.matches(pattern, value);
    }
}
