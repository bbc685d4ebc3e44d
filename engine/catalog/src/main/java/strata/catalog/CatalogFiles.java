package strata.catalog;

import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.LocalDisk;
import strata.base.StorageException;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * The directory of a catalog: opening with every doubt turned into an outcome, checkpoints, and the
 * clean end.
 */
final class CatalogFiles implements Closeable {
    private static final long LEAST_ROOM_BYTES = 1 << 20;
    private static final String ROWS = "rows";
    private static final byte[] GENERATION = Keys.system("generation");
    private static final byte[] CLEAN = Keys.system("clean");

    private static final Logger LOG = LoggerFactory.getLogger(CatalogFiles.class);

    private final Path directory;
    private final CatalogOptions options;
    private final RowStore store;
    private final boolean cleanShutdown;
    private final ReentrantLock checkpointing = new ReentrantLock();
    private long generation;
    private boolean closed;

    private CatalogFiles(
            Path directory,
            CatalogOptions options,
            RowStore store,
            long generation,
            boolean cleanShutdown) {
        this.directory = directory;
        this.options = options;
        this.store = store;
        this.generation = generation;
        this.cleanShutdown = cleanShutdown;
    }

    static CatalogFiles open(Path directory, CatalogOptions options) throws IOException {
        Files.createDirectories(directory);
        Path rows = directory.resolve(ROWS);
        Optional<StateFile> state = StateFile.read(directory);
        boolean present = Files.isDirectory(rows) && !isEmpty(rows);
        if (state.isEmpty() && present) {
            throw new CatalogDamagedException("rows without " + StateFile.NAME);
        }
        if (state.isPresent() && !present) {
            throw new CatalogDamagedException(StateFile.NAME + " without rows");
        }
        Distrust distrust = new Distrust(directory);
        distrust.require();
        RowStore store = RowStore.open(rows, !present, options, distrust);
        try {
            long found = present ? generation(store) : 0;
            if (state.isPresent() && found < state.get().generation()) {
                throw new CatalogDamagedException("rows are of generation " + found
                        + ", older than " + state.get().generation());
            }
            boolean clean = !present || store.get(RowFamily.SYSTEM, CLEAN) != null;
            CatalogFiles files = new CatalogFiles(directory, options, store, found, clean);
            files.begin();
            return files;
        } catch (IOException e) {
            store.close();
            throw e;
        }
    }

    private static boolean isEmpty(Path rows) throws IOException {
        try (Stream<Path> entries = Files.list(rows)) {
            return entries.findAny().isEmpty();
        }
    }

    private static long generation(RowStore store) throws IOException {
        byte[] row = store.get(RowFamily.SYSTEM, GENERATION);
        if (row == null || row.length != Long.BYTES) {
            throw new CatalogDamagedException("no generation among the rows");
        }
        return ByteBuffer.wrap(row).getLong();
    }

    private void begin() throws IOException {
        try (WriteBatch out = new WriteBatch()) {
            out.delete(store.handle(RowFamily.SYSTEM), CLEAN);
            store.write(out);
        } catch (RocksDBException e) {
            throw store.met(e);
        }
        checkpoint();
    }

    RowStore store() {
        return store;
    }

    boolean cleanShutdown() {
        return cleanShutdown;
    }

    long usableBytes() throws IOException {
        return new LocalDisk().usableBytes(directory);
    }

    void requireRoom(long bytes) throws IOException {
        if (usableBytes() < bytes + LEAST_ROOM_BYTES) {
            throw new StorageException(
                    StorageException.Kind.FULL, "no room to flush the index", null);
        }
    }

    /** Flushes under a new generation number, then writes that number outside. */
    void checkpoint() throws IOException {
        checkpointing.lock();
        try (WriteBatch out = new WriteBatch()) {
            putGeneration(out);
            store.write(out);
            store.flush();
            StateFile.of(generation).write(directory);
        } catch (RocksDBException e) {
            throw store.met(e);
        } finally {
            checkpointing.unlock();
        }
    }

    private void putGeneration(WriteBatch out) throws RocksDBException {
        generation++;
        byte[] row = ByteBuffer.allocate(Long.BYTES).putLong(generation).array();
        out.put(store.handle(RowFamily.SYSTEM), GENERATION, row);
    }

    /** Closes, erases and opens an empty one, whatever state the files are in. */
    CatalogFiles renew() throws IOException {
        try {
            close();
        } catch (IOException e) {
            LOG.warn("the catalog that is given up did not close in order: {}", e.toString());
        }
        erase(directory);
        return open(directory, options);
    }

    /** Removes what {@link #open} looks at: the state last, so that a torn removal is damage. */
    static void erase(Path directory) throws IOException {
        Path rows = directory.resolve(ROWS);
        if (Files.isDirectory(rows)) {
            List<Path> all;
            try (Stream<Path> walk = Files.walk(rows)) {
                all = walk.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path path : all) {
                Files.deleteIfExists(path);
            }
        }
        Files.deleteIfExists(directory.resolve(StateFile.NAME));
        Files.deleteIfExists(directory.resolve(Distrust.NAME));
    }

    @Override
    public void close() throws IOException {
        checkpointing.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            try (WriteBatch out = new WriteBatch()) {
                out.put(store.handle(RowFamily.SYSTEM), CLEAN, new byte[] {1});
                store.write(out);
                checkpoint();
            } catch (RocksDBException e) {
                throw store.met(e);
            }
        } finally {
            try {
                store.close();
            } finally {
                checkpointing.unlock();
            }
        }
    }
}
