package strata.segment;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.DiskFile;
import strata.base.StorageException;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Makes the records of one segment durable: whoever waits first runs the sync for all that were
 * appended until then, the others wait for its outcome. The first failed sync is the last one:
 * nothing of that file is ever synced again.
 */
final class GroupSync {
    private static final Logger log = LoggerFactory.getLogger(GroupSync.class);

    /** How far a segment is filled with whole records. */
    record Extent(long end, long records, long bodyBytes) {}

    /** Hears what happens to the file; called by the syncing thread without locks held. */
    interface Events {
        void durable(Extent extent);

        void retired(Extent durable, StorageException cause);
    }

    private record Waiting(long end, RecordLocation location, CommitListener listener) {}

    private final DiskFile file;
    private final SegmentMetrics metrics;
    private final Executor background;
    private final Events events;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private List<Waiting> waiting = new ArrayList<>();
    private boolean syncing;
    private boolean driven;
    private volatile StorageException failure;
    private volatile Extent appended;
    private volatile Extent durable;

    GroupSync(
            DiskFile file,
            Extent durable,
            SegmentMetrics metrics,
            Executor background,
            Events events) {
        this.file = file;
        this.appended = durable;
        this.durable = durable;
        this.metrics = metrics;
        this.background = background;
        this.events = events;
    }

    Extent durable() {
        return durable;
    }

    Extent appended() {
        return appended;
    }

    /** Whole records are written up to here; called under the lane's lock, in order. */
    void appended(Extent extent) {
        appended = extent;
    }

    boolean isSyncing() {
        lock.lock();
        try {
            return syncing;
        } finally {
            lock.unlock();
        }
    }

    boolean hasFailed() {
        lock.lock();
        try {
            return failure != null;
        } finally {
            lock.unlock();
        }
    }

    /** Refuses every sync from now on; a sync that runs may still succeed. */
    void retire(StorageException cause) {
        boolean first;
        lock.lock();
        try {
            first = failure == null;
            if (first) {
                failure = cause;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
        if (first) {
            events.retired(durable, cause);
            tellWaiting();
        }
    }

    void await(long end) throws StorageException {
        lock.lock();
        try {
            while (durable.end() < end) {
                if (failure != null) {
                    throw refused();
                }
                if (syncing) {
                    changed.awaitUninterruptibly();
                } else {
                    lead();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    void onDurable(long end, RecordLocation location, CommitListener listener) {
        Waiting mine = new Waiting(end, location, listener);
        boolean drive = false;
        lock.lock();
        try {
            if (durable.end() < end && failure == null) {
                waiting.add(mine);
                drive = !syncing && !driven;
                driven |= drive;
                mine = null;
            }
        } finally {
            lock.unlock();
        }
        if (drive) {
            background.execute(this::drive);
        }
        if (mine != null) {
            tell(mine);
        }
    }

    /** Syncs for listeners until none is left or another thread leads. */
    private void drive() {
        lock.lock();
        try {
            while (!waiting.isEmpty() && failure == null && !syncing) {
                lead();
            }
            driven = false;
        } finally {
            lock.unlock();
        }
    }

    /** Runs one sync; called with the lock held, which is given back meanwhile. */
    private void lead() {
        syncing = true;
        Extent before = durable;
        Extent target = appended;
        StorageException problem = null;
        boolean synced = false;
        lock.unlock();
        try {
            long start = System.nanoTime();
            file.sync();
            synced = true;
            metrics.synced(System.nanoTime() - start, target.records() - before.records());
        } catch (IOException e) {
            problem = failed(e);
        } finally {
            finish(target, synced || problem != null ? problem : brokenOff());
            lock.lock();
        }
    }

    private StorageException brokenOff() {
        return new StorageException(
                StorageException.Kind.FAILED, "sync of " + file.path() + " broke off", null);
    }

    private void finish(Extent target, StorageException problem) {
        boolean drive;
        lock.lock();
        try {
            syncing = false;
            if (problem == null) {
                durable = target;
            } else if (failure == null) {
                failure = problem;
            }
            changed.signalAll();
            drive = failure == null && !driven && hasWaitingBeyond(target.end());
            driven |= drive;
        } finally {
            lock.unlock();
        }
        if (problem == null) {
            events.durable(target);
        } else {
            events.retired(durable, problem);
        }
        tellWaiting();
        if (drive) {
            background.execute(this::drive);
        }
    }

    private boolean hasWaitingBeyond(long end) {
        for (Waiting one : waiting) {
            if (one.end() > end) {
                return true;
            }
        }
        return false;
    }

    private void tellWaiting() {
        List<Waiting> due = new ArrayList<>();
        lock.lock();
        try {
            if (waiting.isEmpty()) {
                return;
            }
            List<Waiting> rest = new ArrayList<>();
            for (Waiting one : waiting) {
                (failure != null || one.end() <= durable.end() ? due : rest).add(one);
            }
            waiting = rest;
        } finally {
            lock.unlock();
        }
        due.forEach(this::tell);
    }

    private void tell(Waiting one) {
        try {
            if (one.end() <= durable.end()) {
                one.listener().committed(one.location());
            } else {
                one.listener().failed(refused());
            }
        } catch (RuntimeException e) {
            log.error("a commit listener threw for {}", one.location(), e);
        }
    }

    private StorageException failed(IOException e) {
        StorageException.Kind kind =
                e instanceof StorageException s ? s.kind() : StorageException.Kind.FAILED;
        return new StorageException(kind, "sync failed: " + file.path(), e);
    }

    /** A new exception for each waiter, since each is thrown in another thread. */
    private StorageException refused() {
        StorageException cause = failure;
        return new StorageException(cause.kind(), "not stored: " + cause.getMessage(), cause);
    }
}
