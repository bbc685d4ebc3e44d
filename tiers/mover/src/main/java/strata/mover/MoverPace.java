package strata.mover;

import strata.store.Pacer;
import strata.store.Store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many packs are worked on at a time, and how many bytes a second are read for it; a quarter of
 * them while objects come in. Shared by everything that moves. Thread-safe.
 */
public final class MoverPace {
    private static final int MOST = 64;

    private final int parallel;
    private final Pacer pacer;
    private final AtomicInteger threads = new AtomicInteger();

    /** A piece of work. */
    interface Work<T> {
        T run() throws IOException;
    }

    /**
     * @param parallel pieces of work at a time, 1 to 64
     * @param bytesPerSecond 0: no limit
     */
    public MoverPace(Store store, int parallel, long bytesPerSecond) {
        if (parallel < 1 || parallel > MOST || bytesPerSecond < 0) {
            throw new IllegalArgumentException(
                    "1 to " + MOST + " at a time and a rate, not " + parallel);
        }
        this.parallel = parallel;
        this.pacer = store.pacer(bytesPerSecond);
    }

    /** As many at a time as there are processors, at full speed. */
    public static MoverPace unlimited(Store store) {
        int processors = Runtime.getRuntime().availableProcessors();
        return new MoverPace(store, Math.min(MOST, processors), 0);
    }

    /** Returns when so many bytes may be read. */
    public void take(long bytes) {
        synchronized (pacer) {
            pacer.take(bytes);
        }
    }

    /**
     * Does all of it, several at a time; one that fails stops no other.
     *
     * @return the results in order
     * @throws IOException the first failure, the others suppressed in it, once all have ended
     */
    <T> List<T> all(List<? extends Work<T>> work) throws IOException {
        List<T> results = new ArrayList<>();
        Failures failures = new Failures();
        if (parallel == 1 || work.size() == 1) {
            for (Work<T> each : work) {
                try {
                    results.add(each.run());
                } catch (IOException e) {
                    failures.add(e);
                }
            }
        } else if (!work.isEmpty()) {
            together(work, results, failures);
        }
        failures.throwFirst();
        return results;
    }

    private <T> void together(List<? extends Work<T>> work, List<T> results, Failures failures)
            throws IOException {
        ExecutorService pool =
                Executors.newFixedThreadPool(Math.min(parallel, work.size()), this::thread);
        try {
            List<Future<T>> running = new ArrayList<>();
            for (Work<T> each : work) {
                running.add(pool.submit(each::run));
            }
            for (Future<T> one : running) {
                try {
                    results.add(one.get());
                } catch (ExecutionException e) {
                    failures.add(failure(e.getCause()));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while packs were moved", e);
        } finally {
            pool.shutdown();
        }
    }

    private static IOException failure(Throwable cause) {
        return cause instanceof IOException io ? io : new IOException("internal error", cause);
    }

    private Thread thread(Runnable work) {
        Thread thread = new Thread(work, "strata-mover-" + threads.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    /** What failed, the first of it in front, and some of what failed after it. */
    static final class Failures {
        private static final int MOST_TOLD = 20;
        private IOException first;
        private int more;

        void add(IOException e) {
            if (first == null) {
                first = e;
            } else if (more++ < MOST_TOLD) {
                first.addSuppressed(e);
            }
        }

        void throwFirst() throws IOException {
            if (first != null) {
                throw first;
            }
        }
    }
}
