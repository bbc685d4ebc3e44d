package strata.mover.recall;

import strata.catalog.Location;
import strata.catalog.PlacementState;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.mover.Recall;
import strata.store.Store;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What a target lacks in hot.
 *
 * @param packs that have it, see {@link Recall#source}
 */
record RecallPlan(Set<String> packs, long objects, long bytes) {
    /** Takes one version. */
    interface Visitor {
        void visit(VersionEntry version) throws IOException;
    }

    static RecallPlan of(Store store, RecallTarget target) throws IOException {
        Set<String> packs = new LinkedHashSet<>();
        long[] sums = new long[2];
        missing(store, target, version -> {
            packs.add(Recall.source(version));
            sums[0]++;
            sums[1] += version.lengthBytes();
        });
        return new RecallPlan(packs, sums[0], sums[1]);
    }

    /** Visits the versions that are shown and have no good hot copy. */
    static void missing(Store store, RecallTarget target, Visitor visitor) throws IOException {
        try (VersionCursor versions = cursor(store, target)) {
            while (versions.hasNext()) {
                VersionEntry version = versions.next();
                boolean hot = version.placementsOf(Location.HOT).stream()
                        .anyMatch(p -> p.state() != PlacementState.DAMAGED);
                if (!hot && !version.state().isHidden()) {
                    visitor.visit(version);
                }
            }
        }
    }

    private static VersionCursor cursor(Store store, RecallTarget target) {
        return target.series()
                .map(series -> store.catalog().series(target.study(), series))
                .orElseGet(() -> store.catalog().study(target.study()));
    }
}
