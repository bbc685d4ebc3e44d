package strata.mover;

import strata.base.Uid;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.SiteLocation;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.store.Pacer;
import strata.store.Store;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Reads every copy that was last verified before a time, in turns, those that wait longest first.
 * When each copy was verified is in the catalog: a round for the same time after a restart does
 * what is left. A copy that cannot be read now is passed over until the next round. For one thread.
 */
public final class ScrubRound {
    /** Studies of one turn, for which the catalog is read through once. */
    static final int AT_A_TIME = 1000;

    private final Store store;
    private final Scrub scrub;
    private final Instant before;
    private Waiting last = new Waiting(Instant.MIN, "");
    private long copies;
    private long damaged;

    /** A study and when the copy of it was verified that waits longest. */
    private record Waiting(Instant since, String study) implements Comparable<Waiting> {
        private static final Comparator<Waiting> ORDER =
                Comparator.comparing(Waiting::since).thenComparing(Waiting::study);

        @Override
        public int compareTo(Waiting other) {
            return ORDER.compare(this, other);
        }
    }

    ScrubRound(Store store, Scrub scrub, Instant before) {
        this.store = store;
        this.scrub = scrub;
        // As coarse as the times of copies: one that is verified in this very millisecond is done.
        this.before = before.truncatedTo(ChronoUnit.MILLIS);
    }

    /** Copies read so far, right or not. */
    public long copies() {
        return copies;
    }

    public long damaged() {
        return damaged;
    }

    /** One turn; false when nothing was left for it. */
    public boolean next(Pacer pacer, Scrub.Progress progress) throws IOException {
        TreeSet<Waiting> turn = oldest();
        if (turn.isEmpty()) {
            return false;
        }
        List<Uid> studies = turn.stream().map(w -> new Uid(w.study())).toList();
        ScrubReport report = scrub.runDue(studies, before, pacer, progress);
        last = turn.last();
        damaged += report.damaged();
        copies += report.damaged()
                + report.copies().values().stream().mapToLong(Long::longValue).sum();
        return true;
    }

    private TreeSet<Waiting> oldest() throws IOException {
        TreeSet<Waiting> waiting = new TreeSet<>();
        String study = "";
        Optional<Instant> since = Optional.empty();
        try (VersionCursor versions = store.catalog().all()) {
            while (versions.hasNext()) {
                VersionEntry version = versions.next();
                if (!version.key().study().value().equals(study)) {
                    offer(waiting, study, since);
                    study = version.key().study().value();
                    since = Optional.empty();
                }
                since = earlier(since, since(version));
            }
        }
        offer(waiting, study, since);
        return waiting;
    }

    private void offer(TreeSet<Waiting> waiting, String study, Optional<Instant> since) {
        if (since.isPresent()) {
            Waiting one = new Waiting(since.get(), study);
            if (one.compareTo(last) > 0) {
                waiting.add(one);
            }
            if (waiting.size() > AT_A_TIME) {
                waiting.pollLast();
            }
        }
    }

    private static Optional<Instant> earlier(Optional<Instant> one, Optional<Instant> other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.isEmpty() ? other : one;
        }
        return one.get().isBefore(other.get()) ? one : other;
    }

    private Optional<Instant> since(VersionEntry version) {
        if (!version.state().isKept()) {
            return Optional.empty();
        }
        return version.placements().stream()
                .filter(p -> isDue(p, before))
                .map(Placement::verifiedAt)
                .min(Comparator.naturalOrder());
    }

    /** A copy that is known to be damaged waits for its repair, not for another look. */
    static boolean isDue(Placement placement, Instant before) {
        return !(placement.location() instanceof SiteLocation)
                && placement.state() != PlacementState.DAMAGED
                && placement.verifiedAt().isBefore(before);
    }
}
