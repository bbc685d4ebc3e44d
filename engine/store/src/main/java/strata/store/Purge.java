package strata.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Audit;
import strata.base.Uid;
import strata.catalog.CatalogBatch;
import strata.catalog.Placement;
import strata.catalog.SegmentLocation;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Ends what was deleted longer ago than the grace period: after this the space may be taken and
 * nothing brings the version back. Refuses while the clock is doubted, and whatever the guard
 * holds. Idempotent.
 */
public final class Purge {
    private static final Logger LOG = LoggerFactory.getLogger(Purge.class);

    /** Versions that are looked at before their instances are decided on. */
    private static final int AT_A_TIME = 1000;

    private final Store store;
    private final Duration grace;
    private final PurgeGuard guard;

    Purge(Store store, Duration grace, PurgeGuard guard) {
        this.store = store;
        this.grace = grace;
        this.guard = guard;
    }

    /**
     * What a run did.
     *
     * @param held versions whose grace is over and which the guard keeps
     * @param waiting versions whose grace is not over
     * @param clockDoubted nothing was done, since the clock is not believed
     */
    public record Report(long purged, long bytes, long held, long waiting, boolean clockDoubted) {}

    public Report run() throws IOException {
        if (store.time().isDoubted()) {
            return new Report(0, 0, 0, 0, true);
        }
        Instant before = store.time().now().minus(grace);
        long held = 0;
        long waiting = 0;
        Decisions.Done done = Decisions.Done.NOTHING;
        List<VersionEntry> due = new ArrayList<>();
        try (VersionCursor deleted = store.catalog().deleted()) {
            while (deleted.hasNext()) {
                VersionEntry version = deleted.next();
                Optional<Decision> decision = store.decisions().on(version.id());
                if (decision.isEmpty() || !decision.get().at().isBefore(before)) {
                    waiting++;
                } else if (guard.holds(version, decision.get()).isPresent()) {
                    held++;
                } else {
                    due.add(version);
                }
                if (due.size() == AT_A_TIME) {
                    done = done.plus(purge(due, before));
                    due.clear();
                }
            }
        }
        done = done.plus(purge(due, before));
        if (done.versions() > 0) {
            LOG.info("purged {} versions, {} bytes", done.versions(), done.bytes());
            store.audit()
                    .record(
                            Audit.Action.INSTANCES_PURGED,
                            Audit.Outcome.SUCCESS,
                            Decision.STORE,
                            Map.of(
                                    "versions",
                                    Long.toString(done.versions()),
                                    "bytes",
                                    Long.toString(done.bytes())));
        }
        store.meters().purged(done.versions());
        return new Report(done.versions(), done.bytes(), held, waiting, false);
    }

    private Decisions.Done purge(List<VersionEntry> due, Instant before) throws IOException {
        Set<Uid> instances = new LinkedHashSet<>();
        due.forEach(version -> instances.add(version.key().instance()));
        Decisions.Done done = store.decisions().purge(instances, (version, last) -> {
            boolean still = version.state() == VersionState.DELETED
                    && last.isPresent()
                    && last.get().verdict() == Verdict.DELETED
                    && last.get().at().isBefore(before)
                    && guard.holds(version, last.get()).isEmpty();
            return still ? Optional.of(Verdict.PURGED) : Optional.empty();
        });
        letGoOfHot(due);
        return done;
    }

    /** The segments do not count purged copies; the entry shall not point into them either. */
    private void letGoOfHot(List<VersionEntry> due) throws IOException {
        CatalogBatch batch = store.catalog().batch();
        for (VersionEntry each : due) {
            Optional<VersionEntry> now = store.catalog().version(each.id());
            if (now.isPresent() && now.get().state() == VersionState.PURGED) {
                for (Placement placement : now.get().placements()) {
                    if (placement.location() instanceof SegmentLocation) {
                        batch.removePlacement(each.id(), placement.location());
                    }
                }
            }
        }
        store.catalog().apply(batch);
    }
}
