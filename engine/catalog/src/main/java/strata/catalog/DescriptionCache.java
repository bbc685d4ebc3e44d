package strata.catalog;

import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.HyperClockCache;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksObject;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Metrics;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;

/**
 * What was made of the bytes of versions and is asked for again, such as their metadata as JSON: a
 * cache on the disk, in the catalog's order, so that a study is one range. An entry is named by the
 * digest of the bytes that it was made of, so it is never out of date. It is written without a log,
 * may be deleted at any time, and is thrown away when it is damaged.
 *
 * <p>It keeps two generations. What is asked for is in the younger one or is put there again; when
 * that has grown to half of what is allowed, the older one is dropped and a new one begun.
 *
 * <p>A key is study, series and instance, each with a zero byte behind it, and the first 16 bytes
 * of the SHA-256. Thread-safe; a failure is a miss.
 */
public final class DescriptionCache implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(DescriptionCache.class);
    private static final String TABLES = "rocksdb.total-sst-files-size";
    private static final int DIGEST_BYTES = 16;
    private static final int BLOCK_BYTES = 32 << 10;
    private static final long BLOCK_CACHE_BYTES = 4 << 20;
    private static final long WRITE_BUFFER_BYTES = 2 << 20;
    private static final int OPEN_FILES = 64;
    private static final int PUTS_BETWEEN_LOOKS = 512;

    /** Held while native memory is used; the end waits for it. */
    private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();

    /** Held while the generations must stay which they are; inside {@link #life}. */
    private final ReentrantReadWriteLock generations = new ReentrantReadWriteLock();

    private final Deque<RocksObject> owned = new ArrayDeque<>();
    private final WriteOptions unlogged = own(new WriteOptions().setDisableWAL(true));
    private final AtomicLong puts = new AtomicLong();
    private final Path directory;
    private final long maxBytes;
    private final String format;
    private final Metrics.Counter lookups;
    private final ColumnFamilyOptions family;
    private RocksDB db;
    private ColumnFamilyHandle younger;
    private ColumnFamilyHandle older;
    private long generation;
    private volatile boolean broken;

    /**
     * Opens a cache, or begins a new one where there is none that can be used. One that cannot be
     * opened at all holds nothing.
     *
     * @param format names how entries are made; those of another format are forgotten
     * @param maxBytes on the disk, compressed
     * @throws IOException when RocksDB's code cannot be loaded
     */
    public static DescriptionCache open(
            Path directory, String format, long maxBytes, Metrics metrics) throws IOException {
        NativeLibrary.load();
        DescriptionCache cache = new DescriptionCache(directory, format, maxBytes, metrics);
        try {
            cache.openTables();
        } catch (RocksDBException | IOException first) {
            LOG.info("the cache of descriptions is made anew: {}", first.getMessage());
            cache.renew();
        }
        return cache;
    }

    private DescriptionCache(Path directory, String format, long maxBytes, Metrics metrics) {
        this.directory = directory;
        this.format = format;
        this.maxBytes = maxBytes;
        this.lookups = metrics.counter(
                "strata_description_cache_lookups_total",
                "Metadata of instances that was asked for",
                "result");
        this.family = own(new ColumnFamilyOptions())
                .setWriteBufferSize(WRITE_BUFFER_BYTES)
                .setCompressionType(CompressionType.ZSTD_COMPRESSION)
                .setTableFormatConfig(new BlockBasedTableConfig()
                        .setBlockCache(own(new HyperClockCache(BLOCK_CACHE_BYTES, 0, -1, false)))
                        .setCacheIndexAndFilterBlocks(true)
                        .setFormatVersion(6)
                        .setBlockSize(BLOCK_BYTES));
        metrics.gauge(
                "strata_description_cache_bytes",
                "Size of the cache of descriptions on the disk",
                this::sizeBytes);
    }

    private <T extends RocksObject> T own(T object) {
        owned.push(object);
        return object;
    }

    private void openTables() throws RocksDBException, IOException {
        Files.createDirectories(directory);
        DBOptions settings = own(new DBOptions()
                .setCreateIfMissing(true)
                .setMaxOpenFiles(OPEN_FILES)
                .setMaxBackgroundJobs(1)
                .setKeepLogFileNum(1)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL));
        List<String> names = names();
        List<ColumnFamilyDescriptor> families = new ArrayList<>();
        families.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, family));
        names.forEach(name -> families.add(
                new ColumnFamilyDescriptor(name.getBytes(StandardCharsets.UTF_8), family)));
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        db = RocksDB.open(settings, directory.toString(), families, handles);
        owned.push(handles.get(0));
        for (int i = 0; i < names.size(); i++) {
            generation = Math.max(generation, number(names.get(i)));
            boolean kept = i >= names.size() - 2 && names.get(i).startsWith(format + "-");
            if (kept) {
                older = younger;
                younger = handles.get(i + 1);
            } else {
                db.dropColumnFamily(handles.get(i + 1));
                handles.get(i + 1).close();
            }
        }
        while (older == null) {
            rotate();
        }
    }

    private void renew() {
        try {
            erase(directory);
            openTables();
        } catch (RocksDBException | IOException e) {
            broken = true;
            LOG.warn("there is no cache of descriptions: {}", e.getMessage());
        }
    }

    /** The names of the generations on the disk, the oldest first. */
    private List<String> names() throws RocksDBException {
        List<String> names = new ArrayList<>();
        try (org.rocksdb.Options options = new org.rocksdb.Options()) {
            for (byte[] name : RocksDB.listColumnFamilies(options, directory.toString())) {
                String text = new String(name, StandardCharsets.UTF_8);
                if (text.lastIndexOf('-') > 0) {
                    names.add(text);
                }
            }
        }
        names.sort(Comparator.comparingLong(DescriptionCache::number));
        return names;
    }

    private static long number(String name) {
        try {
            return Long.parseLong(name.substring(name.lastIndexOf('-') + 1));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Drops the older generation and begins a new one. */
    private void rotate() throws RocksDBException {
        if (older != null) {
            db.dropColumnFamily(older);
            older.close();
        }
        older = younger;
        String name = format + "-" + ++generation;
        younger = db.createColumnFamily(
                new ColumnFamilyDescriptor(name.getBytes(StandardCharsets.UTF_8), family));
    }

    private static void erase(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> walk = Files.walk(directory)) {
            all = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.deleteIfExists(path);
        }
    }

    /** A look at the cache as it is now; the thread that opened it closes it. */
    public DescriptionView view() {
        life.readLock().lock();
        generations.readLock().lock();
        try {
            return isUsable()
                    ? new DescriptionView(this, db.newIterator(younger), db.newIterator(older))
                    : new DescriptionView(this, null, null);
        } finally {
            generations.readLock().unlock();
        }
    }

    private boolean isUsable() {
        return db != null && !broken;
    }

    /** A view was closed. */
    void leave() {
        life.readLock().unlock();
    }

    /** Keeps what was made of a version. */
    public void put(VersionEntry version, byte[] description) {
        life.readLock().lock();
        try {
            keep(key(version), description);
            if (puts.incrementAndGet() % PUTS_BETWEEN_LOOKS == 0) {
                bound();
            }
        } catch (RocksDBException e) {
            failed(e);
        } finally {
            life.readLock().unlock();
        }
    }

    void keep(byte[] key, byte[] description) throws RocksDBException {
        generations.readLock().lock();
        try {
            if (isUsable()) {
                db.put(younger, unlogged, key, description);
            }
        } finally {
            generations.readLock().unlock();
        }
    }

    private void bound() throws RocksDBException {
        generations.writeLock().lock();
        try {
            if (isUsable() && db.getLongProperty(younger, TABLES) > maxBytes / 2) {
                rotate();
            }
        } finally {
            generations.writeLock().unlock();
        }
    }

    /** Bytes on the disk. */
    public long sizeBytes() {
        life.readLock().lock();
        generations.readLock().lock();
        try {
            return isUsable()
                    ? db.getLongProperty(younger, TABLES) + db.getLongProperty(older, TABLES)
                    : 0;
        } catch (RocksDBException e) {
            failed(e);
            return 0;
        } finally {
            generations.readLock().unlock();
            life.readLock().unlock();
        }
    }

    /** It is not asked again, and is removed at the end. */
    void failed(RocksDBException e) {
        if (!broken) {
            broken = true;
            LOG.warn("the cache of descriptions is given up: {}", e.getMessage());
        }
    }

    void looked(boolean found) {
        lookups.increment(found ? "hit" : "miss");
    }

    static byte[] key(VersionEntry version) {
        InstanceKey key = version.key();
        String text = key.study() + "\0" + key.series() + "\0" + key.instance() + "\0";
        byte[] uids = text.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer whole = ByteBuffer.allocate(uids.length + DIGEST_BYTES).put(uids);
        return whole.put(version.digest().bytes(), 0, DIGEST_BYTES).array();
    }

    @Override
    public void close() {
        life.writeLock().lock();
        try {
            if (db != null) {
                flush();
                younger.close();
                older.close();
            }
            while (!owned.isEmpty()) {
                owned.pop().close();
            }
            if (db != null) {
                db.close();
                db = null;
            }
            if (broken) {
                erase(directory);
            }
        } catch (IOException e) {
            LOG.warn("the cache of descriptions was not removed: {}", e.getMessage());
        } finally {
            life.writeLock().unlock();
        }
    }

    private void flush() {
        try (org.rocksdb.FlushOptions now = new org.rocksdb.FlushOptions()) {
            db.flush(now, List.of(younger, older));
        } catch (RocksDBException e) {
            failed(e);
        }
    }
}
