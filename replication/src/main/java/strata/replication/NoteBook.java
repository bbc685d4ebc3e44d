package strata.replication;

import java.io.IOException;
import java.util.List;

/**
 * Facts of one kind that this site keeps and shares. What two books hold after each has taken the
 * other's notes is the same, in whichever order and however often they are taken: so notes need no
 * order, and a note that goes round in a circle of sites ends where it is known. Thread-safe.
 */
public interface NoteBook {
    /** Small letters; sites agree on books by their names. */
    String name();

    /** All notes, those that take something back included; keys are unique. */
    List<Note> notes() throws IOException;

    /**
     * Takes over what another site knows, where it is later than what is known here; durable on
     * return. A repeat does nothing.
     *
     * @throws IOException when something of it is not taken; the rest is
     */
    void take(List<Note> others) throws IOException;

    /** Calls the listener, from any thread, after the notes have changed. */
    void onChange(Runnable listener);
}
