package strata.catalog;

import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.HyperClockCache;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksObject;
import org.rocksdb.SstFileReader;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

import strata.base.OperatorException;
import strata.base.StorageException;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Collectors;

/**
 * RocksDB with our column families, errors and lifetime rules: no call reaches native memory after
 * close.
 *
 * <p>Writes go without a log and all families are flushed together, so that what survives a crash
 * is always the state after some whole batch, never a mixture.
 */
final class RowStore implements RowSource, Closeable {
    private static final int OPEN_FILES = 512;
    private static final int INFO_LOGS = 2;

    /** Flushes and compactions start writing back early, so that a sync has little left to do. */
    private static final long SMOOTHING_BYTES = 1 << 20;

    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();
    private final Deque<RocksObject> owned = new ArrayDeque<>();
    private final Set<RowView> views = ConcurrentHashMap.newKeySet();
    private final WriteOptions unlogged;
    private final List<ColumnFamilyHandle> handles = new ArrayList<>();
    private final RocksDB db;
    private final Distrust distrust;
    private volatile boolean closing;
    private volatile boolean closed;

    /** Opens the directory. With {@code create} false every family has to be there. */
    static RowStore open(Path directory, boolean create, CatalogOptions options, Distrust distrust)
            throws IOException {
        NativeLibrary.load();
        return new RowStore(directory, create, options, distrust);
    }

    private RowStore(Path directory, boolean create, CatalogOptions options, Distrust distrust)
            throws IOException {
        this.distrust = distrust;
        unlogged = own(new WriteOptions().setDisableWAL(true));
        HyperClockCache cache = own(new HyperClockCache(options.blockCacheBytes(), 0, -1, false));
        FamilyOptions family = new FamilyOptions(cache, options.writeBufferBytes(), this::own);
        DBOptions settings = own(new DBOptions()
                .setCreateIfMissing(create)
                .setCreateMissingColumnFamilies(create)
                .setErrorIfExists(create)
                .setParanoidChecks(true)
                .setAtomicFlush(true)
                .setWalRecoveryMode(WALRecoveryMode.AbsoluteConsistency)
                .setDbWriteBufferSize(options.writeBufferBytes())
                .setMaxOpenFiles(OPEN_FILES)
                .setSkipStatsUpdateOnDbOpen(true)
                .setBytesPerSync(SMOOTHING_BYTES)
                .setMaxBackgroundJobs(2)
                .setKeepLogFileNum(INFO_LOGS)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL));
        List<ColumnFamilyDescriptor> families = new ArrayList<>();
        for (RowFamily name : RowFamily.values()) {
            families.add(new ColumnFamilyDescriptor(name.bytes(), family.of(name)));
        }
        try {
            db = RocksDB.open(settings, directory.toString(), families, handles);
        } catch (RocksDBException e) {
            closeOwned();
            throw openFailure(directory, e);
        }
    }

    private <T extends RocksObject> T own(T object) {
        owned.push(object);
        return object;
    }

    private static IOException openFailure(Path directory, RocksDBException e) {
        String text = String.valueOf(e.getMessage());
        if (text.contains("While lock file") || text.contains("lock hold by")) {
            return new OperatorException(
                    "the catalog " + directory + " is in use by another process", e);
        }
        if (text.contains("Permission denied") || text.contains("Read-only file system")) {
            return new StorageException(
                    StorageException.Kind.READ_ONLY,
                    "the catalog " + directory + " cannot be written: " + text,
                    e);
        }
        if (text.contains("No space left")) {
            return new StorageException(
                    StorageException.Kind.FULL,
                    "no space left on the disk of the catalog " + directory,
                    e);
        }
        return new CatalogDamagedException("cannot open: " + text, e);
    }

    static IOException failure(RocksDBException e) {
        String text = String.valueOf(e.getMessage());
        if (text.contains("No space left")) {
            return new StorageException(StorageException.Kind.FULL, "catalog: " + text, e);
        }
        if (text.contains("Read-only file system")) {
            return new StorageException(StorageException.Kind.READ_ONLY, "catalog: " + text, e);
        }
        boolean missing = text.contains("No such file");
        boolean io =
                e.getStatus() != null && e.getStatus().getCode() == org.rocksdb.Status.Code.IOError;
        if (io && !missing) {
            return new StorageException(StorageException.Kind.FAILED, "catalog: " + text, e);
        }
        return new CatalogDamagedException(text, e);
    }

    /** As {@link #failure}; damage is noted for the next start. */
    IOException met(RocksDBException e) {
        IOException failure = failure(e);
        if (failure instanceof CatalogDamagedException damage) {
            distrust.note(damage);
        }
        return failure;
    }

    Distrust distrust() {
        return distrust;
    }

    ColumnFamilyHandle handle(RowFamily family) {
        return handles.get(family.ordinal());
    }

    /** The newest value, or null. */
    @Override
    public byte[] get(RowFamily family, byte[] key) throws IOException {
        enter();
        try {
            return db.get(handle(family), key);
        } catch (RocksDBException e) {
            throw met(e);
        } finally {
            leave();
        }
    }

    /** A view of all families as they are now; to be closed. */
    RowView view() {
        enter();
        try {
            RowView view = new RowView(this, db);
            views.add(view);
            return view;
        } finally {
            leave();
        }
    }

    void forget(RowView view) {
        views.remove(view);
    }

    /** Applies the batch to memory, atomically; durable after a later flush. */
    void write(WriteBatch batch) throws IOException {
        enter();
        try {
            db.write(unlogged, batch);
        } catch (RocksDBException e) {
            throw met(e);
        } finally {
            leave();
        }
    }

    /** Makes every row written before the call durable. */
    void flush() throws IOException {
        enter();
        try (FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
            db.flush(wait, handles);
        } catch (RocksDBException e) {
            throw met(e);
        } finally {
            leave();
        }
    }

    void compact() throws IOException {
        enter();
        try {
            for (ColumnFamilyHandle handle : handles) {
                db.compactRange(handle);
            }
        } catch (RocksDBException e) {
            throw met(e);
        } finally {
            leave();
        }
    }

    /** Runs the action while no file of the directory changes, so that it can be copied. */
    void whileStill(StillAction action) throws IOException {
        enter();
        try {
            db.pauseBackgroundWork();
            try {
                action.run();
            } finally {
                db.continueBackgroundWork();
            }
        } catch (RocksDBException e) {
            throw met(e);
        } finally {
            leave();
        }
    }

    /** Reads files. */
    interface StillAction {
        void run() throws IOException;
    }

    /** Reads every block of every file against its checksum; ends early when it is closed. */
    void verifyChecksums() throws IOException {
        verifyChecksums(() -> {});
    }

    /** File by file, so that whoever closes waits for one of them at most. */
    void verifyChecksums(Runnable beforeEach) throws IOException {
        for (Path file : liveFiles()) {
            beforeEach.run();
            if (closing || !tryEnter()) {
                return;
            }
            try (Options options = new Options();
                    SstFileReader reader = new SstFileReader(options)) {
                reader.open(file.toString());
                reader.verifyChecksum();
            } catch (RocksDBException e) {
                // A compaction deletes files that it has replaced.
                if (liveFiles().contains(file)) {
                    throw met(e);
                }
            } finally {
                leave();
            }
        }
    }

    private Set<Path> liveFiles() {
        enter();
        try {
            return db.getLiveFilesMetaData().stream()
                    .map(each -> Path.of(each.path(), each.fileName()))
                    .collect(Collectors.toCollection(TreeSet::new));
        } finally {
            leave();
        }
    }

    /** The sum of a numeric property over all families; 0 when it cannot be read. */
    long property(String name) {
        enter();
        try {
            long sum = 0;
            for (ColumnFamilyHandle handle : handles) {
                sum += db.getLongProperty(handle, name);
            }
            return sum;
        } catch (RocksDBException e) {
            return 0;
        } finally {
            leave();
        }
    }

    void enter() {
        gate.readLock().lock();
        if (closed) {
            gate.readLock().unlock();
            throw new IllegalStateException("the catalog is closed");
        }
    }

    void leave() {
        gate.readLock().unlock();
    }

    /** As {@link #enter}, but says false instead of failing once the store is closed. */
    boolean tryEnter() {
        gate.readLock().lock();
        if (closed) {
            gate.readLock().unlock();
        }
        return !closed;
    }

    /** Closes open views, then the database; waits for calls that are inside. */
    @Override
    public void close() throws IOException {
        closing = true;
        gate.writeLock().lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            views.forEach(RowView::release);
            views.clear();
            handles.forEach(ColumnFamilyHandle::close);
            db.closeE();
        } catch (RocksDBException e) {
            throw met(e);
        } finally {
            closeOwned();
            gate.writeLock().unlock();
        }
    }

    private void closeOwned() {
        while (!owned.isEmpty()) {
            owned.pop().close();
        }
    }
}
