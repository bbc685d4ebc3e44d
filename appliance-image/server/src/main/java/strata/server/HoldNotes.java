package strata.server;

import strata.base.Audit;
import strata.base.SiteId;
import strata.base.Uid;
import strata.policy.lifecycle.Hold;
import strata.policy.lifecycle.KeepingBook;
import strata.replication.Note;
import strata.replication.NoteBook;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Holds as notes: the key is {@code STUDY CASE}, the value {@code placed|lifted TAB ACTOR TAB TEXT}
 * in UTF-8.
 */
final class HoldNotes implements NoteBook {
    static final String NAME = "holds";
    private static final String PLACED = "placed";

    private final KeepingBook book;
    private final SiteId self;
    private final Audit audit;

    HoldNotes(KeepingBook book, SiteId self, Audit audit) {
        this.book = book;
        this.self = self;
        this.audit = audit;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Note> notes() {
        return book.all().stream().map(this::note).toList();
    }

    private Note note(Hold hold) {
        String value =
                String.join("\t", hold.placed() ? PLACED : "lifted", hold.actor(), hold.text());
        return new Note(
                NAME,
                hold.study() + " " + hold.caseName(),
                hold.at(),
                self,
                value.getBytes(StandardCharsets.UTF_8));
    }

    private static Hold hold(Note note) {
        String[] key = note.key().split(" ", 2);
        String[] value = new String(note.value(), StandardCharsets.UTF_8).split("\t", 3);
        return new Hold(
                key[1], new Uid(key[0]), value[0].equals(PLACED), note.at(), value[1], value[2]);
    }

    @Override
    public void take(List<Note> others) throws IOException {
        List<Hold> holds = new ArrayList<>();
        try {
            others.forEach(note -> holds.add(hold(note)));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IOException("no hold: " + e.getMessage(), e);
        }
        Set<Hold> before = new HashSet<>(book.all());
        book.merge(holds);
        for (Hold hold : book.all()) {
            if (!before.contains(hold)) {
                audit.record(
                        Audit.Action.POLICY_CHANGED,
                        Audit.Outcome.SUCCESS,
                        hold.actor(),
                        Map.of(
                                "event",
                                        "hold " + (hold.placed() ? PLACED : "lifted")
                                                + " at another site",
                                "study", hold.study().value(),
                                "case", hold.caseName(),
                                "text", hold.text()));
            }
        }
    }

    @Override
    public void onChange(Runnable listener) {
        book.onChange(studies -> listener.run());
    }
}
