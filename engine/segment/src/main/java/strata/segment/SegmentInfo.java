package strata.segment;

import java.nio.file.Path;
import java.time.Instant;

/**
 * A segment at one moment.
 *
 * @param durableLengthBytes every record that begins below this offset is durable
 * @param recordCount durable records (objects and tombstones)
 * @param bodyBytes sum of their body lengths
 * @param createdAt when the file was begun, by the clock of that time; the epoch when not known
 */
public record SegmentInfo(
        long id,
        Path file,
        SegmentState state,
        long durableLengthBytes,
        long recordCount,
        long bodyBytes,
        Instant createdAt) {
    public boolean sealed() {
        return state == SegmentState.SEALED;
    }

    public boolean retired() {
        return state == SegmentState.RETIRED;
    }
}
