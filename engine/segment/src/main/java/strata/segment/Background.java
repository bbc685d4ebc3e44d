package strata.segment;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The threads of a log: one that seals and preallocates, and as many as there are open segments for
 * syncs that only listeners wait for.
 */
final class Background {
    private final Executor seals;
    private final Executor syncs;
    private final Runnable close;

    private Background(Executor seals, Executor syncs, Runnable close) {
        this.seals = seals;
        this.syncs = syncs;
        this.close = close;
    }

    static Background threads(long closeSeconds) {
        ExecutorService seals = Executors.newSingleThreadExecutor(daemon("segment-seal"));
        ExecutorService syncs = Executors.newCachedThreadPool(daemon("segment-sync"));
        return new Background(seals, syncs, () -> {
            seals.shutdown();
            syncs.shutdown();
            try {
                seals.awaitTermination(closeSeconds, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** All in the calling thread, so that a run can be replayed. */
    static Background inline() {
        return new Background(Runnable::run, Runnable::run, () -> {});
    }

    private static ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    Executor seals() {
        return seals;
    }

    Executor syncs() {
        return syncs;
    }

    /** Lets what was begun end, within bounds. */
    void close() {
        close.run();
    }
}
