package strata.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.ByteRange;
import strata.base.CorruptDataException;
import strata.catalog.CatalogBatch;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.SegmentLocation;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;
import strata.segment.RecordHeader;
import strata.segment.RecordKind;
import strata.segment.RecordLocation;
import strata.segment.RecordVisitor;
import strata.segment.SegmentInfo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings the space of dead records back: a sealed segment that is mostly dead has its live records
 * and its tombstones copied to the open segments, and is deleted after the catalog has the new
 * places.
 *
 * <p>A record is live while the catalog has a placement at its location. Crash-safe: until the file
 * is gone both copies are valid, and a repeat finds nothing live. One run at a time.
 */
public final class Reclaim {
    private static final Logger LOG = LoggerFactory.getLogger(Reclaim.class);

    private final Store store;
    private final double belowLiveShare;

    Reclaim(Store store, double belowLiveShare) {
        this.store = store;
        this.belowLiveShare = belowLiveShare;
    }

    /** What one segment holds that must not be lost. */
    private record Content(
            List<RecordLocation> live,
            List<RecordHeader> headers,
            long liveBytes,
            boolean damaged) {}

    /** Rewrites or deletes what is mostly dead; returns the bytes of deleted segments. */
    public long run() throws IOException {
        long freed = 0;
        for (SegmentInfo segment : store.segments().segments()) {
            if (segment.recordCount() == 0) {
                continue;
            }
            Content content = content(segment);
            boolean mostlyDead = content.liveBytes() < belowLiveShare * segment.bodyBytes()
                    || segment.bodyBytes() == 0 && content.live().isEmpty();
            if (!mostlyDead || content.damaged()) {
                continue;
            }
            if (!segment.sealed() && !segment.retired()) {
                store.segments().seal(segment.id());
            }
            // A record that is durable but not entered yet looks dead: its entry comes first.
            store.awaitCommits();
            content = content(segment);
            move(content);
            store.checkpoint();
            store.segments().delete(segment.id());
            freed += segment.durableLengthBytes();
            LOG.info(
                    "segment {} reclaimed: {} bytes, {} records moved",
                    segment.id(),
                    segment.durableLengthBytes(),
                    content.live().size());
        }
        store.meters().reclaimed(freed);
        return freed;
    }

    private Content content(SegmentInfo segment) throws IOException {
        List<RecordLocation> live = new ArrayList<>();
        List<RecordHeader> headers = new ArrayList<>();
        long[] bytes = new long[1];
        boolean[] damaged = new boolean[1];
        store.segments().scan(segment.id(), 0, new RecordVisitor() {
            @Override
            public boolean visit(RecordLocation location, RecordHeader header) throws IOException {
                if (isLive(location, header)) {
                    live.add(location);
                    headers.add(header);
                    bytes[0] += header.bodyLengthBytes();
                }
                return true;
            }

            @Override
            public void damaged(long id, ByteRange range, CorruptDataException cause) {
                damaged[0] = true;
            }
        });
        return new Content(live, headers, bytes[0], damaged[0]);
    }

    private boolean isLive(RecordLocation location, RecordHeader header) throws IOException {
        if (header.kind() == RecordKind.TOMBSTONE) {
            return true;
        }
        VersionEntry version = store.catalog().version(header.id()).orElse(null);
        return version != null
                && version.state() != VersionState.DELETED
                && version.placementAt(hot(location)).isPresent();
    }

    private void move(Content content) throws IOException {
        for (int i = 0; i < content.live().size(); i++) {
            RecordLocation from = content.live().get(i);
            RecordHeader header = content.headers().get(i);
            store.commitsMayRun().lock();
            try {
                RecordLocation to = store.segments().relocate(from, bytes -> {}).await();
                if (header.kind() == RecordKind.OBJECT) {
                    CatalogBatch batch = store.catalog().batch();
                    batch.removePlacement(header.id(), hot(from));
                    batch.addPlacement(
                            header.id(),
                            new Placement(
                                    hot(to),
                                    PlacementState.VERIFIED,
                                    store.clock().instant()));
                    store.catalog().apply(batch);
                }
            } finally {
                store.commitsMayRun().unlock();
            }
        }
    }

    private static SegmentLocation hot(RecordLocation location) {
        return new SegmentLocation(location.segment(), location.offset());
    }
}
