package strata.replication;

import java.time.Duration;

/**
 * What the receiving side allows.
 *
 * @param windowObjects offers of one connection without a final answer at most
 * @param windowBytes object bytes that one sender may have sent without their verification
 * @param commitThreads commits that wait for their sync at the same time, over all connections
 * @param maxConnections from all sites together
 * @param silence a connection on which nothing comes for so long is closed
 * @param handshakeLimit for HELLO to come
 */
public record ReceiverOptions(
        int windowObjects,
        long windowBytes,
        int commitThreads,
        int maxConnections,
        Duration silence,
        Duration handshakeLimit) {

    public ReceiverOptions {
        if (windowObjects < 1 || windowBytes < 1 || commitThreads < 1 || maxConnections < 1) {
            throw new IllegalArgumentException("receiver options below their least value");
        }
    }

    public static ReceiverOptions defaults() {
        return new ReceiverOptions(
                256, 64L << 20, 8, 64, Duration.ofSeconds(60), Duration.ofSeconds(10));
    }
}
