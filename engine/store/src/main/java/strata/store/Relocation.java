package strata.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.ByteRange;
import strata.base.CorruptDataException;
import strata.catalog.CatalogBatch;
import strata.catalog.Location;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.SegmentLife;
import strata.catalog.SegmentLocation;
import strata.catalog.VersionEntry;
import strata.segment.Commit;
import strata.segment.RecordHeader;
import strata.segment.RecordKind;
import strata.segment.RecordLocation;
import strata.segment.RecordVisitor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Moves what is needed of one segment elsewhere: its live objects, and the decisions that still
 * count. Copies are synced and read again in groups before the catalog hears of them.
 */
final class Relocation {
    private static final Logger LOG = LoggerFactory.getLogger(Relocation.class);
    private static final int GROUP_RECORDS = 512;
    private static final long GROUP_BYTES = 32 << 20;

    private final Store store;
    private final Tombstones tombstones;
    private final Pacer pacer;
    private final BooleanSupplier stopped;
    private final CompactionChoice.Candidate segment;
    private final List<Copy> group = new ArrayList<>();
    private long groupBytes;
    private long copiedBytes;
    private boolean incomplete;
    private boolean unreadable;

    private record Found(RecordLocation at, RecordHeader header) {}

    private record Copy(Found found, Commit commit) {}

    Relocation(
            Store store,
            Tombstones tombstones,
            Pacer pacer,
            BooleanSupplier stopped,
            CompactionChoice.Candidate segment) {
        this.store = store;
        this.tombstones = tombstones;
        this.pacer = pacer;
        this.stopped = stopped;
        this.segment = segment;
    }

    long copiedBytes() {
        return copiedBytes;
    }

    /** Returns whether nothing of the segment is needed any more. */
    boolean run() throws IOException {
        // A record that is durable but not entered yet looks dead: its entry comes first.
        store.awaitCommits();
        List<Found> records = records();
        // Decisions come last: of a segment that stays they would be copied by every run.
        return !unreadable && moveAll(records, false) && moveAll(records, true);
    }

    /** Whether a part of the segment is unreadable, so that nothing of it was moved. */
    boolean isUnreadable() {
        return unreadable;
    }

    /** Returns whether nothing but decisions is needed of the segment any more. */
    private boolean moveAll(List<Found> records, boolean decisions) throws IOException {
        for (Found each : records) {
            if (stopped.getAsBoolean()) {
                return false;
            }
            if (decisions == (each.header().kind() == RecordKind.TOMBSTONE)) {
                move(each);
            }
            if (group.size() >= GROUP_RECORDS || groupBytes >= GROUP_BYTES) {
                settle();
            }
        }
        settle();
        return !incomplete && lifeLeft().equals(SegmentLife.NONE);
    }

    private SegmentLife lifeLeft() {
        return store.catalog().segmentLife(segment.segment());
    }

    private List<Found> records() throws IOException {
        List<Found> out = new ArrayList<>();
        boolean anyLive = !lifeLeft().equals(SegmentLife.NONE);
        store.segments().scan(segment.segment(), 0, new RecordVisitor() {
            @Override
            public boolean visit(RecordLocation location, RecordHeader header) {
                if (header.kind() == RecordKind.TOMBSTONE || anyLive) {
                    out.add(new Found(location, header));
                }
                return true;
            }

            @Override
            public void damaged(long id, ByteRange range, CorruptDataException cause) {
                // What cannot be read may be needed: the file stays for who can make sense of it.
                LOG.warn("segment {} is kept: {}", id, cause.getMessage());
                unreadable = true;
            }

            @Override
            public void frameDamaged(long id, ByteRange range, CorruptDataException cause) {
                LOG.warn("segment {} goes, its records are whole: {}", id, cause.getMessage());
            }
        });
        return out;
    }

    private void move(Found each) throws IOException {
        if (each.header().kind() == RecordKind.TOMBSTONE) {
            if (tombstones.isNeeded(each.header())) {
                copy(each);
            }
            return;
        }
        VersionEntry version = store.catalog().version(each.header().id()).orElse(null);
        Optional<Placement> here = version == null || !version.state().isKept()
                ? Optional.empty()
                : version.placementAt(hot(each.at()));
        if (here.isEmpty() || dropsForAnother(version, here.get())) {
            return;
        }
        try {
            copy(each);
        } catch (CorruptDataException e) {
            store.copyFailed(version, here.get(), e);
            incomplete = true;
        }
    }

    /** Another hot copy, as a broken off run leaves it, makes this one needless once it is read. */
    private boolean dropsForAnother(VersionEntry version, Placement here) throws IOException {
        for (Placement other : version.placementsOf(Location.HOT)) {
            if (!other.location().equals(here.location())
                    && other.state() != PlacementState.DAMAGED
                    && other.location() instanceof SegmentLocation there) {
                try {
                    pacer.take(version.lengthBytes());
                    store.verifyHot(version, there);
                } catch (IOException e) {
                    LOG.warn("{} at {}: {}", version.id(), there, e.getMessage());
                    continue;
                }
                store.catalog()
                        .apply(store.catalog()
                                .batch()
                                .removePlacement(version.id(), here.location()));
                return true;
            }
        }
        return false;
    }

    private void copy(Found each) throws IOException {
        group.add(new Copy(each, store.segments().relocate(each.at(), pacer::take)));
        groupBytes += each.header().bodyLengthBytes();
    }

    /** Syncs the copies, reads them again, and tells the catalog. */
    private void settle() throws IOException {
        CatalogBatch batch = store.catalog().batch();
        for (Copy copy : group) {
            copy.commit().await();
        }
        for (Copy copy : group) {
            RecordHeader header = copy.found().header();
            RecordLocation to = copy.commit().location();
            pacer.take(header.bodyLengthBytes());
            try {
                store.segments().verify(to, header.id(), header.digest());
            } catch (CorruptDataException e) {
                LOG.error("a copy did not read back as written: {}", e.getMessage());
                incomplete = true;
                continue;
            }
            copiedBytes += header.bodyLengthBytes();
            if (header.kind() == RecordKind.OBJECT) {
                batch.movePlacement(
                        header.id(),
                        hot(copy.found().at()),
                        new Placement(hot(to), PlacementState.VERIFIED, store.now()));
            }
        }
        store.catalog().apply(batch);
        group.clear();
        groupBytes = 0;
    }

    private static SegmentLocation hot(RecordLocation location) {
        return new SegmentLocation(location.segment(), location.offset());
    }
}
