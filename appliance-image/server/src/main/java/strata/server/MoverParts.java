package strata.server;

import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.catalog.SeriesKey;
import strata.mover.MoveProgress;
import strata.mover.MoverPace;
import strata.mover.recall.RecallOptions;
import strata.mover.recall.RecallQueue;
import strata.server.configuration.Configuration;
import strata.server.configuration.TierSettings;

import java.io.Closeable;
import java.io.IOException;
import java.util.Set;
import java.util.function.Consumer;

/** What everything that moves shares, and the way back to hot. */
record MoverParts(MoverPace pace, MoveProgress moves, RecallQueue recalls) implements Closeable {
    /** The file of recalls in the data directory. */
    static final String RECALLS = "recalls";

    /** @param used told the series that somebody is about to use */
    static MoverParts start(
            Configuration configuration, Site site, Consumer<Set<SeriesKey>> used, Metrics metrics)
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
        recalls.onUse(used);
        recalls.start();
        return new MoverParts(pace, new MoveProgress(metrics), recalls);
    }

    @Override
    public void close() throws IOException {
        recalls.close();
    }
}
