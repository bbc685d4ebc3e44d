package strata.replication;

import java.time.Duration;

/**
 * How a sender behaves.
 *
 * @param rate limit of object bytes, by local time
 * @param compression of chunks on the wire; what is limited are the bytes before it
 * @param windowObjects offers without a final answer at most; the other site may ask for fewer
 * @param windowBytes object bytes sent and not yet verified at most, unless one object alone is
 *     larger
 * @param attempts of one object before it is parked
 * @param retryPause before the next attempt of one object, times the attempts so far
 * @param parkedRetry how often parked objects are tried again
 * @param catalogGrace how long a record may be durable without an entry in the catalog before it
 *     counts as dead
 * @param silence a connection on which nothing moves for so long is given up
 * @param connectLimit for the connection and for the handshake
 * @param firstPause before the first reconnect
 * @param longestPause between reconnects
 */
public record SenderOptions(
        RateSchedule rate,
        WireCompression compression,
        int windowObjects,
        long windowBytes,
        int attempts,
        Duration retryPause,
        Duration parkedRetry,
        Duration catalogGrace,
        Duration silence,
        Duration connectLimit,
        Duration firstPause,
        Duration longestPause) {

    public SenderOptions {
        if (windowObjects < 1 || windowBytes < 1 || attempts < 1) {
            throw new IllegalArgumentException("sender options below their least value");
        }
    }

    public static SenderOptions defaults() {
        return new SenderOptions(
                RateSchedule.UNLIMITED,
                WireCompression.AUTO,
                256,
                64L << 20,
                3,
                Duration.ofSeconds(1),
                Duration.ofMinutes(15),
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                Duration.ofSeconds(10),
                Duration.ofMillis(500),
                Duration.ofSeconds(60));
    }

    public SenderOptions withBytesPerSecond(long limit) {
        return withWire(RateSchedule.always(limit), compression);
    }

    /** What the wire may carry and how. */
    public SenderOptions withWire(RateSchedule limits, WireCompression packing) {
        return new SenderOptions(
                limits,
                packing,
                windowObjects,
                windowBytes,
                attempts,
                retryPause,
                parkedRetry,
                catalogGrace,
                silence,
                connectLimit,
                firstPause,
                longestPause);
    }

    public SenderOptions withWindow(int objects, long bytes) {
        return new SenderOptions(
                rate,
                compression,
                objects,
                bytes,
                attempts,
                retryPause,
                parkedRetry,
                catalogGrace,
                silence,
                connectLimit,
                firstPause,
                longestPause);
    }

    /** The pauses of retries and reconnects. */
    public SenderOptions withPauses(
            Duration retry, Duration parked, Duration first, Duration longest) {
        return new SenderOptions(
                rate,
                compression,
                windowObjects,
                windowBytes,
                attempts,
                retry,
                parked,
                catalogGrace,
                silence,
                connectLimit,
                first,
                longest);
    }

    public SenderOptions withLimits(Duration grace, Duration silent, Duration connect) {
        return new SenderOptions(
                rate,
                compression,
                windowObjects,
                windowBytes,
                attempts,
                retryPause,
                parkedRetry,
                grace,
                silent,
                connect,
                firstPause,
                longestPause);
    }
}
