package strata.store;

import strata.base.CorruptDataException;
import strata.base.ObjectId;
import strata.catalog.Location;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.SegmentLocation;
import strata.catalog.VersionEntry;
import strata.segment.RecordKind;
import strata.segment.RecordLocation;
import strata.segment.RecordWriter;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Brings copies back to the hot tier and lets them go; see the methods of {@link Store}. */
final class HotCopies {
    private final Store store;

    HotCopies(Store store) {
        this.store = store;
    }

    void restore(VersionEntry version, ObjectReader from) throws IOException {
        List<Placement> hot = version.placementsOf(Location.HOT);
        if (hot.stream().anyMatch(p -> p.state() != PlacementState.DAMAGED)) {
            return;
        }
        RecordAttributes attributes = new RecordAttributes(version.receivedAt(), version.source());
        try (RecordWriter writer = store.segments().begin(RecordKind.OBJECT, version.id())) {
            Bodies.copy(from, writer);
            if (!writer.digest().equals(version.digest())) {
                throw new CorruptDataException(
                        "bytes to restore of " + version.id(),
                        0,
                        version.digest(),
                        writer.digest());
            }
            store.commitsMayRun().lock();
            try {
                RecordLocation location = writer.commit(attributes.encode());
                var batch = store.catalog().batch();
                hot.forEach(p -> batch.removePlacement(version.id(), p.location()));
                store.catalog()
                        .apply(batch.addPlacement(
                                version.id(),
                                new Placement(
                                        new SegmentLocation(location.segment(), location.offset()),
                                        PlacementState.VERIFIED,
                                        store.now())));
            } finally {
                store.commitsMayRun().unlock();
            }
        }
    }

    boolean release(ObjectId id) throws IOException {
        Optional<VersionEntry> version = store.catalog().version(id);
        if (version.isEmpty()) {
            return false;
        }
        boolean another = version.get().placements().stream()
                .anyMatch(p -> p.state() == PlacementState.VERIFIED
                        && !(p.location() instanceof SegmentLocation));
        if (!another) {
            return false;
        }
        var batch = store.catalog().batch();
        version.get()
                .placementsOf(Location.HOT)
                .forEach(p -> batch.removePlacement(id, p.location()));
        store.catalog().apply(batch);
        return true;
    }
}
