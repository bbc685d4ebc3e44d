package strata.catalog;

import strata.base.Metrics;
import strata.base.Uid;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.ReentrantLock;

/**
 * SOP Instance UID to {@link HotLocation}, off the heap, in front of the catalog. It never knows
 * better than the catalog: each batch corrects it before {@link Catalog#apply} returns, and what it
 * does not hold is looked up there. Ready some seconds after opening; until then every lookup goes
 * to the catalog.
 *
 * <p>Two maps of half the size: entries go to the young one; when it is full, the old one is
 * emptied and the two change places. So what was not used for a whole round goes. Thread-safe.
 */
public final class HotLocations implements Closeable {
    private static final int STRIPES = 256;
    private static final byte[] AVERAGE_UID = new byte[56];

    private final Catalog catalog;
    private final Metrics.Counter lookups;
    private final ReentrantLock[] locks = new ReentrantLock[STRIPES];

    /** Counts the corrections of each stripe, so that a reader notices one that overtook it. */
    private final AtomicLongArray corrections = new AtomicLongArray(STRIPES);

    private volatile Generations generations;

    private record Generations(OffHeapMap young, OffHeapMap old) {}

    /** Opens the maps in the background and follows the catalog from now on, until closed. */
    public static HotLocations open(Catalog catalog, CatalogOptions options, Metrics metrics) {
        HotLocations opened = new HotLocations(catalog, options.hotLocations() / 2, metrics);
        catalog.follow(opened);
        return opened;
    }

    private HotLocations(Catalog catalog, int half, Metrics metrics) {
        this.catalog = catalog;
        Arrays.setAll(locks, i -> new ReentrantLock());
        this.lookups = metrics.counter(
                "strata_catalog_hot_lookups_total", "Lookups by where they ended", "result");
        this.generations = new Generations(
                OffHeapMap.open("hot-a", half, AVERAGE_UID, HotLocation.ROW_BYTES),
                OffHeapMap.open("hot-b", half, AVERAGE_UID, HotLocation.ROW_BYTES));
        metrics.gauge("strata_catalog_hot_entries", "Hot locations held", () -> size());
    }

    /** Waits until the maps are open; false when they are not in time, or cannot be opened. */
    public boolean awaitReady(Duration limit) throws InterruptedException {
        Generations maps = generations;
        long millis = limit.toMillis();
        return maps.young.awaitReady(millis, TimeUnit.MILLISECONDS)
                && maps.old.awaitReady(millis, TimeUnit.MILLISECONDS);
    }

    /** The CURRENT version of a SOP Instance UID; empty when there is none. */
    public Optional<HotLocation> find(Uid sopInstance) throws IOException {
        byte[] key = RowWriter.ascii(sopInstance.value());
        byte[] row = generations.young.get(key);
        if (row != null) {
            lookups.increment("young");
            return Optional.of(HotLocation.decode(row));
        }
        int stripe = stripe(sopInstance);
        long before = corrections.get(stripe);
        row = generations.old.get(key);
        Optional<HotLocation> found = row != null
                ? Optional.of(HotLocation.decode(row))
                : catalog.current(sopInstance).map(HotLocation::of);
        lookups.increment(row != null ? "old" : found.isPresent() ? "catalog" : "absent");
        if (found.isPresent()) {
            locks[stripe].lock();
            try {
                if (corrections.get(stripe) == before) {
                    put(key, found.get());
                }
            } finally {
                locks[stripe].unlock();
            }
        }
        return found;
    }

    /** Entries held at present. */
    public int size() {
        Generations maps = generations;
        return maps.young.size() + maps.old.size();
    }

    /** The CURRENT version of a UID is now this one, or none; called after the rows are written. */
    void correct(Uid sopInstance, Optional<VersionEntry> current) {
        byte[] key = RowWriter.ascii(sopInstance.value());
        int stripe = stripe(sopInstance);
        locks[stripe].lock();
        try {
            corrections.incrementAndGet(stripe);
            if (current.isPresent()) {
                put(key, HotLocation.of(current.get()));
            } else {
                Generations maps = generations;
                maps.young.remove(key);
                maps.old.remove(key);
            }
        } finally {
            locks[stripe].unlock();
        }
    }

    /** Everything is gone; called after the catalog was cleared. */
    void forgetAll() {
        for (int stripe = 0; stripe < STRIPES; stripe++) {
            locks[stripe].lock();
        }
        try {
            for (int stripe = 0; stripe < STRIPES; stripe++) {
                corrections.incrementAndGet(stripe);
            }
            generations.young.clear();
            generations.old.clear();
        } finally {
            for (int stripe = 0; stripe < STRIPES; stripe++) {
                locks[stripe].unlock();
            }
        }
    }

    /** Under the lock of the key's stripe. */
    private void put(byte[] key, HotLocation location) {
        Generations maps = generations;
        // At most one of the two holds a key, so that no older value can come back.
        maps.old.remove(key);
        if (!maps.young.put(key, location.encode())) {
            maps.young.remove(key);
            turn(maps);
            maps = generations;
            maps.old.remove(key);
            maps.young.put(key, location.encode());
        }
    }

    /** Empties the old map and makes it the young one; once for all threads that found it full. */
    private synchronized void turn(Generations full) {
        if (generations == full && full.young.isReady() && full.old.isReady()) {
            full.old.clear();
            generations = new Generations(full.old, full.young);
        }
    }

    private static int stripe(Uid uid) {
        int hash = uid.value().hashCode();
        return (hash ^ hash >>> 16) & STRIPES - 1;
    }

    @Override
    public void close() {
        catalog.unfollow(this);
        Generations maps = generations;
        maps.young.close();
        maps.old.close();
    }
}
