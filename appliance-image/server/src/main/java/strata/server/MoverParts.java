package strata.server;

import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.catalog.SeriesKey;
import strata.catalog.VersionEntry;
import strata.frontdoor.ColdInstances;
import strata.mover.MoveProgress;
import strata.mover.MoverPace;
import strata.mover.recall.RecallEntry;
import strata.mover.recall.RecallOptions;
import strata.mover.recall.RecallQueue;
import strata.mover.recall.RecallTarget;
import strata.server.configuration.Configuration;
import strata.server.configuration.TierSettings;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

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

    /** The queue, as the doors see it. */
    ColdInstances cold() {
        return new Queued(recalls);
    }

    private record Queued(RecallQueue queue) implements ColdInstances {
        /** The request that brings a series; it may be of the whole study. */
        private Optional<RecallEntry> underWay(SeriesKey series) {
            return Stream.of(
                            RecallTarget.of(series.study(), series.series()),
                            RecallTarget.of(series.study()))
                    .flatMap(target -> queue.find(target).stream())
                    .filter(entry -> !entry.state().isAtRest())
                    .findFirst();
        }

        @Override
        public boolean ask(VersionEntry version, IOException failure) {
            return queue.wanted(version, failure);
        }

        @Override
        public boolean await(SeriesKey series, Duration most) {
            return underWay(series)
                    .map(entry -> queue.await(entry.target(), most))
                    .orElse(true);
        }

        @Override
        public Optional<Duration> left(SeriesKey series) {
            return underWay(series).flatMap(RecallEntry::left);
        }
    }

    @Override
    public void close() throws IOException {
        recalls.close();
    }
}
