package strata.segment;

import strata.base.Disk;
import strata.base.Metrics;

import java.io.IOException;
import java.nio.file.Path;

/** A segment log without threads of its own, so that a run over a whole store can be replayed. */
public final class InlineLog {
    private InlineLog() {}

    /** Opens a log that seals and preallocates in the calling thread. */
    public static SegmentLog open(Disk disk, Path directory, SegmentLogOptions options)
            throws IOException {
        return SegmentLog.open(disk, directory, options, Metrics.none(), Background.inline());
    }
}
