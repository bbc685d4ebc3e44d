package strata.server;

import strata.base.Digest;
import strata.base.SiteId;
import strata.policy.lifecycle.patients.PatientBook;
import strata.policy.lifecycle.patients.PatientMerge;
import strata.replication.Note;
import strata.replication.NoteBook;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Merges of patients as notes: the key is the SHA-256 of the merged patient's identifier and
 * issuer, since keys are shown in logs, the value {@link PatientMerge#line()} in UTF-8.
 */
final class MergeNotes implements NoteBook {
    static final String NAME = "patients";

    private final PatientBook book;
    private final SiteId self;

    MergeNotes(PatientBook book, SiteId self) {
        this.book = book;
        this.self = self;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Note> notes() {
        return book.all().stream().map(this::note).toList();
    }

    private Note note(PatientMerge word) {
        String merged = word.merged().id() + "\n" + word.merged().issuer();
        return new Note(
                NAME,
                Digest.ofBytes(merged.getBytes(StandardCharsets.UTF_8)).toString(),
                word.at(),
                self,
                word.line().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void take(List<Note> others) throws IOException {
        List<PatientMerge> words = new ArrayList<>();
        try {
            others.forEach(note ->
                    words.add(PatientMerge.of(new String(note.value(), StandardCharsets.UTF_8))));
        } catch (IllegalArgumentException e) {
            throw new IOException("a note of patients that is none", e);
        }
        book.take(words);
    }

    @Override
    public void onChange(Runnable listener) {
        book.onChange(listener);
    }
}
