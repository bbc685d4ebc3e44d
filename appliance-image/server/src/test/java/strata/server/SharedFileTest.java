package strata.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.LocalDisk;
import strata.base.OperatorException;
import strata.base.SiteId;
import strata.replication.Note;
import strata.replication.NoteFile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A file of lines KEY=VALUE that two sites share. */
class SharedFileTest {
    private static final Instant NOW = Instant.parse("2026-06-10T12:00:00Z");
    private static final String BOOK = "lines";

    @TempDir
    Path dir;

    private final Lines form = new Lines();
    private Path path;
    private NoteFile notes;
    private SharedFile shared;

    /** Refuses what has the word bad. */
    private static final class Lines implements SharedFile.Form {
        private final List<String> applied = new ArrayList<>();
        private boolean inEffect = true;

        @Override
        public Map<String, byte[]> parts(byte[] file) {
            Map<String, byte[]> parts = new TreeMap<>();
            text(file).lines().forEach(line -> {
                String[] sides = line.split("=");
                parts.put(sides[0], bytes(sides[1]));
            });
            return parts;
        }

        @Override
        public byte[] whole(Map<String, byte[]> parts) {
            StringBuilder out = new StringBuilder();
            parts.forEach((key, value) ->
                    out.append(key).append('=').append(text(value)).append('\n'));
            return bytes(out.toString());
        }

        @Override
        public void check(byte[] file) throws IOException {
            if (text(file).contains("bad")) {
                throw new OperatorException("a bad line");
            }
        }

        @Override
        public boolean isInEffect(byte[] file) {
            return inEffect;
        }

        @Override
        public void apply(byte[] file) {
            applied.add(text(file));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @BeforeEach
    void open() throws IOException {
        path = dir.resolve("file");
        notes = NoteFile.open(
                new LocalDisk(), dir.resolve("notes"), BOOK, new SiteId(1), () -> NOW);
        shared = new SharedFile(path, dir.resolve("seen"), notes, form);
    }

    private static Note said(String key, String value, int secondsLater) {
        return new Note(BOOK, key, NOW.plusSeconds(secondsLater), new SiteId(2), bytes(value));
    }

    private String note(String key) {
        return text(notes.get(key).orElseThrow().value());
    }

    @Test
    void whatAnOperatorWritesChangesOrTakesOutIsTold() throws IOException {
        shared.look();
        assertTrue(notes.notes().isEmpty() && Files.notExists(path), "nothing to say");
        Files.writeString(path, "a=1\nb=2\n");
        shared.look();
        assertEquals("1", note("a"));
        assertEquals("2", note("b"));
        List<Note> before = notes.notes();
        shared.look();
        assertEquals(before, notes.notes(), "a repeat says nothing");
        Files.writeString(path, "a=3\n");
        shared.look();
        assertEquals("3", note("a"));
        assertEquals("", note("b"), "taken out");
        assertEquals("a=3\n", Files.readString(path));
        assertEquals(List.of(), form.applied, "his own file is in effect already");
    }

    @Test
    void whatAnotherSiteSaysIsWrittenAppliedAndNotToldBack() throws IOException {
        Files.writeString(path, "a=1\n");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
        shared.look();
        notes.take(List.of(said("a", "9", 5), said("c", "7", 5)));
        shared.look();
        assertEquals("a=9\nc=7\n", Files.readString(path));
        assertEquals("a=1\n", Files.readString(dir.resolve("file.before")));
        assertEquals(List.of("a=9\nc=7\n"), form.applied);
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        shared.look();
        assertEquals(1, form.applied.size(), "a repeat does nothing");
        assertEquals(new SiteId(2), notes.get("a").orElseThrow().origin(), "still as it was said");
        notes.take(List.of(said("c", "", 9)));
        shared.look();
        assertEquals("a=9\n", Files.readString(path), "taken out at the other site");
        assertEquals(List.of("file", "file.before", "notes", "seen"), names());
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(dir)) {
            return files.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aFileThatIsNotInEffectIsNeitherToldNorLost() throws IOException {
        Files.writeString(path, "a=1\n");
        form.inEffect = false;
        shared.look();
        assertTrue(notes.notes().isEmpty(), "this site does not work by it");
        assertEquals("a=1\n", Files.readString(path));
        form.inEffect = true;
        shared.look();
        assertEquals("1", note("a"));
    }

    @Test
    void whatDoesNotFitHereIsNotTakenAndTheRestIs() throws IOException {
        Files.writeString(path, "a=1\n");
        shared.look();
        List<Note> both = List.of(said("b", "bad", 5), said("c", "7", 5));
        assertThrows(OperatorException.class, () -> notes.take(both));
        shared.look();
        assertEquals("a=1\nc=7\n", Files.readString(path));
        assertFalse(notes.get("b").isPresent());
    }

    @Test
    void aRestartTellsAChangeByAnOperatorFromOneByAnotherSite() throws IOException {
        Files.writeString(path, "a=1\n");
        shared.look();
        notes.take(List.of(said("a", "2", 5)));
        open();
        shared.look();
        assertEquals("a=2\n", Files.readString(path), "said before the restart, written after it");
        Files.writeString(path, "a=4\n");
        open();
        shared.look();
        assertEquals("4", note("a"), "changed while it was down");
        Files.delete(path);
        open();
        shared.look();
        assertEquals("a=4\n", Files.readString(path), "a lost file comes back");
    }

    @Test
    void afterTroubleItGoesOn() throws IOException {
        Files.createDirectory(path);
        notes.take(List.of(said("a", "1", 5)));
        shared.look();
        assertEquals(List.of(), form.applied);
        Files.delete(path);
        shared.look();
        assertEquals("a=1\n", Files.readString(path));
    }
}
