package strata.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.StorageException;
import strata.catalog.Catalog;
import strata.catalog.CatalogBatch;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Stands between durable records and a catalog that may not take them: its disk can be full or
 * broken when that of the segments is not.
 *
 * <p>A record whose entry was refused is durable and not acknowledged. Its entry waits here; while
 * one waits, and while the catalog's disk has less than the reserve, nothing further is begun, so
 * that no more wait than commits were under way, and no checkpoint is made, so that a start would
 * replay them. They are entered as soon as the catalog takes them: the peer that repeats the object
 * then learns that it is stored. Thread-safe.
 */
final class IndexGate {
    private static final Logger LOG = LoggerFactory.getLogger(IndexGate.class);
    private static final long ASK_AGAIN_NANOS = 100_000_000;

    private final Catalog catalog;
    private final long reserveBytes;
    private final Deque<Consumer<CatalogBatch>> waiting = new ArrayDeque<>();
    private volatile StorageException refusal;
    private volatile long usableBytes = Long.MAX_VALUE;
    private volatile long askedAtNanos = System.nanoTime() - 2 * ASK_AGAIN_NANOS;

    IndexGate(Catalog catalog, long reserveBytes) {
        this.catalog = catalog;
        this.reserveBytes = reserveBytes;
    }

    /** @throws StorageException when the catalog would not take the entry of another record */
    void require() throws IOException {
        StorageException refused = refusal;
        if (refused != null) {
            throw new StorageException(
                    refused.kind(), "the index takes no entries: " + refused.getMessage(), refused);
        }
        if (freeBytes() < reserveBytes) {
            throw new StorageException(
                    StorageException.Kind.FULL,
                    "less than " + reserveBytes + " bytes are free for the index",
                    null);
        }
    }

    private long freeBytes() throws IOException {
        long now = System.nanoTime();
        if (reserveBytes > 0
                && (now - askedAtNanos > ASK_AGAIN_NANOS || usableBytes < reserveBytes)) {
            usableBytes = catalog.usableBytes();
            askedAtNanos = now;
        }
        return usableBytes;
    }

    /** Why entries are not taken at present; empty when they are. */
    Optional<StorageException.Kind> trouble() {
        try {
            require();
            return Optional.empty();
        } catch (StorageException e) {
            return Optional.of(e.kind());
        } catch (IOException e) {
            LOG.warn("the disk of the index cannot be asked: {}", e.toString());
            return Optional.of(StorageException.Kind.FAILED);
        }
    }

    /**
     * Enters what a durable record says.
     *
     * @throws StorageException when the catalog refuses it; it is entered later
     */
    void enter(Consumer<CatalogBatch> change) throws IOException {
        try {
            apply(change);
        } catch (IOException e) {
            StorageException refused = refused(e);
            keep(change, refused);
            throw refused;
        } catch (RuntimeException e) {
            keep(change, refused(new IOException(e)));
            throw e;
        }
    }

    private void apply(Consumer<CatalogBatch> change) throws IOException {
        CatalogBatch batch = catalog.batch();
        change.accept(batch);
        catalog.apply(batch);
    }

    private StorageException refused(IOException e) {
        StorageException.Kind kind =
                e instanceof StorageException s ? s.kind() : StorageException.Kind.FAILED;
        return new StorageException(
                kind, "durable, but the index does not take it now: " + e.getMessage(), e);
    }

    private synchronized void keep(Consumer<CatalogBatch> change, StorageException cause) {
        waiting.add(change);
        if (refusal == null) {
            refusal = cause;
            LOG.error(
                    "the index refused the entry of a durable record; nothing is taken in until it"
                            + " is entered, or a restart replays it",
                    cause);
        }
    }

    /** As {@link #hasWaiting}, without a wait for entries that are being made. */
    boolean owes() {
        return refusal != null;
    }

    synchronized boolean hasWaiting() {
        return !waiting.isEmpty();
    }

    /**
     * Enters what waits.
     *
     * @throws IOException when the catalog still refuses; what was entered stays entered
     */
    synchronized void settle() throws IOException {
        if (waiting.isEmpty()) {
            return;
        }
        int count = 0;
        while (!waiting.isEmpty()) {
            apply(waiting.peek());
            waiting.remove();
            count++;
        }
        refusal = null;
        LOG.info("the index takes entries again; {} that waited are entered", count);
    }

    void settleQuietly() {
        try {
            settle();
        } catch (IOException | RuntimeException e) {
            LOG.debug("the index still refuses: {}", e.toString());
        }
    }
}
