package strata.segment;

import java.time.Clock;

/** What record writers need of their log. */
record AppendContext(
        SegmentLogOptions options, Lanes lanes, RecordBuffers buffers, FreeSpace space) {
    Clock clock() {
        return options.clock();
    }
}
