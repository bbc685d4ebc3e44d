package strata.codec;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * Adds up what native pixel data became, and the processor time that this took: so that anyone can
 * measure a series. Time is that of the calling thread. Not thread-safe.
 */
public final class PixelTally {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private long originalBytes;
    private long storedBytes;
    private long encodeNanos;
    private long decodedBytes;
    private long decodeNanos;

    /** Bytes of native pixel data that have been encoded. */
    public long originalBytes() {
        return originalBytes;
    }

    /** What those take, with the headers of their chunks. */
    public long storedBytes() {
        return storedBytes;
    }

    /** Bytes of native pixel data encoded in a second of one core, 0 when there were none. */
    public double encodedPerSecond() {
        return originalBytes * 1e9 / Math.max(1, encodeNanos);
    }

    /** Bytes of native pixel data decoded in a second of one core, 0 when there were none. */
    public double decodedPerSecond() {
        return decodedBytes * 1e9 / Math.max(1, decodeNanos);
    }

    /** Processor time of this thread, for a difference. */
    static long now() {
        return THREADS.getCurrentThreadCpuTime();
    }

    void encoded(int original, int stored, long startedAt) {
        encodeNanos += now() - startedAt;
        originalBytes += original;
        storedBytes += stored;
    }

    void decoded(int original, long startedAt) {
        decodeNanos += now() - startedAt;
        decodedBytes += original;
    }
}
