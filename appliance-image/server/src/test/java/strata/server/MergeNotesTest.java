package strata.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Audit;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.base.SiteId;
import strata.catalog.PatientId;
import strata.catalog.Person;
import strata.policy.lifecycle.patients.PatientBook;
import strata.replication.Note;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** Two sites tell each other which patients were merged. */
class MergeNotesTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    @TempDir
    Path folder;

    private PatientBook book(String name) throws IOException {
        return PatientBook.open(
                new LocalDisk(), folder.resolve(name), links -> {}, Metrics.none(), Audit.none());
    }

    private static PatientId id(String id) {
        return new PatientId(id, "");
    }

    @Test
    void bothEndTheSameAndKeysNameNobody() throws IOException {
        try (PatientBook here = book("here");
                PatientBook there = book("there")) {
            MergeNotes ours = new MergeNotes(here, new SiteId(1));
            MergeNotes theirs = new MergeNotes(there, new SiteId(2));
            here.merge(id("SECRET"), Person.of(id("B")), NOW, "x");
            there.merge(id("C"), Person.of(id("D")), NOW, "y");
            theirs.take(ours.notes());
            ours.take(theirs.notes());
            there.unmerge(id("SECRET"), NOW.plusSeconds(1), "operator");
            ours.take(theirs.notes());
            ours.take(theirs.notes());
            assertEquals(here.all(), there.all());
            assertEquals(2, here.all().size());
            assertFalse(ours.notes().toString().contains("SECRET"));
            Note broken = new Note(MergeNotes.NAME, "k", NOW, new SiteId(2), new byte[] {'x'});
            assertThrows(IOException.class, () -> ours.take(List.of(broken)));
            assertTrue(here.all().stream()
                    .noneMatch(word -> word.merged().id().equals("SECRET") && word.active()));
        }
    }
}
