package strata.replication;

import strata.base.ObjectId;
import strata.base.SiteId;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;

/**
 * What a sender keeps from one connection to the next: how far the log is settled, what failed, and
 * what still has to be written to the ledger.
 */
final class SenderDesk {
    /** Verified objects in one write to the ledger. */
    static final int BATCH = 256;

    final LogSource log;
    final ReplicaLedger ledger;
    final LogTail tail;
    final FailureBook book;
    final SenderOptions options;
    final SenderProgress progress;
    final Throttle throttle;
    final Clock clock;
    private final LongSupplier nanos;
    final Signal signal = new Signal();
    private final List<LogRecord> verified = new ArrayList<>();
    private volatile boolean sweeping;
    private volatile Instant oldestSwept;

    SenderDesk(
            LogSource log,
            ReplicaLedger ledger,
            SenderOptions options,
            SenderProgress progress,
            Clock clock,
            LongSupplier nanos)
            throws IOException {
        this.log = log;
        this.ledger = ledger;
        this.options = options;
        this.progress = progress;
        this.clock = clock;
        this.tail = new LogTail(log, ledger.cursors());
        this.book = new FailureBook(options.attempts(), ledger.parked());
        this.sweeping = !ledger.swept();
        this.nanos = nanos;
        this.throttle = new Throttle(options.rate(), clock, nanos.getAsLong());
    }

    /** The time by which pauses are measured. */
    long now() {
        return nanos.getAsLong();
    }

    /** Whether objects without a record in the log may still be due. */
    boolean sweeping() {
        return sweeping;
    }

    void sweepEnded() throws IOException {
        ledger.swept(true);
        sweeping = false;
        oldestSwept = null;
    }

    /** A sweep found an object that is due, received then. */
    void swept(Instant receivedAt) {
        Instant before = oldestSwept;
        oldestSwept = before == null || receivedAt.isBefore(before) ? receivedAt : before;
    }

    /** A pass of the sweep met all that is due beside the log, the oldest of it received then. */
    void passEnded(Instant oldest) {
        oldestSwept = oldest;
    }

    /** Of what sweeps found beside the log and nobody has verified since, as far as is known. */
    Optional<Instant> oldestSwept() {
        return Optional.ofNullable(oldestSwept);
    }

    /** Everything is to be offered again. */
    void restart() throws IOException {
        tail.restart();
        beginSweep();
    }

    private void beginSweep() throws IOException {
        ledger.swept(false);
        sweeping = true;
    }

    /**
     * Passes what needs no connection, such as what came from the site itself, until the oldest
     * record is one that the site lacks, so that {@link LogTail#oldest()} is the age of such a one.
     * Between connections only; looks at so many records at most.
     */
    void passWhatIsNotDue(int looks) throws IOException {
        Optional<SiteId> target = ledger.identity();
        for (int look = 0; look < looks; look++) {
            LogRecord next = tail.peek();
            if (next == null || !(isOf(target, next) || isSettled(next))) {
                break;
            }
            tail.settle(tail.next());
        }
        save();
    }

    private static boolean isOf(Optional<SiteId> target, LogRecord record) {
        return target.filter(record.id().site()::equals).isPresent();
    }

    private boolean isSettled(LogRecord record) throws IOException {
        return switch (ledger.standing(record).state()) {
            case NOT_DUE, VERIFIED -> true;
            case DUE, UNKNOWN -> false;
        };
    }

    /** Objects that the site was found to lack; taken by the connection that is open next. */
    final Queue<ObjectId> again = new ConcurrentLinkedQueue<>();

    /** Settled in the log once {@link #save} has written it. */
    void verified(LogRecord record) {
        book.clear(record.id());
        verified.add(record);
    }

    boolean batchIsFull() {
        return verified.size() >= BATCH;
    }

    boolean hasVerified() {
        return !verified.isEmpty();
    }

    /**
     * Writes what was verified and the cursors behind it in one batch: a cursor never passes an
     * object whose verification is not recorded.
     */
    void save() throws IOException {
        // Who asks for the backlog meanwhile waits, and never hears of less than is recorded.
        synchronized (tail) {
            saveSettled();
        }
    }

    private void saveSettled() throws IOException {
        verified.forEach(tail::settle);
        if (tail.takeUnreadGone()) {
            beginSweep();
        }
        Map<Long, ReplicaLedger.Cursor> moved = tail.moved();
        Set<Long> gone = tail.gone();
        Optional<List<ParkedObject>> parked = book.change();
        if (verified.isEmpty() && moved.isEmpty() && gone.isEmpty() && parked.isEmpty()) {
            return;
        }
        ledger.save(new ReplicaLedger.Update(
                verified.stream().filter(LogRecord::object).map(LogRecord::id).toList(),
                clock.instant(),
                moved,
                gone,
                parked));
        tail.saved(moved, gone);
        parked.ifPresent(list -> book.saved());
        verified.clear();
    }
}
