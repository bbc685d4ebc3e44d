package strata.catalog;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Batches that several threads bring at a time become one write: whoever gets the lock applies all
 * that wait, the others find theirs done. A batch that is refused does not take others with it.
 * Thread-safe.
 */
final class BatchQueue {
    private static final Logger LOG = LoggerFactory.getLogger(BatchQueue.class);
    private static final int MOST_BATCHES = 64;
    private static final int MOST_STEPS = 1024;

    /** Applies batches in their order, all or none; called with the lock held. */
    interface Write {
        void apply(List<Entry> entries) throws IOException;
    }

    /** One batch and what became of it. Guarded by the lock. */
    static final class Entry {
        private final CatalogBatch batch;
        private int skipped;
        /** Taken out of the queue: nobody else will apply it. */
        private boolean taken;

        private boolean applied;
        private Exception refusal;

        Entry(CatalogBatch batch) {
            this.batch = batch;
        }

        CatalogBatch batch() {
            return batch;
        }

        void skipped(int steps) {
            skipped = steps;
        }

        private int outcome() throws IOException {
            if (refusal instanceof IOException e) {
                throw e;
            }
            if (refusal instanceof RuntimeException e) {
                throw e;
            }
            if (!applied) {
                throw new IllegalStateException("the batch was not applied");
            }
            return skipped;
        }
    }

    private final ReentrantLock committing;
    private final Write write;
    private final Queue<Entry> waiting = new ConcurrentLinkedQueue<>();

    BatchQueue(ReentrantLock committing, Write write) {
        this.committing = committing;
        this.write = write;
    }

    /** Applies the batch; returns the number of its steps that were skipped. */
    int apply(CatalogBatch batch) throws IOException {
        Entry mine = new Entry(batch);
        waiting.add(mine);
        committing.lock();
        try {
            while (!mine.taken) {
                applyWaiting();
            }
        } finally {
            committing.unlock();
        }
        return mine.outcome();
    }

    private void applyWaiting() {
        List<Entry> together = next();
        if (together.size() > 1 && applied(together)) {
            return;
        }
        for (Entry entry : together) {
            applyAlone(entry);
        }
    }

    private List<Entry> next() {
        List<Entry> together = new ArrayList<>();
        int steps = 0;
        for (Entry entry = waiting.poll(); entry != null; entry = waiting.poll()) {
            // Also if an error ends this thread now, its own must not wait for ever.
            entry.taken = true;
            together.add(entry);
            steps += entry.batch.size();
            if (together.size() == MOST_BATCHES || steps >= MOST_STEPS) {
                break;
            }
        }
        return together;
    }

    private boolean applied(List<Entry> together) {
        try {
            write.apply(together);
        } catch (IOException | RuntimeException e) {
            LOG.debug("{} batches are refused together: {}", together.size(), e.toString());
            return false;
        }
        together.forEach(entry -> entry.applied = true);
        return true;
    }

    private void applyAlone(Entry entry) {
        try {
            write.apply(List.of(entry));
            entry.applied = true;
        } catch (IOException | RuntimeException e) {
            entry.refusal = e;
        }
    }
}
