package strata.segment;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How a {@link SegmentLog} behaves; {@link #defaults()} and the {@code with} methods make one.
 *
 * @param segmentBytes length to which segments are preallocated and at which they are sealed, 8 KiB
 *     or more
 * @param starterBytes preallocation of a segment that is needed at once, before the background made
 *     one of the full length; 0 for none
 * @param smallBodyBytes bodies up to this are collected in memory and appended in one write; 0
 *     streams all, at most 64 MiB
 * @param smallLanes segments open for small bodies at a time, 1 or more
 * @param streamLanes segments open for streamed bodies at a time, 1 or more: so many large bodies
 *     can be written at once
 * @param largeBuffers buffers of {@code smallBodyBytes} at a time; who finds none streams early
 * @param laneTimeout how long a large body waits for a lane before it fails as unavailable
 * @param reserveBytes appends are refused as full when less space than this is usable
 * @param idleHandles files kept open for reading while nobody reads them
 * @param clock for the time of append
 * @param stamps draws the random number by which a segment recognises its own records
 */
public record SegmentLogOptions(
        long segmentBytes,
        long starterBytes,
        int smallBodyBytes,
        int smallLanes,
        int streamLanes,
        int largeBuffers,
        Duration laneTimeout,
        long reserveBytes,
        int idleHandles,
        Clock clock,
        LongSupplier stamps) {
    private static final int MAX_SMALL_BODY_BYTES = 64 << 20;

    public SegmentLogOptions {
        require(segmentBytes >= 8192, "segmentBytes", segmentBytes);
        require(starterBytes >= 0, "starterBytes", starterBytes);
        require(
                smallBodyBytes >= 0 && smallBodyBytes <= MAX_SMALL_BODY_BYTES,
                "smallBodyBytes",
                smallBodyBytes);
        require(smallLanes >= 1, "smallLanes", smallLanes);
        require(streamLanes >= 1, "streamLanes", streamLanes);
        require(largeBuffers >= 0, "largeBuffers", largeBuffers);
        require(reserveBytes >= 0, "reserveBytes", reserveBytes);
        require(idleHandles >= 0, "idleHandles", idleHandles);
        require(!laneTimeout.isNegative(), "laneTimeout", laneTimeout);
    }

    private static void require(boolean condition, String name, Object value) {
        if (!condition) {
            throw new IllegalArgumentException("segment option " + name + " cannot be " + value);
        }
    }

    public static SegmentLogOptions defaults() {
        SecureRandom random = new SecureRandom();
        return new SegmentLogOptions(
                256L << 20,
                16L << 20,
                1 << 20,
                1,
                8,
                64,
                Duration.ofSeconds(30),
                64L << 20,
                64,
                Clock.systemUTC(),
                random::nextLong);
    }

    public SegmentLogOptions withSegmentBytes(long bytes) {
        return new SegmentLogOptions(
                bytes,
                Math.min(starterBytes, bytes),
                smallBodyBytes,
                smallLanes,
                streamLanes,
                largeBuffers,
                laneTimeout,
                reserveBytes,
                idleHandles,
                clock,
                stamps);
    }

    public SegmentLogOptions withStarterBytes(long bytes) {
        return new SegmentLogOptions(
                segmentBytes,
                bytes,
                smallBodyBytes,
                smallLanes,
                streamLanes,
                largeBuffers,
                laneTimeout,
                reserveBytes,
                idleHandles,
                clock,
                stamps);
    }

    public SegmentLogOptions withSmallBodyBytes(int bytes) {
        return new SegmentLogOptions(
                segmentBytes,
                starterBytes,
                bytes,
                smallLanes,
                streamLanes,
                largeBuffers,
                laneTimeout,
                reserveBytes,
                idleHandles,
                clock,
                stamps);
    }

    public SegmentLogOptions withLanes(int small, int stream) {
        return new SegmentLogOptions(
                segmentBytes,
                starterBytes,
                smallBodyBytes,
                small,
                stream,
                largeBuffers,
                laneTimeout,
                reserveBytes,
                idleHandles,
                clock,
                stamps);
    }

    public SegmentLogOptions withLaneTimeout(Duration timeout) {
        return new SegmentLogOptions(
                segmentBytes,
                starterBytes,
                smallBodyBytes,
                smallLanes,
                streamLanes,
                largeBuffers,
                timeout,
                reserveBytes,
                idleHandles,
                clock,
                stamps);
    }

    public SegmentLogOptions withReserveBytes(long bytes) {
        return new SegmentLogOptions(
                segmentBytes,
                starterBytes,
                smallBodyBytes,
                smallLanes,
                streamLanes,
                largeBuffers,
                laneTimeout,
                bytes,
                idleHandles,
                clock,
                stamps);
    }

    /** For tests that replay: what would otherwise be the system clock and a random draw. */
    public SegmentLogOptions withClockAndStamps(Clock newClock, LongSupplier newStamps) {
        return new SegmentLogOptions(
                segmentBytes,
                starterBytes,
                smallBodyBytes,
                smallLanes,
                streamLanes,
                largeBuffers,
                laneTimeout,
                reserveBytes,
                idleHandles,
                newClock,
                newStamps);
    }
}
