package strata.network;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The operations that we perform for the peer on one association, by message id; thread-safe. */
final class PeerOperations {
    /** One of them. */
    interface Performing {
        /** The peer cancelled, or is gone. */
        void cancel();
    }

    /** An object is not cancelled: it comes whole or not at all. */
    private static final Performing STORE = () -> {};

    private final Map<Integer, Performing> byMessageId = new ConcurrentHashMap<>();
    private final AtomicInteger stores = new AtomicInteger();
    private final Runnable ended;
    private volatile boolean waiting;

    /** @param ended told after each that ends */
    PeerOperations(Runnable ended) {
        this.ended = ended;
    }

    /** Notes an operation that runs by itself; false when its message id is in use. */
    boolean begin(int messageId, Performing operation) {
        return byMessageId.putIfAbsent(messageId, operation) == null;
    }

    /** Notes an object; false when its message id is in use. */
    boolean beginStore(int messageId) {
        if (!begin(messageId, STORE)) {
            return false;
        }
        stores.incrementAndGet();
        return true;
    }

    /** The operation has been answered. */
    void end(int messageId) {
        remove(messageId);
        ended.run();
    }

    void endStore(int messageId) {
        remove(messageId);
        stores.decrementAndGet();
        ended.run();
    }

    private void remove(int messageId) {
        byMessageId.remove(messageId);
        if (waiting) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    /** Waits until all that was begun has been answered; false when that takes too long. */
    synchronized boolean awaitAnswered(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        waiting = true;
        while (!byMessageId.isEmpty()) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    void cancel(int messageId) {
        Performing operation = byMessageId.get(messageId);
        if (operation != null) {
            operation.cancel();
        }
    }

    void cancelAll() {
        byMessageId.values().forEach(Performing::cancel);
    }

    /** Objects being received or waiting for their completion. */
    int stores() {
        return stores.get();
    }

    /** Queries and retrieves that run now. */
    int operations() {
        return Math.max(0, byMessageId.size() - stores.get());
    }

    boolean isEmpty() {
        return byMessageId.isEmpty();
    }
}
