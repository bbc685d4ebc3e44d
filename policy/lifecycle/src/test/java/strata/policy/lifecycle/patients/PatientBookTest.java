package strata.policy.lifecycle.patients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import strata.base.Audit;
import strata.base.FaultyDisk;
import strata.base.Metrics;
import strata.catalog.PatientId;
import strata.catalog.PatientLinks;
import strata.catalog.Person;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Merges and their reversal: durable, in any order, and audited without patient data. */
final class PatientBookTest {
    private static final Path FILE = Path.of("/data/patients");
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    private final FaultyDisk disk = new FaultyDisk();
    private final List<String> audited = new ArrayList<>();
    private PatientLinks links = PatientLinks.NONE;

    @BeforeEach
    void directory() throws IOException {
        disk.createDirectories(FILE.getParent());
        disk.syncDirectory(Path.of("/"));
    }

    private PatientBook open() throws IOException {
        Audit audit = (action, outcome, actor, details) ->
                audited.add(action + " " + actor + " " + details);
        return PatientBook.open(disk, FILE, next -> links = next, Metrics.none(), audit);
    }

    private static PatientId id(String id) {
        return new PatientId(id, "");
    }

    private String survivor(String of) {
        return links.survivor(id(of)).map(p -> p.id().id()).orElse(of);
    }

    private static void merge(PatientBook book, String merged, String into) throws IOException {
        book.merge(id(merged), Person.of(id(into)), NOW, "10.0.0.1");
    }

    @Test
    void chainsLeadToTheLastAndComeApartAgain() throws IOException {
        try (PatientBook book = open()) {
            merge(book, "A", "B");
            merge(book, "B", "C");
            assertEquals("C", survivor("A"));
            assertEquals("C", survivor("B"));
            assertTrue(book.unmerge(id("B"), NOW, "operator"));
            assertEquals("B", survivor("A"), "as it was before");
            assertEquals("B", survivor("B"));
            assertFalse(book.unmerge(id("B"), NOW, "operator"), "nothing to take back");
            assertTrue(book.unlink(id("B"), id("A"), NOW, "10.0.0.1"));
            assertEquals("A", survivor("A"));
            assertFalse(book.unlink(id("A"), id("B"), NOW, "10.0.0.1"));
            merge(book, "A", "B");
            assertEquals("B", survivor("A"), "merged again");
        }
    }

    @Test
    void theOtherWayRoundTakesTheFirstBack() throws IOException {
        try (PatientBook book = open()) {
            merge(book, "A", "B");
            merge(book, "B", "A");
            assertEquals("A", survivor("A"));
            assertEquals("A", survivor("B"));
            assertThrows(IllegalArgumentException.class, () -> merge(book, "A", "A"));
        }
    }

    @Test
    void whatWasSaidOutlivesARestart() throws IOException {
        Person jane = new Person(new PatientId("N", "HOSP"), "Doe^J\u00e4ne", "19700102", "F");
        try (PatientBook book = open()) {
            book.merge(new PatientId("O", "HOSP"), jane, NOW, "10.0.0.1");
            merge(book, "A", "B");
            book.unmerge(id("A"), NOW, "operator");
        }
        disk.crash(1);
        try (PatientBook book = open()) {
            assertEquals(jane, links.survivor(new PatientId("O", "HOSP")).orElseThrow());
            assertEquals(jane, links.survivor(id("O")).orElseThrow(), "issuer not known");
            assertTrue(links.survivor(new PatientId("O", "LAB")).isEmpty(), "another domain");
            assertEquals("A", survivor("A"));
            assertEquals(2, book.all().size());
        }
    }

    @Test
    void theSameAgainChangesNothing() throws IOException {
        try (PatientBook book = open()) {
            merge(book, "A", "B");
            long mutations = disk.mutations();
            merge(book, "A", "B");
            book.take(book.all());
            assertEquals(mutations, disk.mutations());
        }
    }

    @Test
    void aDiskThatFailsLeavesWhatWas() throws IOException {
        try (PatientBook book = open()) {
            merge(book, "A", "B");
            disk.plan((number, operation, path) -> FaultyDisk.Outcome.FAILS);
            assertThrows(IOException.class, () -> merge(book, "C", "D"));
            assertEquals("C", survivor("C"));
            disk.plan((number, operation, path) -> FaultyDisk.Outcome.DONE);
            merge(book, "C", "D");
            assertEquals("D", survivor("C"));
        }
    }

    /** What two sites tell each other, in any order and several times, ends the same at both. */
    @Test
    void wordsInAnyOrderEndTheSame() {
        long seed = 41;
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            List<PatientMerge> words = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                int merged = random.nextInt(5);
                int into = (merged + 1 + random.nextInt(4)) % 5;
                words.add(new PatientMerge(
                        id("P" + merged),
                        Person.of(id("P" + into)),
                        random.nextInt(3) > 0,
                        NOW.plusMillis(random.nextInt(6)),
                        "x"));
            }
            MergeState one = state(words);
            Collections.shuffle(words, random);
            words.addAll(words.subList(0, 4));
            MergeState other = state(words);
            assertEquals(one.all(), other.all(), "seed " + seed + " round " + round);
            PatientLinks here = one.links();
            PatientLinks there = other.links();
            for (int i = 0; i < 5; i++) {
                PatientId patient = id("P" + i);
                assertEquals(here.survivor(patient), there.survivor(patient), "seed " + seed);
                here.survivor(patient)
                        .ifPresent(last -> assertTrue(
                                here.survivor(last.id()).isEmpty(), "survivors are not merged"));
            }
        }
    }

    private static MergeState state(List<PatientMerge> words) {
        MergeState state = MergeState.EMPTY;
        for (PatientMerge word : words) {
            state = state.with(word);
        }
        return state;
    }

    @Test
    void nothingThatIdentifiesIsAudited() throws IOException {
        try (PatientBook book = open()) {
            book.merge(id("SECRET1"), new Person(id("SECRET2"), "Secret^S", "", ""), NOW, "ris");
            book.unmerge(id("SECRET1"), NOW, "operator");
        }
        assertEquals(2, audited.size());
        assertTrue(audited.get(0).startsWith("PATIENTS_MERGED ris"), audited.get(0));
        assertFalse(audited.toString().toLowerCase(java.util.Locale.ROOT).contains("secret"));
    }

    @Test
    void linesComeBack() {
        PatientMerge word = new PatientMerge(
                new PatientId("a b", "i\u00e9"),
                new Person(id("c"), "D^E", "", "O"),
                true,
                NOW,
                "x");
        assertEquals(word, PatientMerge.of(word.line()));
        assertThrows(IllegalArgumentException.class, () -> PatientMerge.of("merged\t1\tx"));
    }
}
