package strata.store;

import java.time.Clock;
import java.time.Duration;

/**
 * How a {@link Store} behaves.
 *
 * @param maxObjectBytes longest object that is taken
 * @param checkpointEvery how often the catalog is made durable; a start replays at most what came
 *     since
 * @param reclaimBelowLiveShare a sealed segment with a smaller share of live bytes is rewritten, 0
 *     to 1
 * @param indexReserveBytes nothing is taken in while the index's disk has less; 0 for no limit
 */
public record StoreOptions(
        long maxObjectBytes,
        Duration checkpointEvery,
        double reclaimBelowLiveShare,
        long indexReserveBytes,
        Clock clock) {
    public static StoreOptions defaults() {
        return new StoreOptions(64L << 30, Duration.ofSeconds(30), 0.5, 0, Clock.systemUTC());
    }

    public StoreOptions withCheckpointEvery(Duration every) {
        return new StoreOptions(
                maxObjectBytes, every, reclaimBelowLiveShare, indexReserveBytes, clock);
    }

    public StoreOptions withIndexReserveBytes(long bytes) {
        return new StoreOptions(
                maxObjectBytes, checkpointEvery, reclaimBelowLiveShare, bytes, clock);
    }

    public StoreOptions withClock(Clock other) {
        return new StoreOptions(
                maxObjectBytes, checkpointEvery, reclaimBelowLiveShare, indexReserveBytes, other);
    }
}
