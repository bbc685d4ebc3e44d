package strata.store;

import strata.base.CorruptDataException;
import strata.base.StorageException;
import strata.catalog.Location;
import strata.catalog.PackLocation;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.SegmentLocation;
import strata.catalog.SiteLocation;
import strata.catalog.VersionEntry;
import strata.segment.RecordLocation;
import strata.segment.SegmentLog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Reads a version from its nearest right copy, as a stream or whole. An entry may be older than the
 * last move of its copies: when none of them can be read, the catalog is asked once where they are
 * now. Thread-safe.
 */
final class ReadVersion {
    private final Store store;
    private final FallbackReader.Copies copies;

    ReadVersion(Store store, FallbackReader.Copies copies) {
        this.store = store;
        this.copies = copies;
    }

    /** See {@link Store#open}. */
    ObjectReader open(VersionEntry version) throws IOException {
        List<Placement> placements = nearestFirst(version);
        count(placements);
        try {
            return FallbackReader.open(version, placements, copies);
        } catch (StorageException e) {
            VersionEntry now = moved(version).orElseThrow(() -> e);
            return FallbackReader.open(now, nearestFirst(now), copies);
        }
    }

    /** See {@link Store#readWhole}. */
    void whole(VersionEntry version, ByteBuffer into) throws IOException {
        List<Placement> placements = nearestFirst(version);
        count(placements);
        try {
            whole(version, placements, into);
        } catch (StorageException e) {
            VersionEntry now = moved(version).orElseThrow(() -> e);
            whole(now, nearestFirst(now), into);
        }
    }

    private void whole(VersionEntry version, List<Placement> nearestFirst, ByteBuffer into)
            throws IOException {
        IOException last = null;
        for (Placement placement : nearestFirst) {
            try {
                wholeCopy(version, placement, into);
                return;
            } catch (IOException e) {
                last = FallbackReader.likelier(last, e);
                copies.failed(version, placement, e);
            }
        }
        throw FallbackReader.unreadable(version, last);
    }

    private void wholeCopy(VersionEntry version, Placement placement, ByteBuffer into)
            throws IOException {
        if (placement.location() instanceof SegmentLocation hot) {
            RecordLocation at = new RecordLocation(hot.segment(), hot.offset());
            store.segments()
                    .readWhole(at, version.id(), version.digest(), version.lengthBytes(), into);
            return;
        }
        try (ObjectReader reader = copies.open(version, placement)) {
            if (reader.lengthBytes() != version.lengthBytes()) {
                throw new CorruptDataException(
                        placement.location().toString(),
                        0,
                        version.lengthBytes(),
                        reader.lengthBytes());
            }
            into.clear().limit((int) version.lengthBytes());
            while (into.hasRemaining() && reader.read(into) >= 0) {
                // Reads until the version is whole.
            }
            into.flip();
        }
    }

    /** Bytes of memory that reading it whole needs, wherever it is. */
    static long wholeBytes(VersionEntry version) {
        return SegmentLog.wholeBytes(version.lengthBytes());
    }

    private Optional<VersionEntry> moved(VersionEntry version) throws IOException {
        return store.catalog()
                .version(version.id())
                .filter(now -> !now.placements().equals(version.placements()));
    }

    private static List<Placement> nearestFirst(VersionEntry version) {
        List<Placement> nearestFirst = new ArrayList<>(version.placements());
        nearestFirst.removeIf(p -> p.state() == PlacementState.DAMAGED);
        nearestFirst.sort(Comparator.comparingInt(p -> distance(p.location())));
        return nearestFirst;
    }

    private void count(List<Placement> nearestFirst) {
        if (!nearestFirst.isEmpty()) {
            store.meters().opened(kind(nearestFirst.get(0).location()));
        }
    }

    private static int distance(Location location) {
        if (location instanceof SegmentLocation) {
            return 0;
        }
        return location instanceof PackLocation ? 1 : 2;
    }

    private static String kind(Location location) {
        if (location instanceof SegmentLocation) {
            return "hot";
        }
        return location instanceof SiteLocation ? "site" : "tier";
    }
}
