package strata.frontdoor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.network.AssociationException;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Sends over several associations at a time, each with a thread: whichever is free takes the next
 * instance. A lane whose association ends leaves the rest to the others, and the end does not wait
 * for associations that are not open yet.
 */
final class ParallelLanes implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(ParallelLanes.class);
    private static final long RECHECK_MILLIS = 100;

    /** Associations beyond the first. */
    interface Further {
        /** How many are worth it; 0 or less for none. */
        int most();

        /** Opens one, which may take its time; empty when the receiver takes no more. */
        Optional<MoveTarget> open();
    }

    private final Lane first;
    private final Set<Thread> sending = new LinkedHashSet<>();
    private final List<Thread> threads = new ArrayList<>();
    private final BlockingQueue<ReadAhead.Entry> next;
    private volatile boolean complete;

    /** @param laneOver makes the lane of a further association */
    ParallelLanes(Lane first, Further further, Function<Route, Lane> laneOver) {
        this.first = first;
        next = new ArrayBlockingQueue<>(further.most() + 1);
        Thread lane = start(() -> run(first));
        synchronized (this) {
            sending.add(lane);
        }
        for (int i = 0; i < further.most(); i++) {
            start(() -> further.open().ifPresent(target -> runAnother(target, laneOver)));
        }
    }

    private Thread start(Runnable work) {
        Thread thread = new Thread(work, "retrieve-lane-" + (threads.size() + 1));
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
        return thread;
    }

    private void runAnother(MoveTarget target, Function<Route, Lane> laneOver) {
        try (target) {
            if (joins()) {
                run(laneOver.apply(target));
            }
        }
    }

    /** Whether the thread that asks is in time to send, and is then waited for. */
    private synchronized boolean joins() {
        return !complete && sending.add(Thread.currentThread());
    }

    /** Hands an instance to the next lane that is free; fails it when none is left. */
    void send(ReadAhead.Entry entry) throws IOException {
        try {
            while (threads.stream().anyMatch(Thread::isAlive)) {
                if (next.offer(entry, RECHECK_MILLIS, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            entry.close();
            throw new IOException("interrupted while sending", e);
        }
        fail(entry);
    }

    private void fail(ReadAhead.Entry entry) {
        first.failed(entry.version());
        entry.close();
    }

    private void run(Lane lane) {
        try {
            while (lane.isOpen()) {
                ReadAhead.Entry entry = next.poll(RECHECK_MILLIS, TimeUnit.MILLISECONDS);
                if (entry != null) {
                    sendOver(lane, entry);
                } else if (complete) {
                    break;
                }
            }
            lane.settle(true);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.info("a lane of a retrieve ends: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("a lane of a retrieve failed", e);
        }
    }

    private static void sendOver(Lane lane, ReadAhead.Entry entry) throws IOException {
        try {
            lane.send(entry);
        } catch (AssociationException e) {
            lane.failed(entry.version());
            throw e;
        }
    }

    /** Waits until all that was handed over has been answered or has failed. */
    @Override
    public void close() throws IOException {
        List<Thread> all;
        synchronized (this) {
            complete = true;
            all = List.copyOf(sending);
        }
        boolean interrupted = false;
        for (Thread thread : all) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        // What no lane took before the last of them ended.
        for (ReadAhead.Entry left = next.poll(); left != null; left = next.poll()) {
            fail(left);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while sending");
        }
    }
}
