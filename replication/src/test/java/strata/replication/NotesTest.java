package strata.replication;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Await;
import strata.base.CorruptDataException;
import strata.base.LocalDisk;
import strata.base.OperatorException;
import strata.base.SiteId;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;

/** What sites are to agree on beside the objects. */
class NotesTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private NoteFile file(String name, long site) throws IOException {
        return NoteFile.open(
                new LocalDisk(), directory.resolve(name), "rules", new SiteId(site), Instant::now);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(NoteFile file, String key) {
        return file.get(key)
                .map(n -> new String(n.value(), StandardCharsets.UTF_8))
                .orElse("nothing");
    }

    @Test
    void theLaterNoteCountsInWhicheverOrderTheyCome() throws Exception {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            List<Note> all = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                all.add(new Note(
                        "rules",
                        "k" + random.nextInt(3),
                        Instant.ofEpochMilli(random.nextInt(4)),
                        new SiteId(random.nextInt(3)),
                        new byte[] {(byte) random.nextInt(3)}));
            }
            NoteFile one = file("one" + seed, 1);
            NoteFile other = file("other" + seed, 2);
            one.take(all);
            Collections.shuffle(all, random);
            for (Note note : all) {
                other.take(List.of(note));
                other.take(List.of(note));
            }
            assertEquals(one.notes(), other.notes(), "seed " + seed);
            assertEquals(Note.digest(one.notes()), Note.digest(other.notes()), "seed " + seed);
        }
    }

    @Test
    void theFileOutlivesARestartAndDamageIsFound() throws Exception {
        NoteFile file = file("notes", 1);
        Note said = file.put("policy", bytes("one"));
        Note later = file.put("policy", bytes("two"));
        assertTrue(later.at().isAfter(said.at()), "a later word of the same moment is later");
        assertEquals("two", text(file("notes", 1), "policy"));
        assertFalse(later.toString().contains("two"), "a value may be secret");
        Path path = directory.resolve("notes");
        byte[] whole = Files.readAllBytes(path);
        for (int at = 0; at < whole.length; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 16;
            Files.write(path, flipped);
            assertThrows(IOException.class, () -> file("notes", 1), "byte " + at);
        }
        Files.write(path, new byte[] {1});
        assertThrows(IOException.class, () -> file("notes", 1));
        byte[] shorter = java.util.Arrays.copyOf(whole, whole.length - 1);
        Files.write(path, shorter);
        assertThrows(CorruptDataException.class, () -> file("notes", 1));
    }

    @Test
    void ofTwoWordsInOneMillisecondTheSecondCounts() throws Exception {
        Iterator<Instant> clock = List.of(
                        Instant.parse("2026-01-02T03:04:05.006100Z"),
                        Instant.parse("2026-01-02T03:04:05.006900Z"),
                        Instant.parse("2026-01-02T03:04:05.001Z"))
                .iterator();
        NoteFile file = NoteFile.open(
                new LocalDisk(), directory.resolve("fine"), "rules", new SiteId(1), clock::next);
        Note first = file.put("policy", bytes("b"));
        Note second = file.put("policy", bytes("a"));
        Note third = file.put("policy", bytes("0"));
        assertTrue(Note.LATER.compare(second, first) > 0, "the same millisecond");
        assertTrue(Note.LATER.compare(third, second) > 0, "a clock that was set back");
    }

    @Test
    void aNoteFromAClockFarAheadIsNotTaken() throws Exception {
        NoteFile file = file("notes", 1);
        Instant now = Instant.parse("2026-01-02T03:04:05Z");
        Notes notes = new Notes(List.of(file), () -> now);
        Note ahead =
                new Note("rules", "a", now.plus(Duration.ofDays(3)), new SiteId(2), bytes("x"));
        Note right =
                new Note("rules", "b", now.plus(Duration.ofDays(1)), new SiteId(2), bytes("y"));
        Note other = new Note("accounts", "c", now, new SiteId(2), bytes("z"));
        assertThrows(OperatorException.class, () -> notes.take(List.of(ahead, right, other)));
        assertEquals(List.of(right), file.notes(), "the rest of it is taken");
        notes.take(List.of(other));
        assertEquals(1, file.notes().size(), "what is not kept here is passed over");
    }

    @Test
    void bothSitesAgreeThroughCutsAndRestarts() throws Exception {
        StoreSite main = new StoreSite(directory, "main", "dr", 0);
        StoreSite replica = new StoreSite(directory, "dr", "main", 0);
        try (FrameProxy network = new FrameProxy(replica.port(), 1, 20)) {
            NoteFile here = file("here", 1);
            NoteFile there = file("there", 2);
            main.share(network.port(), here);
            // The replica only answers: one that connects is enough for both.
            replica.share(1, there);
            for (int i = 0; i < 40; i++) {
                here.put("h" + i, bytes("of main " + i));
                there.put("t" + i, bytes("of dr " + i));
                (i % 2 == 0 ? here : there).put("both", bytes("word " + i));
            }
            network.calm();
            Await.until(
                    "both know all",
                    LIMIT,
                    () -> here.notes().size() == 81 && here.notes().equals(there.notes()));
            assertEquals("word 39", text(here, "both"));

            AtomicReference<String> refused = new AtomicReference<>("unfit");
            there.checking(note -> {
                if (new String(note.value(), StandardCharsets.UTF_8).equals(refused.get())) {
                    throw new OperatorException("no such tier here");
                }
            });
            here.put("policy", bytes("unfit"));
            here.put("other", bytes("fit"));
            Await.until("the other one", LIMIT, () -> text(there, "other").equals("fit"));
            assertEquals("nothing", text(there, "policy"));
            refused.set("");
            Await.until("offered again", LIMIT, () -> text(there, "policy").equals("unfit"));
        } finally {
            main.close();
            replica.close();
        }
    }

    @Test
    void aComparisonFindsAndSettlesWhatDiffers() throws Exception {
        try (StoreSite main = new StoreSite(directory, "main", "dr", 0);
                StoreSite replica = new StoreSite(directory, "dr", "main", 0)) {
            NoteFile here = file("here", 1);
            NoteFile there = file("there", 2);
            main.sendTo(replica.port(), StoreSite.OPTIONS);
            main.share(1, here);
            replica.share(1, there);
            here.put("a", bytes("main"));
            there.put("b", bytes("dr"));
            there.put("a", bytes("dr, later"));
            ComparisonReport found = main.compare(SiteComparison.Mode.DIFF, false);
            assertEquals(
                    List.of(
                            new NoteDifference("rules", "a", false),
                            new NoteDifference("rules", "b", false)),
                    found.notes());
            assertEquals(2, found.found());
            ComparisonReport settled = main.compare(SiteComparison.Mode.REPAIR, false);
            assertEquals(2, settled.repaired());
            assertEquals(here.notes(), there.notes());
            assertArrayEquals(bytes("dr, later"), here.get("a").orElseThrow().value());
            assertEquals(0, main.compare(SiteComparison.Mode.DIFF, false).found());
        }
    }
}
