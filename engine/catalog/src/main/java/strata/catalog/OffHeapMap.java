package strata.catalog;

import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.Closeable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A Chronicle Map of small keys and values, never persisted. It is opened by a thread of its own,
 * since loading the library takes a large part of a start; until it is there, and when that fails,
 * nothing is found and nothing is taken.
 *
 * <p>The map throws when it is full, so entries are counted and not admitted beyond the limit.
 * Thread-safe; the caller orders changes to one key.
 */
final class OffHeapMap implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(OffHeapMap.class);
    private static final double BLOAT = 4;

    private final String name;
    private final int limit;
    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();
    private final CountDownLatch settled = new CountDownLatch(1);
    private final AtomicInteger entries = new AtomicInteger();
    private ChronicleMap<byte[], byte[]> map;
    private boolean closed;

    static {
        // Neither a report to a far host nor a banner on our console; both read once, at first use.
        System.setProperty("chronicle.analytics.disable", "true");
        System.setProperty("chronicle.announcer.disable", "true");
    }

    private OffHeapMap(String name, int limit) {
        this.name = name;
        this.limit = limit;
    }

    static OffHeapMap open(String name, int limit, byte[] averageKey, int valueBytes) {
        OffHeapMap opened = new OffHeapMap(name, limit);
        Thread opener = new Thread(
                () -> opened.create(averageKey, new byte[valueBytes]), "strata-map-" + name);
        opener.setDaemon(true);
        opener.start();
        return opened;
    }

    private void create(byte[] averageKey, byte[] value) {
        ChronicleMap<byte[], byte[]> created = null;
        try {
            created = ChronicleMapBuilder.of(byte[].class, byte[].class)
                    .name(name)
                    .averageKey(averageKey)
                    .constantValueSizeBySample(value)
                    .entries(limit)
                    .maxBloatFactor(BLOAT)
                    .putReturnsNull(true)
                    .removeReturnsNull(true)
                    .skipCloseOnExitHook(true)
                    .create();
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("off-heap map {} did not open; lookups go to the catalog", name, e);
        }
        gate.writeLock().lock();
        try {
            map = created;
            if (closed) {
                discard();
            }
        } finally {
            gate.writeLock().unlock();
            settled.countDown();
        }
    }

    /**
     * Whether the map takes entries; true at the latest when the time is over or opening failed.
     */
    boolean awaitReady(long timeout, TimeUnit unit) throws InterruptedException {
        return settled.await(timeout, unit) && isReady();
    }

    boolean isReady() {
        gate.readLock().lock();
        try {
            return map != null;
        } finally {
            gate.readLock().unlock();
        }
    }

    /** The value, or null. */
    byte[] get(byte[] key) {
        gate.readLock().lock();
        try {
            return map == null ? null : map.get(key);
        } finally {
            gate.readLock().unlock();
        }
    }

    /** Sets a value; false when it was not admitted and nothing changed. */
    boolean put(byte[] key, byte[] value) {
        gate.readLock().lock();
        boolean present = false;
        try {
            if (map == null) {
                return false;
            }
            present = map.containsKey(key);
            if (!present && entries.incrementAndGet() > limit) {
                entries.decrementAndGet();
                return false;
            }
            map.put(key, value);
            return true;
        } catch (IllegalStateException e) {
            // One of its segments is full before the whole is: the entry is done without.
            if (!present) {
                entries.decrementAndGet();
            }
            LOG.debug("off-heap map {} is full", name, e);
            return false;
        } finally {
            gate.readLock().unlock();
        }
    }

    void remove(byte[] key) {
        gate.readLock().lock();
        try {
            if (map != null && map.containsKey(key)) {
                map.remove(key);
                entries.decrementAndGet();
            }
        } finally {
            gate.readLock().unlock();
        }
    }

    int size() {
        return entries.get();
    }

    /** The keys at some moment during the call. */
    List<byte[]> keys() {
        List<byte[]> keys = new ArrayList<>();
        gate.readLock().lock();
        try {
            if (map != null) {
                // The map hands out the same array again and again.
                map.forEach((key, value) -> keys.add(key.clone()));
            }
        } finally {
            gate.readLock().unlock();
        }
        return keys;
    }

    void clear() {
        gate.writeLock().lock();
        try {
            if (map != null) {
                map.clear();
            }
            entries.set(0);
        } finally {
            gate.writeLock().unlock();
        }
    }

    @Override
    public void close() {
        gate.writeLock().lock();
        try {
            closed = true;
            discard();
        } finally {
            gate.writeLock().unlock();
        }
    }

    private void discard() {
        if (map != null) {
            map.close();
            map = null;
        }
    }
}
