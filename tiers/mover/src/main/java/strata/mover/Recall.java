package strata.mover;

import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.Location;
import strata.catalog.PlacementState;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.store.ObjectReader;
import strata.store.Store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Brings the versions of a study back to the hot tier. Idempotent and thread-safe. */
public final class Recall {
    private final Store store;
    private final MoverMeters meters;

    public Recall(Store store, Metrics metrics) {
        this.store = store;
        this.meters = new MoverMeters(metrics);
    }

    /** On return every version of the study has a verified hot copy. */
    public MoveReport run(Uid study) throws IOException {
        List<VersionEntry> cold = new ArrayList<>();
        try (VersionCursor versions = store.catalog().study(study)) {
            while (versions.hasNext()) {
                VersionEntry version = versions.next();
                boolean hot = version.placementsOf(Location.HOT).stream()
                        .anyMatch(p -> p.state() != PlacementState.DAMAGED);
                if (!version.state().isHidden() && !hot) {
                    cold.add(version);
                }
            }
        }
        MoveReport report = MoveReport.NOTHING;
        for (VersionEntry version : cold) {
            run(version);
            report = report.plus(new MoveReport(1, version.lengthBytes(), version.lengthBytes()));
        }
        return report;
    }

    void run(VersionEntry version) throws IOException {
        try (ObjectReader reader = store.open(version)) {
            store.restoreHot(version, reader);
        }
        meters.recalled(version.lengthBytes());
    }
}
