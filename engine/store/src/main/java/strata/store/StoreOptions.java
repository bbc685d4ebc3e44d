package strata.store;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * How a {@link Store} behaves.
 *
 * @param maxObjectBytes longest object that is taken
 * @param checkpointEvery how often the catalog is made durable; a start replays at most what came
 *     since
 * @param indexReserveBytes nothing is taken in while the index's disk has less; 0 for no limit
 * @param replay told how a start gets on with filling the catalog
 * @param rejectionsAhead what rejection notes refer to that is not here yet; empty: a note has no
 *     effect on what comes after it
 */
public record StoreOptions(
        long maxObjectBytes,
        Duration checkpointEvery,
        CompactionOptions compaction,
        ConflictPolicy conflicts,
        DeletionOptions deletion,
        long indexReserveBytes,
        Clock clock,
        ReplayListener replay,
        Optional<RejectionsAhead> rejectionsAhead) {
    public static StoreOptions defaults() {
        return new StoreOptions(
                64L << 30,
                Duration.ofSeconds(30),
                CompactionOptions.DEFAULT,
                ConflictPolicy.KEEP_ASIDE,
                DeletionOptions.DEFAULT,
                0,
                Clock.systemUTC(),
                ReplayListener.NONE,
                Optional.empty());
    }

    public StoreOptions withCheckpointEvery(Duration every) {
        return new StoreOptions(
                maxObjectBytes,
                every,
                compaction,
                conflicts,
                deletion,
                indexReserveBytes,
                clock,
                replay,
                rejectionsAhead);
    }

    public StoreOptions withCompaction(CompactionOptions options) {
        return new StoreOptions(
                maxObjectBytes,
                checkpointEvery,
                options,
                conflicts,
                deletion,
                indexReserveBytes,
                clock,
                replay,
                rejectionsAhead);
    }

    public StoreOptions withConflicts(ConflictPolicy policy) {
        return new StoreOptions(
                maxObjectBytes,
                checkpointEvery,
                compaction,
                policy,
                deletion,
                indexReserveBytes,
                clock,
                replay,
                rejectionsAhead);
    }

    public StoreOptions withDeletion(DeletionOptions options) {
        return new StoreOptions(
                maxObjectBytes,
                checkpointEvery,
                compaction,
                conflicts,
                options,
                indexReserveBytes,
                clock,
                replay,
                rejectionsAhead);
    }

    public StoreOptions withIndexReserveBytes(long bytes) {
        return new StoreOptions(
                maxObjectBytes,
                checkpointEvery,
                compaction,
                conflicts,
                deletion,
                bytes,
                clock,
                replay,
                rejectionsAhead);
    }

    public StoreOptions withClock(Clock other) {
        return new StoreOptions(
                maxObjectBytes,
                checkpointEvery,
                compaction,
                conflicts,
                deletion,
                indexReserveBytes,
                other,
                replay,
                rejectionsAhead);
    }

    public StoreOptions withReplayListener(ReplayListener listener) {
        return new StoreOptions(
                maxObjectBytes,
                checkpointEvery,
                compaction,
                conflicts,
                deletion,
                indexReserveBytes,
                clock,
                listener,
                rejectionsAhead);
    }

    public StoreOptions withRejectionsAhead(RejectionsAhead ahead) {
        return new StoreOptions(
                maxObjectBytes,
                checkpointEvery,
                compaction,
                conflicts,
                deletion,
                indexReserveBytes,
                clock,
                replay,
                Optional.of(ahead));
    }
}
