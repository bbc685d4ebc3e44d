package strata.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.CorruptDataException;
import strata.base.ObjectId;
import strata.catalog.Catalog;
import strata.catalog.CatalogBatch;
import strata.catalog.Placement;
import strata.catalog.VersionEntry;
import strata.dicom.DataSet;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Enters objects in the catalog in the order in which they are given, in batches, while the next
 * ones are read and parsed by other threads. Memory is bounded by {@value #AHEAD} objects ahead and
 * one batch. For one thread.
 */
final class ReplayQueue implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplayQueue.class);
    private static final int AHEAD = 64;
    private static final int BATCH = 256;
    private static final int MOST_THREADS = 8;

    private final Catalog catalog;
    private final ReplayListener listener;
    private final ExecutorService readers = Executors.newFixedThreadPool(
            Math.min(MOST_THREADS, 1 + Runtime.getRuntime().availableProcessors()), work -> {
                Thread thread = new Thread(work, "strata-replay");
                thread.setDaemon(true);
                return thread;
            });
    private final Deque<Future<Optional<Found>>> ahead = new ArrayDeque<>();
    private final List<Found> batch = new ArrayList<>();

    /** What a record says to the catalog. */
    interface Found {
        ObjectId id();

        long lengthBytes();

        void put(CatalogBatch into);
    }

    /** A version that the catalog does not know yet. */
    record NewVersion(VersionEntry entry, DataSet keys) implements Found {
        @Override
        public ObjectId id() {
            return entry.id();
        }

        @Override
        public long lengthBytes() {
            return entry.lengthBytes();
        }

        @Override
        public void put(CatalogBatch into) {
            into.putVersion(entry, keys);
        }
    }

    /** Another copy of a version that it knows. */
    record NewCopy(ObjectId id, long lengthBytes, Placement placement) implements Found {
        @Override
        public void put(CatalogBatch into) {
            into.addPlacement(id, placement);
        }
    }

    ReplayQueue(Catalog catalog, ReplayListener listener) {
        this.catalog = catalog;
        this.listener = listener;
    }

    /** Adds what the work finds; nothing when that is empty. */
    void add(Callable<Optional<Found>> work) throws IOException {
        while (ahead.size() >= AHEAD) {
            take();
        }
        ahead.add(readers.submit(work));
    }

    private void take() throws IOException {
        try {
            ahead.remove().get().ifPresent(batch::add);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw new IllegalStateException("an object could not be read", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted during a replay", e);
        }
        if (batch.size() >= BATCH) {
            apply();
        }
    }

    private void apply() throws IOException {
        CatalogBatch together = catalog.batch();
        batch.forEach(found -> found.put(together));
        try {
            catalog.apply(together);
        } catch (CorruptDataException e) {
            // One of them contradicts another under its id; the others have to go in.
            for (Found found : batch) {
                applyAlone(found);
            }
        }
        long bytes = batch.stream().mapToLong(Found::lengthBytes).sum();
        listener.done(batch.size(), bytes);
        batch.clear();
    }

    private void applyAlone(Found found) throws IOException {
        CatalogBatch alone = catalog.batch();
        found.put(alone);
        try {
            catalog.apply(alone);
        } catch (CorruptDataException e) {
            LOG.error("object {} cannot be indexed: {}", found.id(), e.getMessage());
        }
    }

    /** Enters everything that was added. */
    void flush() throws IOException {
        while (!ahead.isEmpty()) {
            take();
        }
        apply();
    }

    /** Gives up what was not flushed. */
    @Override
    public void close() {
        readers.shutdownNow();
    }
}
