package strata.mover;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Metrics;
import strata.base.ObjectId;
import strata.catalog.Job;
import strata.catalog.JobCursor;
import strata.catalog.Placement;
import strata.catalog.VersionEntry;
import strata.store.DamageListener;
import strata.store.Store;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The repairs that are due. An object is entered once, however often its damage is met; entries
 * survive a restart. A repair that fails is tried again with growing pauses and given up after
 * {@value #MAX_ATTEMPTS} tries, until the damage is met again or the server starts again. In memory
 * are {@value #MOST_WAITING} of them at the most; the others wait in the catalog. Thread-safe.
 */
public final class RepairQueue implements DamageListener, Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(RepairQueue.class);
    private static final String PREFIX = "repair/";
    private static final int MAX_ATTEMPTS = 8;
    private static final int MOST_WAITING = 10_000;
    private static final byte[] DUE = {};
    private static final byte[] GIVEN_UP = {1};
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);

    private final Store store;
    private final Repair repair;
    private final Map<ObjectId, Integer> attempts = new ConcurrentHashMap<>();
    private final ScheduledExecutorService worker;
    private final int most;
    private final AtomicBoolean more = new AtomicBoolean();

    public RepairQueue(Store store, Repair repair, Metrics metrics) {
        this(store, repair, metrics, MOST_WAITING);
    }

    /** @param most kept in memory */
    RepairQueue(Store store, Repair repair, Metrics metrics, int most) {
        this.most = most;
        this.store = store;
        this.repair = repair;
        this.worker = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "strata-repair");
            thread.setDaemon(true);
            return thread;
        });
        metrics.gauge(
                "strata_repair_queue_objects", "Objects that wait for a repair", attempts::size);
    }

    /** Takes up what an earlier run left, and what is met from now on. */
    public void start() throws IOException {
        store.onDamage(this);
        takeUp(true);
    }

    /** From the catalog, until there are enough. */
    private void takeUp(boolean givenUp) throws IOException {
        try (JobCursor jobs = store.catalog().jobs(PREFIX)) {
            while (jobs.hasNext() && !more.get()) {
                Job job = jobs.next();
                if (givenUp || job.value().length == DUE.length) {
                    waits(ObjectId.parse(job.name().substring(PREFIX.length())));
                }
            }
        }
    }

    /** Enters damage for the next start, for who checks a store that no server runs on. */
    public static DamageListener forLater(Store store) {
        return (version, placement, cause) -> enter(store, version.id());
    }

    private static void enter(Store store, ObjectId id) {
        try {
            store.catalog().putJob(PREFIX + id, DUE);
        } catch (IOException e) {
            LOG.error("repair of {} could not be entered for later: {}", id, e.getMessage());
        }
    }

    /** Objects that wait for a repair or for the next try. */
    public int size() {
        return attempts.size();
    }

    @Override
    public void damaged(VersionEntry version, Placement placement, IOException cause) {
        enqueue(version.id());
    }

    /** Enters a repair, for damage that was met elsewhere. */
    public void enqueue(ObjectId id) {
        enter(store, id);
        waits(id);
    }

    private synchronized void waits(ObjectId id) {
        if (attempts.size() >= most && !attempts.containsKey(id)) {
            more.set(true);
        } else if (attempts.putIfAbsent(id, 0) == null) {
            schedule(id, Duration.ZERO);
        }
    }

    private void schedule(ObjectId id, Duration after) {
        if (!worker.isShutdown()) {
            worker.schedule(() -> attempt(id), after.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void attempt(ObjectId id) {
        try {
            repair.run(id);
            done(id);
        } catch (IOException | RuntimeException e) {
            int tries = attempts.merge(id, 1, Integer::sum);
            LOG.warn(
                    "repair of {} failed, try {} of {}: {}",
                    id,
                    tries,
                    MAX_ATTEMPTS,
                    e.getMessage());
            if (tries >= MAX_ATTEMPTS) {
                LOG.error("repair of {} is given up until its damage is met again", id);
                giveUp(id);
            } else {
                schedule(id, FIRST_PAUSE.multipliedBy(1L << (tries - 1)));
            }
        }
    }

    private void giveUp(ObjectId id) {
        try {
            store.catalog().putJob(PREFIX + id, GIVEN_UP);
            leave(id);
        } catch (IOException e) {
            LOG.error("repair of {}: {}", id, e.getMessage());
            attempts.remove(id);
        }
    }

    private void done(ObjectId id) throws IOException {
        store.catalog().removeJob(PREFIX + id);
        leave(id);
    }

    /** Makes room, and fills it when half is free. */
    private void leave(ObjectId id) throws IOException {
        boolean room;
        synchronized (this) {
            attempts.remove(id);
            room = attempts.size() <= most / 2 && more.getAndSet(false);
        }
        if (!room) {
            return;
        }
        // Without the lock: who meets damage while it reads does not wait for the catalog.
        boolean done = false;
        try {
            takeUp(false);
            done = true;
        } finally {
            if (!done) {
                more.set(true);
            }
        }
    }

    /** Stops after the repair that runs; the rest waits in the catalog. */
    @Override
    public void close() throws IOException {
        worker.shutdown();
        try {
            if (!worker.awaitTermination(30, TimeUnit.SECONDS)) {
                LOG.warn("a repair is still running");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
