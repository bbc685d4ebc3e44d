package strata.replication;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Finds what the log cannot give: objects that are due and whose records are gone, since they were
 * moved to other tiers before the site was configured, before the catalog was rebuilt, or while the
 * site could not be reached. Walks in passes until one finds nothing. One thread.
 */
final class CatalogSweep implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(CatalogSweep.class);
    private static final long BETWEEN_PASSES_NANOS = Duration.ofSeconds(1).toNanos();

    private final String site;
    private final SenderDesk desk;
    private ReplicaLedger.Sweep pass;
    private long passEndedNanos;
    private Instant oldestInPass;

    CatalogSweep(String site, SenderDesk desk) {
        this.site = site;
        this.desk = desk;
        this.passEndedNanos = desk.now() - BETWEEN_PASSES_NANOS;
    }

    /** Whether a call of {@link #next} may find something now. */
    boolean isDue(boolean nothingInFlight) {
        return desk.sweeping()
                && (pass != null
                        || nothingInFlight
                                && !desk.hasVerified()
                                && desk.now() - passEndedNanos > BETWEEN_PASSES_NANOS);
    }

    /** The next object to consider, if there is one among so many. */
    Optional<LogRecord> next(int looks) throws IOException {
        if (pass == null) {
            pass = desk.ledger.sweep();
            oldestInPass = null;
        }
        Optional<LogRecord> found =
                pass.next(looks).filter(record -> !desk.book.isParked(record.id()));
        found.map(LogRecord::appendedAt).ifPresent(this::found);
        if (found.isEmpty() && pass.atEnd()) {
            endPass();
        }
        return found;
    }

    private void found(Instant receivedAt) {
        oldestInPass = oldestInPass == null || receivedAt.isBefore(oldestInPass)
                ? receivedAt
                : oldestInPass;
        desk.swept(receivedAt);
    }

    private void endPass() throws IOException {
        close();
        passEndedNanos = desk.now();
        desk.passEnded(oldestInPass);
        if (oldestInPass == null) {
            desk.sweepEnded();
            LOG.info("site {}: nothing beside the log is due any more", site);
        }
    }

    @Override
    public void close() throws IOException {
        if (pass != null) {
            pass.close();
            pass = null;
        }
    }
}
