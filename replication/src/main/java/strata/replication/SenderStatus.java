package strata.replication;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where a site stands, for {@code status}.
 *
 * @param backlogRecords durable here and not settled there, tombstones included
 * @param backlogBytes of the log that hold them
 * @param inFlightObjects offered and without a final answer
 * @param inFlightBytes sent and not yet verified
 * @param recoveryPoint age of the oldest object not yet verified at the site, parked ones and those
 *     that a sweep has found included; zero when all are
 * @param progress counted since the start of this process
 * @param parked objects that failed too often
 * @param sweeping whether objects whose records are no longer in the log may still be due; they are
 *     not in the backlog
 * @param trouble why there is no connection, or what went wrong last on it
 */
public record SenderStatus(
        String site,
        State state,
        long backlogRecords,
        long backlogBytes,
        int inFlightObjects,
        long inFlightBytes,
        Duration recoveryPoint,
        Progress progress,
        List<ParkedObject> parked,
        boolean sweeping,
        Optional<String> trouble) {

    /** What the sender does at the moment. */
    public enum State {
        STOPPED,
        CONNECTING,
        CONNECTED,
        /** Pausing before the next attempt to connect. */
        WAITING,
        /** The other site, or we, refused; tried again at long pauses. */
        REFUSED
    }

    /**
     * Objects that reached each state; {@code present} were there already when offered,
     * {@code decided} are decisions that the other site knows.
     */
    public record Progress(
            long offered,
            long present,
            long sent,
            long sentBytes,
            long received,
            long durable,
            long verified,
            long verifiedBytes,
            long failed,
            long decided) {}

    /** Whether every object of the log is verified at the site. */
    public boolean caughtUp() {
        return backlogRecords == 0 && !sweeping && inFlightObjects == 0 && parked.isEmpty();
    }
}
