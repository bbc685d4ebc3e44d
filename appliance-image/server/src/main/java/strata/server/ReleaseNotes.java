package strata.server;

import strata.base.SiteId;
import strata.base.Uid;
import strata.policy.lifecycle.KeepingBook;
import strata.replication.Note;
import strata.replication.NoteBook;

import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Released deletions as notes: the key is the study, the time is until when, without a value. */
final class ReleaseNotes implements NoteBook {
    private static final String NAME = "releases";

    private final KeepingBook book;
    private final SiteId self;

    ReleaseNotes(KeepingBook book, SiteId self) {
        this.book = book;
        this.self = self;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Note> notes() {
        return book.releases().entrySet().stream()
                .map(each ->
                        new Note(NAME, each.getKey().value(), each.getValue(), self, new byte[0]))
                .toList();
    }

    @Override
    public void take(List<Note> others) throws IOException {
        Map<Uid, Instant> releases = new HashMap<>();
        try {
            others.forEach(note -> releases.put(new Uid(note.key()), note.at()));
        } catch (IllegalArgumentException e) {
            throw new IOException("no release: " + e.getMessage(), e);
        }
        book.mergeReleases(releases);
    }

    @Override
    public void onChange(Runnable listener) {
        book.onChange(studies -> listener.run());
    }
}
