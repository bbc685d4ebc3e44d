package strata.replication;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Printable;
import strata.replication.SiteComparison.Mode;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Brings the books of this site and of another to the same: digests first, and where they differ
 * each side tells the other what it lacks. One thread.
 */
final class NoteExchange {
    private static final Logger LOG = LoggerFactory.getLogger(NoteExchange.class);

    private final String site;
    private final Notes here;
    private final ComparingChannel there;

    NoteExchange(String site, Notes here, ComparingChannel there) {
        this.site = site;
        this.here = here;
        this.there = there;
    }

    /** @return what differed */
    List<NoteDifference> run(Mode mode) throws IOException {
        List<NoteDifference> differences = new ArrayList<>();
        for (String book : here.names()) {
            List<Note> mine = here.of(book);
            Optional<List<Note>> theirs = there.notes(book, Note.digest(mine));
            if (theirs.isPresent()) {
                differences.addAll(settle(book, mine, theirs.get(), mode));
            }
        }
        return differences;
    }

    private List<NoteDifference> settle(String book, List<Note> mine, List<Note> theirs, Mode mode)
            throws IOException {
        Map<String, Note> left = new LinkedHashMap<>();
        mine.forEach(note -> left.put(note.key(), note));
        List<Note> toTake = new ArrayList<>();
        List<Note> toTell = new ArrayList<>();
        List<String> keys = new ArrayList<>();
        for (Note other : theirs) {
            Note own = left.remove(other.key());
            if (own == null || !own.agrees(other)) {
                keys.add(other.key());
                toTake.add(other);
                if (own != null) {
                    toTell.add(own);
                }
            }
        }
        left.values().forEach(own -> {
            keys.add(own.key());
            toTell.add(own);
        });
        boolean repaired = mode == Mode.REPAIR && taken(toTake) & told(book, toTell);
        return keys.stream().map(key -> new NoteDifference(book, key, repaired)).toList();
    }

    private boolean taken(List<Note> notes) {
        try {
            here.take(notes);
            return true;
        } catch (IOException e) {
            LOG.warn("from site {}: {}", site, e.getMessage());
            return false;
        }
    }

    private boolean told(String book, List<Note> notes) throws IOException {
        String refusal = notes.isEmpty() ? "" : there.tell(notes);
        if (!refusal.isEmpty()) {
            LOG.warn("site {} does not take all of {}: {}", site, book, Printable.of(refusal));
        }
        return refusal.isEmpty();
    }
}
