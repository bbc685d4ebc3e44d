package strata.replication;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.ObjectId;
import strata.base.SiteId;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Predicate;

/** Decides which object is offered next on one connection. One thread, except {@link #logGrew}. */
final class Offers implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Offers.class);

    /** Records that wait for their next attempt or for their catalog entry at most. */
    private static final int MAX_DELAYED = 1024;

    /** Records looked at in one call, so that the connection gets its turn. */
    private static final int LOOKS = 64;

    /** A decision is tried for ever, an object until it is parked. */
    private static final int MOST_PAUSES = 60;

    private static final long FIRST_DELAY_NANOS = Duration.ofMillis(5).toNanos();
    private static final long LONGEST_DELAY_NANOS = Duration.ofMillis(500).toNanos();

    private record Delayed(LogRecord record, long untilNanos, long sinceNanos, long delayNanos) {}

    private final String site;
    private final SiteId target;
    private final SenderDesk desk;
    private final PriorityQueue<Delayed> delayed =
            new PriorityQueue<>(Comparator.comparingLong(Delayed::untilNanos));
    private final ArrayDeque<ObjectId> parkedToTry = new ArrayDeque<>();
    private final CatalogSweep sweep;
    private long parkedTriedNanos;
    private ReplicaLedger.Standing standing = ReplicaLedger.Standing.UNKNOWN;
    private volatile boolean more = true;

    Offers(String site, SiteId target, SenderDesk desk) {
        this.site = site;
        this.target = target;
        this.desk = desk;
        this.sweep = new CatalogSweep(site, desk);
        tryParkedAgain();
    }

    private void tryParkedAgain() {
        parkedTriedNanos = desk.now();
        desk.book.parked().forEach(each -> parkedToTry.add(each.id()));
    }

    /** How what {@link #next} gave last stands. */
    ReplicaLedger.Standing standing() {
        return standing;
    }

    void logGrew() {
        more = true;
    }

    /** Whether another call may find something at once. */
    boolean hasMore(boolean nothingInFlight) {
        return !parkedToTry.isEmpty()
                || !desk.again.isEmpty()
                || sweep.isDue(nothingInFlight && delayed.isEmpty())
                || more && delayed.size() < MAX_DELAYED;
    }

    /** How long a call will find nothing unless the log grows. */
    long waitNanos(long now) {
        Delayed first = delayed.peek();
        return first == null ? Long.MAX_VALUE : Math.max(0, first.untilNanos() - now);
    }

    /** The next object that the site shall be offered, if any is due now. */
    Optional<LogRecord> next(Predicate<ObjectId> inFlight, boolean nothingInFlight)
            throws IOException {
        long now = desk.now();
        if (now - parkedTriedNanos > desk.options.parkedRetry().toNanos()) {
            tryParkedAgain();
        }
        for (int look = 0; look < LOOKS; look++) {
            Delayed waiting = delayed.peek();
            if (waiting != null && waiting.untilNanos() <= now) {
                delayed.remove();
                if (isDue(waiting, inFlight)) {
                    return Optional.of(waiting.record());
                }
            } else if (!parkedToTry.isEmpty() || !desk.again.isEmpty()) {
                ObjectId id = parkedToTry.isEmpty() ? desk.again.remove() : parkedToTry.remove();
                Optional<LogRecord> parked = parked(id, inFlight);
                if (parked.isPresent()) {
                    return parked;
                }
            } else {
                LogRecord record = nextOfLog();
                if (record == null) {
                    record = nextOfSweep(nothingInFlight);
                }
                if (record == null) {
                    return Optional.empty();
                }
                if (isDue(new Delayed(record, now, now, FIRST_DELAY_NANOS), inFlight)) {
                    return Optional.of(record);
                }
            }
        }
        return Optional.empty();
    }

    private LogRecord nextOfLog() throws IOException {
        if (!more || delayed.size() >= MAX_DELAYED) {
            return null;
        }
        more = false;
        LogRecord record = desk.tail.next();
        if (record != null) {
            more = true;
        }
        return record;
    }

    private LogRecord nextOfSweep(boolean nothingInFlight) throws IOException {
        return delayed.size() < MAX_DELAYED && sweep.isDue(nothingInFlight && delayed.isEmpty())
                ? sweep.next(LOOKS).orElse(null)
                : null;
    }

    private boolean isDue(Delayed each, Predicate<ObjectId> inFlight) throws IOException {
        LogRecord record = each.record();
        if (record.id().site().equals(target) || desk.book.isParked(record.id())) {
            desk.tail.settle(record);
            return false;
        }
        if (inFlight.test(record.id())) {
            delay(each);
            return false;
        }
        // Before the look: an entry that is made between the two is seen by it.
        boolean behind = desk.ledger.isBehind();
        standing = desk.ledger.standing(record);
        return switch (standing.state()) {
            case DUE -> true;
            case NOT_DUE, VERIFIED -> {
                desk.book.clear(record.id());
                desk.tail.settle(record);
                yield false;
            }
            case UNKNOWN -> {
                if (!behind && isDead(each)) {
                    LOG.debug(
                            "site {}: {} has no entry in the index and is passed",
                            site,
                            record.id());
                    desk.tail.settle(record);
                } else {
                    delay(each);
                }
                yield false;
            }
        };
    }

    /**
     * A record enters the catalog right after it is durable, unless the catalog takes none; else
     * one that does not is dead.
     */
    private boolean isDead(Delayed each) {
        Duration grace = desk.options.catalogGrace();
        boolean old = each.record().appendedAt().plus(grace).isBefore(desk.clock.instant());
        return old || desk.now() - each.sinceNanos() > grace.toNanos();
    }

    private void delay(Delayed each) {
        delayed.add(new Delayed(
                each.record(),
                desk.now() + each.delayNanos(),
                each.sinceNanos(),
                Math.min(2 * each.delayNanos(), LONGEST_DELAY_NANOS)));
    }

    private Optional<LogRecord> parked(ObjectId id, Predicate<ObjectId> inFlight)
            throws IOException {
        if (inFlight.test(id)) {
            return Optional.empty();
        }
        try {
            Optional<LogRecord> found = desk.ledger.find(id);
            standing = found.isEmpty()
                    ? ReplicaLedger.Standing.UNKNOWN
                    : desk.ledger.standing(found.get());
            if (standing.state() != ReplicaLedger.State.DUE) {
                desk.book.clear(id);
                return Optional.empty();
            }
            return found;
        } catch (IOException e) {
            LOG.warn("site {}: {} stays parked: {}", site, id, e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public void close() throws IOException {
        sweep.close();
    }

    /** The object did not get there this time: it is tried again later, or parked. */
    void failed(LogRecord record, FailureCode code, String reason) {
        if (desk.book.isParked(record.id())) {
            LOG.info("site {}: {} stays parked: {} {}", site, record.id(), code, reason);
            return;
        }
        if (code == FailureCode.PURGED) {
            desk.book.clear(record.id());
            desk.tail.settle(record);
            LOG.info("site {}: {} was purged there: {}", site, record.id(), reason);
            return;
        }
        long now = desk.now();
        if (code == FailureCode.BUSY) {
            delayed.add(new Delayed(record, now + LONGEST_DELAY_NANOS, now, FIRST_DELAY_NANOS));
            return;
        }
        int failures = desk.book.failed(record.id());
        if (record.object() && desk.book.shallPark(failures, code)) {
            desk.book.park(record, code + ": " + reason);
            desk.tail.settle(record);
            LOG.warn(
                    "site {}: {} parked after {} failures: {} {}",
                    site,
                    record.id(),
                    failures,
                    code,
                    reason);
            return;
        }
        LOG.info("site {}: {} failed, tried again: {} {}", site, record.id(), code, reason);
        long pause = desk.options
                .retryPause()
                .multipliedBy(Math.min(failures, MOST_PAUSES))
                .toNanos();
        delayed.add(new Delayed(record, now + pause, now, FIRST_DELAY_NANOS));
    }
}
