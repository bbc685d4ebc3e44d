package strata.catalog;

import strata.base.ObjectId;
import strata.base.Uid;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One step of a {@link CatalogBatch}. */
sealed interface BatchStep {
    record PutVersion(VersionEntry entry, IndexedKeys keys) implements BatchStep {}

    record SetPlacements(ObjectId id, List<Placement> placements) implements BatchStep {}

    record AddPlacement(ObjectId id, Placement placement) implements BatchStep {}

    /** A copy at {@code from} is now at {@code to}; skipped when there is none at {@code from}. */
    record MovePlacement(ObjectId id, Location from, Placement to) implements BatchStep {}

    record RemovePlacement(ObjectId id, Location location) implements BatchStep {}

    record SetState(ObjectId id, VersionState state) implements BatchStep {}

    record Delete(ObjectId id) implements BatchStep {}

    /** A value of null removes the row. */
    record SetRow(RowFamily family, byte[] key, byte[] value) implements BatchStep {}

    /** Without a series it is of the study. */
    record AddAccess(Uid study, Optional<Uid> series, Instant lastAccess, long hits)
            implements BatchStep {
        byte[] rowKey() {
            return series.map(of -> Keys.series(study, of)).orElseGet(() -> Keys.uid(study));
        }
    }
}
