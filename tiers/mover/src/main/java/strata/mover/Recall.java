package strata.mover;

import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.Location;
import strata.catalog.PackLocation;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.store.ObjectReader;
import strata.store.Store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings the versions of a study back to the hot tier, pack by pack, several packs at a time.
 * Idempotent and thread-safe.
 */
public final class Recall {
    private final Store store;
    private final MoverMeters meters;
    private final MoverPace pace;

    /** One pack after the other, at full speed. */
    public Recall(Store store, Metrics metrics) {
        this(store, metrics, new MoverPace(store, 1, 0));
    }

    public Recall(Store store, Metrics metrics, MoverPace pace) {
        this.store = store;
        this.meters = new MoverMeters(metrics);
        this.pace = pace;
    }

    /**
     * On return every version of the study has a verified hot copy.
     *
     * @throws IOException when one cannot be had now; all others are brought back all the same, and
     *     whatever has to be asked for at an archive has been
     */
    public MoveReport run(Uid study) throws IOException {
        Map<String, List<VersionEntry>> packs = new LinkedHashMap<>();
        try (VersionCursor versions = store.catalog().study(study)) {
            while (versions.hasNext()) {
                VersionEntry version = versions.next();
                boolean hot = version.placementsOf(Location.HOT).stream()
                        .anyMatch(p -> p.state() != PlacementState.DAMAGED);
                if (!version.state().isHidden() && !hot) {
                    packs.computeIfAbsent(source(version), p -> new ArrayList<>())
                            .add(version);
                }
            }
        }
        List<MoverPace.Work<MoveReport>> work = new ArrayList<>();
        for (List<VersionEntry> pack : packs.values()) {
            work.add(() -> recall(pack));
        }
        MoveReport report = MoveReport.NOTHING;
        for (MoveReport one : pace.all(work)) {
            report = report.plus(one);
        }
        return report;
    }

    /** What is read together: a version of no pack is together with others of none. */
    public static String source(VersionEntry version) {
        for (Placement placement : version.placements()) {
            if (placement.state() != PlacementState.DAMAGED
                    && placement.location() instanceof PackLocation in) {
                return in.tier() + "/" + in.pack();
            }
        }
        return "";
    }

    private MoveReport recall(List<VersionEntry> versions) throws IOException {
        MoveReport report = MoveReport.NOTHING;
        MoverPace.Failures failures = new MoverPace.Failures();
        for (VersionEntry version : versions) {
            try {
                pace.take(version.lengthBytes());
                run(version);
                long length = version.lengthBytes();
                report = report.plus(new MoveReport(1, length, length));
            } catch (IOException e) {
                failures.add(e);
            }
        }
        failures.throwFirst();
        return report;
    }

    /** Brings one version back; does nothing when it has a good hot copy. */
    public void run(VersionEntry version) throws IOException {
        try (ObjectReader reader = store.open(version)) {
            store.restoreHot(version, reader);
        }
        meters.recalled(version.lengthBytes());
    }
}
