package strata.replication;

import strata.base.OperatorException;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The books that this site shares. Thread-safe. */
public final class Notes {
    /** Notes of later than that from now were made by a clock that is wrong. */
    static final Duration BELIEVED = Duration.ofDays(2);

    private final Map<String, NoteBook> books = new LinkedHashMap<>();
    private final Supplier<Instant> now;

    /** @param now time that a wrong clock does not move, see {@link strata.store.StoreTime} */
    public Notes(List<NoteBook> books, Supplier<Instant> now) {
        books.forEach(book -> this.books.put(book.name(), book));
        this.now = now;
    }

    /** No books. */
    public static Notes none() {
        return new Notes(List.of(), () -> Instant.MAX.minus(BELIEVED));
    }

    List<String> names() {
        return List.copyOf(books.keySet());
    }

    /** The notes of a book, none where it is not kept. */
    List<Note> of(String book) throws IOException {
        NoteBook kept = books.get(book);
        return kept == null ? List.of() : kept.notes();
    }

    boolean keeps(String book) {
        return books.containsKey(book);
    }

    /**
     * Takes what another site knows; books that are not kept here are passed over.
     *
     * @throws IOException when something is not taken; everything else is
     */
    void take(List<Note> others) throws IOException {
        Instant latest = now.get().plus(BELIEVED);
        Map<String, List<Note>> byBook = new LinkedHashMap<>();
        IOException trouble = null;
        for (Note note : others) {
            if (note.at().isAfter(latest)) {
                trouble = new OperatorException(
                        note + " is from a clock that is ahead; this site is at " + now.get());
            } else if (books.containsKey(note.book())) {
                byBook.computeIfAbsent(note.book(), name -> new ArrayList<>()).add(note);
            }
        }
        for (Map.Entry<String, List<Note>> each : byBook.entrySet()) {
            try {
                books.get(each.getKey()).take(each.getValue());
            } catch (IOException e) {
                trouble = e;
            }
        }
        if (trouble != null) {
            throw trouble;
        }
    }

    void onChange(Runnable listener) {
        books.values().forEach(book -> book.onChange(listener));
    }
}
