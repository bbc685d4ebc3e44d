package strata.replication;

import strata.base.StorageException;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.SiteLocation;
import strata.catalog.VersionEntry;
import strata.store.ObjectReader;
import strata.store.Store;

import java.io.IOException;
import java.util.List;

/** The copies of this site's own tiers: what a site may claim to have, and may send. */
final class LocalCopies {
    private LocalCopies() {}

    static boolean isHere(VersionEntry version) {
        return version.state().isKept() && !good(version).isEmpty();
    }

    private static List<Placement> good(VersionEntry version) {
        return version.placements().stream()
                .filter(p -> p.state() != PlacementState.DAMAGED)
                .filter(p -> !(p.location() instanceof SiteLocation))
                .toList();
    }

    /** Opens a copy that is here; two sites that lack an object must not ask each other in turn. */
    static ObjectReader open(Store store, VersionEntry version) throws IOException {
        List<Placement> copies = good(version);
        if (copies.isEmpty()) {
            throw new StorageException(
                    StorageException.Kind.UNAVAILABLE, "no good copy of " + version.id(), null);
        }
        return store.open(version.withPlacements(copies));
    }
}
