package strata.mover;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.CatalogBatch;
import strata.catalog.PackLocation;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.SiteLocation;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;
import strata.store.Store;
import strata.tier.Tier;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes purged versions out of the packs that hold them. What else is in such a pack is first
 * brought to hot where it has no other right copy; then the pack goes, and what is left of the
 * study is packed again. Idempotent: a run that breaks off is gone on with by the next.
 */
public final class ErasePacks {
    private static final Logger LOG = LoggerFactory.getLogger(ErasePacks.class);

    private final Store store;
    private final Tiers tiers;
    private final Migration migration;
    private final Recall recall;
    private final PackErasure erasure;

    public ErasePacks(Store store, Tiers tiers, Metrics metrics) {
        this.store = store;
        this.tiers = tiers;
        this.migration = new Migration(store, metrics);
        this.recall = new Recall(store, metrics);
        this.erasure = new PackErasure(store, tiers);
    }

    /** A pack, whatever its entry. */
    private record Pack(String tier, String name) {
        static Pack of(PackLocation location) {
            return new Pack(location.tier(), location.pack());
        }
    }

    /** Returns how many packs were given up. */
    public int run() throws IOException {
        Map<Pack, Uid> packs = new LinkedHashMap<>();
        try (VersionCursor purged = store.catalog().purged()) {
            while (purged.hasNext()) {
                VersionEntry version = purged.next();
                for (Placement placement : version.placements()) {
                    if (placement.location() instanceof PackLocation pack) {
                        packs.put(Pack.of(pack), version.key().study());
                    }
                }
            }
        }
        for (Map.Entry<Pack, Uid> each : packs.entrySet()) {
            erase(each.getKey(), each.getValue());
        }
        return packs.size();
    }

    private void erase(Pack pack, Uid study) throws IOException {
        Tier tier = tiers.named(pack.tier());
        CatalogBatch batch = store.catalog().batch();
        List<VersionEntry> kept = new ArrayList<>();
        List<VersionEntry> broughtToHot = new ArrayList<>();
        PackLocation place = new PackLocation(pack.tier(), pack.name(), 0);
        Set<Uid> studies = new LinkedHashSet<>();
        for (VersionEntry version : PackContents.of(store, tier, place, study)) {
            if (version.state() != VersionState.PURGED) {
                kept.add(version);
                studies.add(version.key().study());
                if (!isElsewhere(version, pack)) {
                    recall.run(version);
                    broughtToHot.add(version);
                }
            }
            version.placements().stream()
                    .filter(p -> isIn(p, pack))
                    .forEach(p -> batch.removePlacement(version.id(), p.location()));
        }
        PackErasure.later(batch, new PackLocation(pack.tier(), pack.name(), 0), study, store.now());
        store.catalog().apply(batch);
        erasure.of(tier);
        if (!kept.isEmpty()) {
            for (Uid each : studies) {
                migration.run(each, tier);
            }
            for (VersionEntry version : broughtToHot) {
                store.releaseHot(version.id());
            }
        }
        LOG.info(
                "pack {} of tier {} given up for what was purged; {} objects packed again",
                pack.name(),
                pack.tier(),
                kept.size());
    }

    private static boolean isIn(Placement placement, Pack pack) {
        return placement.location() instanceof PackLocation location
                && Pack.of(location).equals(pack);
    }

    private static boolean isElsewhere(VersionEntry version, Pack pack) {
        return version.placements().stream()
                .anyMatch(p -> p.state() == PlacementState.VERIFIED
                        && !(p.location() instanceof SiteLocation)
                        && !isIn(p, pack));
    }
}
