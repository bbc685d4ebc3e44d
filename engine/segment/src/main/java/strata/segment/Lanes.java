package strata.segment;

import strata.base.StorageException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Hands out the lanes: a few that all small records share, and a number of stream lanes of which a
 * large body leases one to itself. So a slow writer blocks nobody who has a lane. Thread-safe.
 */
final class Lanes {
    private final SegmentRegister register;
    private final SegmentFactory factory;
    private final int maxStreamLanes;
    private final Duration laneTimeout;
    private final List<Lane> small = new ArrayList<>();
    private final Deque<Lane> idleStream = new ArrayDeque<>();
    private final List<Lane> stream = new ArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();
    private boolean closed;

    Lanes(SegmentRegister register, SegmentFactory factory, SegmentLogOptions options) {
        this.register = register;
        this.factory = factory;
        this.maxStreamLanes = options.streamLanes();
        this.laneTimeout = options.laneTimeout();
        for (int i = 0; i < options.smallLanes(); i++) {
            small.add(new Lane(register, factory::takeAllocated));
        }
    }

    Commit append(RecordDraft draft, ByteBuffer record) throws IOException {
        int index = Math.floorMod(turn.getAndIncrement(), small.size());
        return small.get(index).append(draft, record);
    }

    /**
     * Leases a stream lane.
     *
     * @throws StorageException UNAVAILABLE when all are in use for the time of the option
     */
    Lane lease() throws StorageException {
        long nanos = laneTimeout.toNanos();
        long end = System.nanoTime() + nanos;
        synchronized (this) {
            while (true) {
                Lane lane = tryLease();
                if (lane != null) {
                    return lane;
                }
                long left = end - System.nanoTime();
                if (left <= 0) {
                    throw new StorageException(
                            StorageException.Kind.UNAVAILABLE,
                            "all " + maxStreamLanes + " lanes for large objects are in use",
                            null);
                }
                awaitRelease(left);
            }
        }
    }

    private void awaitRelease(long nanos) throws StorageException {
        try {
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(nanos, 1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageException(
                    StorageException.Kind.UNAVAILABLE, "interrupted while waiting for a lane", e);
        }
    }

    /** Prefers a lane whose segment is not being synced: there a write would slow the sync. */
    private Lane tryLease() throws StorageException {
        if (closed) {
            throw closedLog();
        }
        for (Lane lane : idleStream) {
            if (!lane.isSyncing()) {
                idleStream.remove(lane);
                return lane;
            }
        }
        if (stream.size() < maxStreamLanes) {
            Lane lane = new Lane(register, factory::takeGrowing);
            stream.add(lane);
            return lane;
        }
        return idleStream.pollFirst();
    }

    synchronized void release(Lane lane) {
        idleStream.addFirst(lane);
        notifyAll();
    }

    /** Makes an open segment free to be sealed; false when a streamed record is being written. */
    boolean giveUp(Segment segment) {
        List<Lane> all = new ArrayList<>(small);
        synchronized (this) {
            all.addAll(stream);
        }
        for (Lane lane : all) {
            if (lane.giveUp(segment)) {
                return true;
            }
        }
        return false;
    }

    /** Ends all lanes and returns their segments, to be sealed. */
    List<Segment> close() {
        List<Lane> all = new ArrayList<>(small);
        synchronized (this) {
            closed = true;
            all.addAll(stream);
            notifyAll();
        }
        List<Segment> open = new ArrayList<>();
        for (Lane lane : all) {
            Segment segment = lane.close();
            if (segment != null) {
                open.add(segment);
            }
        }
        return open;
    }

    static StorageException closedLog() {
        return new StorageException(
                StorageException.Kind.UNAVAILABLE, "the segment log is closed", null);
    }
}
