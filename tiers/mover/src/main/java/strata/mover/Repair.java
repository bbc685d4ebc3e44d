package strata.mover;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Audit;
import strata.base.Metrics;
import strata.base.ObjectId;
import strata.base.StorageException;
import strata.base.Uid;
import strata.catalog.CatalogBatch;
import strata.catalog.Location;
import strata.catalog.PackLocation;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.SegmentLocation;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;
import strata.store.Store;
import strata.tier.Tier;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes the damaged copies of a version right from another copy. A damaged record is appended
 * again; a damaged pack is set aside for study and written anew from what is right, in itself and
 * elsewhere.
 *
 * <p>Idempotent. Without any right copy the version becomes DAMAGED: listed, and never served; it
 * comes back by itself when a copy does.
 */
public final class Repair {
    private static final Logger LOG = LoggerFactory.getLogger(Repair.class);

    /** How a repair ended. */
    public enum Outcome {
        /** Every copy that was damaged is right again. */
        REPAIRED,
        /** Nothing was damaged any more. */
        NOTHING_TO_DO,
        /** There is no right copy anywhere. */
        NO_GOOD_COPY
    }

    private final Store store;
    private final Tiers tiers;
    private final Migration migration;
    private final Recall recall;
    private final MoverMeters meters;
    private final Audit audit;

    public Repair(Store store, Tiers tiers, Metrics metrics, Audit audit) {
        this.store = store;
        this.tiers = tiers;
        this.migration = new Migration(store, metrics);
        this.recall = new Recall(store, metrics);
        this.meters = new MoverMeters(metrics);
        this.audit = audit;
    }

    /** @throws IOException when a medium or site cannot be reached now: try again later */
    public Outcome run(ObjectId id) throws IOException {
        Optional<VersionEntry> found = store.catalog().version(id);
        if (found.isEmpty() || !found.get().state().isKept()) {
            return Outcome.NOTHING_TO_DO;
        }
        VersionEntry version = found.get();
        List<Placement> damaged = version.placements().stream()
                .filter(p -> p.state() == PlacementState.DAMAGED)
                .toList();
        if (damaged.isEmpty() && version.state() != VersionState.DAMAGED) {
            return Outcome.NOTHING_TO_DO;
        }
        boolean anyLeft = version.placements().size() > damaged.size();
        if (!anyLeft) {
            return lost(version);
        }
        for (Placement placement : damaged) {
            if (placement.location() instanceof SegmentLocation) {
                recall.run(version);
            } else if (placement.location() instanceof PackLocation pack) {
                rewrite(version.key().study(), pack);
            }
        }
        if (version.state() == VersionState.DAMAGED) {
            backInService(version);
        }
        meters.repair("repaired");
        audit.record(
                Audit.Action.COPY_REPAIRED,
                Audit.Outcome.SUCCESS,
                "repair",
                Map.of("object", id.toString()));
        LOG.info("object {}: {} damaged copies repaired", id, damaged.size());
        return Outcome.REPAIRED;
    }

    private Outcome lost(VersionEntry version) throws IOException {
        if (version.state() != VersionState.DAMAGED && !version.state().isHidden()) {
            store.catalog()
                    .apply(store.catalog().batch().setState(version.id(), VersionState.DAMAGED));
            LOG.error("object {} has no right copy left", version.id());
            audit.record(
                    Audit.Action.COPY_REPAIRED,
                    Audit.Outcome.FAILED,
                    "repair",
                    Map.of("object", version.id().toString()));
        }
        meters.repair("no_good_copy");
        return Outcome.NO_GOOD_COPY;
    }

    private void backInService(VersionEntry version) throws IOException {
        boolean taken = store.catalog().current(version.key().instance()).isPresent();
        store.catalog()
                .apply(store.catalog()
                        .batch()
                        .setState(
                                version.id(),
                                taken ? VersionState.CONFLICT : VersionState.CURRENT));
    }

    /**
     * Takes a pack out of service and writes its objects anew. What only this pack has is first
     * brought to hot, from its own sound entries; an object that is right nowhere stays behind as
     * DAMAGED.
     */
    private void rewrite(Uid study, PackLocation pack) throws IOException {
        Tier tier = tiers.named(pack.tier());
        List<ObjectId> broughtToHot = new ArrayList<>();
        CatalogBatch batch = store.catalog().batch();
        Set<Uid> studies = new LinkedHashSet<>();
        for (VersionEntry version : PackContents.of(store, tier, pack, study)) {
            studies.add(version.key().study());
            boolean elsewhere = version.placements().stream()
                    .anyMatch(
                            p -> p.state() != PlacementState.DAMAGED && !isIn(p.location(), pack));
            if (!elsewhere) {
                try {
                    recall.run(version);
                    broughtToHot.add(version.id());
                } catch (StorageException e) {
                    LOG.error("object {} is right nowhere: {}", version.id(), e.getMessage());
                    continue;
                }
            }
            version.placements().stream()
                    .filter(p -> isIn(p.location(), pack))
                    .forEach(p -> batch.removePlacement(version.id(), p.location()));
        }
        tier.quarantine(pack.pack());
        store.catalog().apply(batch);
        studies.add(study);
        for (Uid each : studies) {
            migration.run(each, tier);
        }
        for (ObjectId id : broughtToHot) {
            store.releaseHot(id);
        }
    }

    private static boolean isIn(Location location, PackLocation pack) {
        return location instanceof PackLocation other
                && other.tier().equals(pack.tier())
                && other.pack().equals(pack.pack());
    }
}
