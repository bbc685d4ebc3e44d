package strata.segment;

import java.nio.file.Path;

/**
 * A segment at one moment.
 *
 * @param durableLengthBytes every record that begins below this offset is durable
 * @param recordCount durable records (objects and tombstones)
 * @param bodyBytes sum of their body lengths
 */
public record SegmentInfo(
        long id,
        Path file,
        SegmentState state,
        long durableLengthBytes,
        long recordCount,
        long bodyBytes) {
    public boolean sealed() {
        return state == SegmentState.SEALED;
    }

    public boolean retired() {
        return state == SegmentState.RETIRED;
    }
}
