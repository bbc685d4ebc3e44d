package strata.server;

import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.mover.MoveProgress;
import strata.mover.MoverPace;
import strata.mover.recall.RecallOptions;
import strata.mover.recall.RecallQueue;
import strata.server.configuration.Configuration;
import strata.server.configuration.TierSettings;

import java.io.Closeable;
import java.io.IOException;

/** What everything that moves shares, and the way back to hot. */
record MoverParts(MoverPace pace, MoveProgress moves, RecallQueue recalls) implements Closeable {
    /** The file of recalls in the data directory. */
    static final String RECALLS = "recalls";

    static MoverParts start(Configuration configuration, Site site, Metrics metrics)
            throws IOException {
        TierSettings.Moves moves = configuration.tiers().moves();
        MoverPace pace = new MoverPace(site.store(), moves.parallel(), moves.bytesPerSecond());
        RecallQueue recalls = RecallQueue.open(
                site.store(),
                new LocalDisk(),
                configuration.data().resolve(RECALLS),
                pace,
                RecallOptions.DEFAULT.withWorkers(moves.parallel()),
                metrics);
        site.onArchived(recalls::archived);
        recalls.start();
        return new MoverParts(pace, new MoveProgress(metrics), recalls);
    }

    @Override
    public void close() throws IOException {
        recalls.close();
    }
}
