package strata.segment;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Pooled memory of record writers: a short buffer that each writer begins with, and a bounded
 * number of long ones that hold the largest small body. Thread-safe.
 */
final class RecordBuffers {
    static final int SHORT_BYTES = 1 << 16;
    private static final int MAX_IDLE_SHORT = 64;

    private final int longBytes;
    private final Semaphore longPermits;
    private final ConcurrentLinkedDeque<ByteBuffer> idleLong = new ConcurrentLinkedDeque<>();
    private final ConcurrentLinkedDeque<ByteBuffer> idleShort = new ConcurrentLinkedDeque<>();
    private final ConcurrentLinkedDeque<BodyChecks> idleChecks = new ConcurrentLinkedDeque<>();
    private final AtomicInteger idleShortCount = new AtomicInteger();
    private final AtomicInteger idleChecksCount = new AtomicInteger();

    RecordBuffers(int smallBodyBytes, int largeBuffers) {
        int longest =
                Math.max(longestRecord(smallBodyBytes), SHORT_BYTES + SegmentFormat.ALIGNMENT);
        // Room to fill the last page.
        this.longBytes = (int) SegmentFormat.nextPage(longest) + SegmentFormat.PAGE_BYTES;
        this.longPermits = new Semaphore(largeBuffers);
    }

    /** Length of the longest record that is gathered in memory. */
    static int longestRecord(int smallBodyBytes) {
        return RawHeader.LENGTH_BYTES
                + smallBodyBytes
                + SegmentFormat.trailerBytes(smallBodyBytes, SegmentFormat.MAX_ATTRIBUTES_BYTES)
                + SegmentFormat.ALIGNMENT;
    }

    ByteBuffer takeShort() {
        ByteBuffer buffer = idleShort.pollFirst();
        if (buffer == null) {
            return aligned(SHORT_BYTES);
        }
        idleShortCount.decrementAndGet();
        return buffer.clear();
    }

    /** A long buffer, or null when all are in use. */
    ByteBuffer tryTakeLong() {
        if (!longPermits.tryAcquire()) {
            return null;
        }
        ByteBuffer buffer = idleLong.pollFirst();
        return buffer == null ? aligned(longBytes) : buffer.clear();
    }

    /** Beginning at a page of memory, so that it can be written past the page cache. */
    static ByteBuffer aligned(int bytes) {
        return ByteBuffer.allocateDirect(bytes + SegmentFormat.PAGE_BYTES)
                .alignedSlice(SegmentFormat.PAGE_BYTES)
                .limit(bytes)
                .slice();
    }

    int longBytes() {
        return longBytes;
    }

    void give(ByteBuffer buffer) {
        if (buffer.capacity() >= longBytes) {
            idleLong.addFirst(buffer);
            longPermits.release();
        } else if (idleShortCount.incrementAndGet() <= MAX_IDLE_SHORT) {
            idleShort.addFirst(buffer);
        } else {
            idleShortCount.decrementAndGet();
        }
    }

    BodyChecks takeChecks() {
        BodyChecks checks = idleChecks.pollFirst();
        if (checks == null) {
            return new BodyChecks();
        }
        idleChecksCount.decrementAndGet();
        return checks;
    }

    void give(BodyChecks checks) {
        if (idleChecksCount.incrementAndGet() <= MAX_IDLE_SHORT) {
            checks.reset();
            idleChecks.addFirst(checks);
        } else {
            idleChecksCount.decrementAndGet();
        }
    }
}
