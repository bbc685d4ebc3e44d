package strata.catalog;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Uid;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Last access and number of retrieves per study and per series since the last {@link #fold}, off
 * the heap. What was not folded is lost in a crash: access is a hint for rules, no record.
 * Thread-safe.
 */
public final class AccessLedger implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(AccessLedger.class);
    private static final int STRIPES = 64;
    private static final int ROW_BYTES = Long.BYTES + Long.BYTES;
    private static final int ENTRIES_PER_BATCH = 500;

    /** Studies and series remembered on the heap while the map is being opened. */
    private static final int EARLY_ENTRIES = 1_000;

    /** Between the UIDs of a study and of its series in a key of the map. */
    private static final String BELOW = "/";

    private static final byte[] AVERAGE_KEY = new byte[96];

    private final Catalog catalog;
    private final OffHeapMap map;
    private final Map<String, byte[]> early = new ConcurrentHashMap<>();
    private final ReentrantLock[] locks = new ReentrantLock[STRIPES];
    private final ReentrantLock folding = new ReentrantLock();

    /** Opens the map in the background; retrieves may be recorded at once. */
    public static AccessLedger open(Catalog catalog, CatalogOptions options) {
        return new AccessLedger(catalog, options.accessEntries());
    }

    private AccessLedger(Catalog catalog, int entries) {
        this.catalog = catalog;
        Arrays.setAll(locks, i -> new ReentrantLock());
        this.map = OffHeapMap.open("access", entries, AVERAGE_KEY, ROW_BYTES);
    }

    /** Waits until the map is open; false when it is not in time, or cannot be opened. */
    public boolean awaitReady(Duration limit) throws InterruptedException {
        return map.awaitReady(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Records one retrieve from each of the series, and one from each study that they belong to.
     * When there is no room for another one, all are folded first; a retrieve is never held up by
     * an error in that.
     */
    public void touch(Set<SeriesKey> retrieved, Instant at) {
        Set<Uid> studies = new LinkedHashSet<>();
        for (SeriesKey key : retrieved) {
            studies.add(key.study());
            touch(key.study().value() + BELOW + key.series().value(), at);
        }
        studies.forEach(study -> touch(study.value(), at));
    }

    private void touch(String entry, Instant at) {
        if (!add(entry, at.toEpochMilli(), 1, false)) {
            try {
                fold();
            } catch (IOException e) {
                LOG.warn("accesses could not be folded into the catalog", e);
            }
            add(entry, at.toEpochMilli(), 1, true);
        }
    }

    /** False when it was not taken; as a last resort it may stay on the heap. */
    private boolean add(String entry, long atMillis, long hits, boolean lastResort) {
        byte[] key = RowWriter.ascii(entry);
        ReentrantLock lock = lock(entry);
        lock.lock();
        try {
            byte[] held = map.get(key);
            if (map.put(key, sum(held, atMillis, hits))) {
                return true;
            }
            byte[] waiting = early.get(entry);
            boolean full = map.isReady() && !lastResort;
            if (full || waiting == null && early.size() >= EARLY_ENTRIES) {
                return false;
            }
            early.put(entry, sum(waiting, atMillis, hits));
            return true;
        } finally {
            lock.unlock();
        }
    }

    private static byte[] sum(byte[] held, long atMillis, long hits) {
        ByteBuffer before = ByteBuffer.wrap(held == null ? new byte[ROW_BYTES] : held);
        long last = Math.max(held == null ? Long.MIN_VALUE : before.getLong(0), atMillis);
        return ByteBuffer.allocate(ROW_BYTES)
                .putLong(last)
                .putLong(before.getLong(Long.BYTES) + hits)
                .array();
    }

    /** Adds everything recorded so far to the catalog, in batches, and starts anew. */
    public void fold() throws IOException {
        folding.lock();
        try {
            Map<String, byte[]> taken = new LinkedHashMap<>();
            for (byte[] key : map.keys()) {
                take(new String(key, StandardCharsets.US_ASCII), taken);
                foldIfFull(taken);
            }
            for (String entry : List.copyOf(early.keySet())) {
                take(entry, taken);
                foldIfFull(taken);
            }
            fold(taken);
        } finally {
            folding.unlock();
        }
    }

    private void take(String entry, Map<String, byte[]> taken) {
        byte[] key = RowWriter.ascii(entry);
        ReentrantLock lock = lock(entry);
        lock.lock();
        try {
            byte[] held = map.get(key);
            map.remove(key);
            byte[] waiting = early.remove(entry);
            if (held != null && waiting != null) {
                ByteBuffer other = ByteBuffer.wrap(waiting);
                held = sum(held, other.getLong(), other.getLong());
            } else if (held == null) {
                held = waiting;
            }
            if (held != null) {
                taken.put(entry, held);
            }
        } finally {
            lock.unlock();
        }
    }

    private void foldIfFull(Map<String, byte[]> taken) throws IOException {
        if (taken.size() >= ENTRIES_PER_BATCH) {
            fold(taken);
        }
    }

    private void fold(Map<String, byte[]> taken) throws IOException {
        CatalogBatch batch = catalog.batch();
        taken.forEach((entry, row) -> {
            ByteBuffer in = ByteBuffer.wrap(row);
            Instant last = Instant.ofEpochMilli(in.getLong());
            String[] uids = entry.split(BELOW);
            if (uids.length == 1) {
                batch.addAccess(new Uid(uids[0]), last, in.getLong());
            } else {
                SeriesKey of = new SeriesKey(new Uid(uids[0]), new Uid(uids[1]));
                batch.addAccess(of, last, in.getLong());
            }
        });
        boolean done = false;
        try {
            catalog.apply(batch);
            done = true;
        } finally {
            if (!done) {
                taken.forEach((entry, row) -> {
                    ByteBuffer in = ByteBuffer.wrap(row);
                    add(entry, in.getLong(), in.getLong(), true);
                });
            }
            taken.clear();
        }
    }

    private ReentrantLock lock(String entry) {
        return locks[Math.floorMod(entry.hashCode(), STRIPES)];
    }

    /** Folds what is there and closes; before the catalog is closed. */
    @Override
    public void close() throws IOException {
        try {
            fold();
        } finally {
            map.close();
        }
    }
}
