package strata.frontdoor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.network.AssociationException;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Sends over several associations at a time, each with a thread: whichever is free takes the next
 * instance. A lane whose association ends leaves the rest to the others.
 */
final class ParallelLanes implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(ParallelLanes.class);
    private static final long RECHECK_MILLIS = 100;

    private final List<Lane> lanes;
    private final List<Thread> threads = new ArrayList<>();
    private final BlockingQueue<ReadAhead.Entry> next;
    private volatile boolean complete;

    ParallelLanes(List<Lane> lanes) {
        this.lanes = lanes;
        next = new ArrayBlockingQueue<>(lanes.size());
        for (int i = 0; i < lanes.size(); i++) {
            Lane lane = lanes.get(i);
            Thread thread = new Thread(() -> run(lane), "retrieve-lane-" + (i + 1));
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
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
        lanes.get(0).failed(entry.version());
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
        complete = true;
        boolean interrupted = false;
        for (Thread thread : threads) {
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
