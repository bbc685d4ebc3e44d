package strata.replication;

import strata.base.ObjectId;

import java.io.IOException;
import java.time.Clock;
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
