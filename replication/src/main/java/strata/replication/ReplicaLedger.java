package strata.replication;

import strata.base.Digest;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.base.Uid;

import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a sender remembers about one site. Losing it loses nothing: the sender then offers all
 * again. Thread-safe.
 */
public interface ReplicaLedger {
    /** What is to be done with an object of the log. */
    enum State {
        /** Its record is durable, but the catalog does not know it, yet or any more. */
        UNKNOWN,
        /** It shall go to the site. */
        DUE,
        /** It was purged, or it is not chosen for the site. */
        NOT_DUE,
        /** The site has verified it. */
        VERIFIED
    }

    /**
     * @param instance under which the other site finds the same bytes, when known
     * @param bytes digest of the version that a decision is about, when known
     */
    record Standing(State state, Optional<Uid> instance, Optional<Digest> bytes) {
        static final Standing UNKNOWN =
                new Standing(State.UNKNOWN, Optional.empty(), Optional.empty());
    }

    /**
     * How far a segment is settled.
     *
     * @param offset all records that start before it are settled
     * @param records how many that are
     * @param first the first record's id, by which a segment is told from a later one of the same
     *     number; null when no record is settled
     */
    record Cursor(long offset, long records, ObjectId first) {
        static final Cursor START = new Cursor(0, 0, null);
    }

    /** A walk over the objects that are due and have no record in the log. One thread. */
    interface Sweep extends Closeable {
        /** Looks at so many objects at most and returns the first that is due. */
        Optional<LogRecord> next(int looks) throws IOException;

        /** Whether all were looked at. */
        boolean atEnd();
    }

    /**
     * What to remember, all or nothing.
     *
     * @param verified objects that the site has verified
     * @param at when
     * @param cursors that moved, by segment
     * @param gone segments that are no more
     * @param parked all that are parked now, when that changed
     */
    record Update(
            List<ObjectId> verified,
            Instant at,
            Map<Long, Cursor> cursors,
            Set<Long> gone,
            Optional<List<ParkedObject>> parked) {}

    /**
     * Whether the catalog owes entries to durable records, so that what is {@link State#UNKNOWN}
     * may become known however old it is.
     */
    boolean isBehind();

    /** Of an object, or of a decision, which is never {@link State#VERIFIED}. */
    Standing standing(LogRecord record) throws IOException;

    /** The object as {@link Sweep} gives it; empty when it is not there. */
    Optional<LogRecord> find(ObjectId id) throws IOException;

    Sweep sweep() throws IOException;

    /** Whether a sweep since {@link #identify} found nothing more. */
    boolean swept() throws IOException;

    void swept(boolean done) throws IOException;

    /** The cursors that were saved last, by segment. */
    Map<Long, Cursor> cursors() throws IOException;

    List<ParkedObject> parked() throws IOException;

    /** Which installation answered under the site's name before. */
    Optional<SiteId> identity() throws IOException;

    void identify(SiteId site) throws IOException;

    void save(Update update) throws IOException;

    /** The copies of these objects at the site count no more. */
    void doubt(List<ObjectId> objects) throws IOException;
}
