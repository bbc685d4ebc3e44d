package strata.mover;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Uid;
import strata.catalog.CatalogBatch;
import strata.catalog.Location;
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
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Takes a study's copy out of hot or out of a tier: all of it, or nothing when any version of it
 * lacks the verified copies elsewhere that are asked for. Idempotent and thread-safe.
 */
public final class Release {
    private static final Logger LOG = LoggerFactory.getLogger(Release.class);

    /**
     * What must be verified elsewhere.
     *
     * @param copies in other tiers or at sites, together; at least 1
     * @param tiers of these, in other tiers of this site, hot included
     * @param sites of these, at other sites
     */
    public record Elsewhere(int copies, int tiers, int sites) {
        public Elsewhere {
            if (copies < 1 || tiers < 0 || sites < 0) {
                throw new IllegalArgumentException("the last verified copy is never released");
            }
        }

        boolean isMetBy(VersionEntry version, String leaving) {
            Set<String> holders = new TreeSet<>();
            long atSites = 0;
            for (Placement placement : version.placements()) {
                String holder = placement.location().holder();
                boolean counts =
                        placement.state() == PlacementState.VERIFIED && !holder.equals(leaving);
                if (counts && holders.add(holder) && placement.location() instanceof SiteLocation) {
                    atSites++;
                }
            }
            return holders.size() >= copies
                    && holders.size() - atSites >= tiers
                    && atSites >= sites;
        }
    }

    /** How a release ended. */
    public enum Outcome {
        RELEASED,
        NOTHING_THERE,
        REFUSED
    }

    private final Store store;
    private final Tiers tiers;
    private final PackErasure erasure;

    public Release(Store store, Tiers tiers) {
        this.store = store;
        this.tiers = tiers;
        this.erasure = new PackErasure(store, tiers);
    }

    /**
     * Releases a study. A deleted version that is nowhere else stays in hot until it is purged or
     * restored, and holds nothing else up there.
     *
     * @param holder {@link Location#HOT} or that of a tier
     */
    public Outcome run(Uid study, String holder, Elsewhere needed) throws IOException {
        List<VersionEntry> there = new ArrayList<>();
        try (VersionCursor versions = store.catalog().study(study)) {
            while (versions.hasNext()) {
                VersionEntry version = versions.next();
                if (version.placementsOf(holder).isEmpty()) {
                    continue;
                }
                boolean mayGo = !version.state().isKept() || needed.isMetBy(version, holder);
                boolean waits =
                        version.state() == VersionState.DELETED && holder.equals(Location.HOT);
                if (!mayGo && !waits) {
                    return Outcome.REFUSED;
                }
                if (mayGo) {
                    there.add(version);
                }
            }
        }
        if (there.isEmpty()) {
            return Outcome.NOTHING_THERE;
        }
        if (holder.equals(Location.HOT)) {
            for (VersionEntry version : there) {
                store.releaseHot(version.id());
            }
        } else {
            leaveTier(there, holder);
        }
        LOG.info("study {} released from {}: {} versions", study, holder, there.size());
        return Outcome.RELEASED;
    }

    /** Forgets the placements first, and enters the packs for deletion in the same batch. */
    private void leaveTier(List<VersionEntry> versions, String holder) throws IOException {
        CatalogBatch batch = store.catalog().batch();
        for (VersionEntry version : versions) {
            for (Placement placement : version.placementsOf(holder)) {
                batch.removePlacement(version.id(), placement.location());
                if (placement.location() instanceof PackLocation pack) {
                    PackErasure.later(batch, pack, version.key().study(), store.now());
                }
            }
        }
        store.catalog().apply(batch);
        for (Tier tier : tiers.all()) {
            if (holder.equals(Location.tier(tier.name()))) {
                erasure.of(tier);
            }
        }
    }
}
