package strata.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.ByteRange;
import strata.base.CorruptDataException;
import strata.base.Digest;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.catalog.Catalog;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.SegmentLocation;
import strata.catalog.SegmentMark;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;
import strata.dicom.MalformedDicomException;
import strata.segment.RecordHeader;
import strata.segment.RecordKind;
import strata.segment.RecordLocation;
import strata.segment.RecordReader;
import strata.segment.RecordVisitor;
import strata.segment.SegmentInfo;
import strata.segment.SegmentLog;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Brings the catalog up to what segments and packs hold: only what lies behind its marks when it
 * can be trusted, everything when it cannot. Idempotent.
 */
final class Replay {
    private static final Logger LOG = LoggerFactory.getLogger(Replay.class);
    /** The mark of a catalog that went through a whole replay once. */
    private static final String COMPLETE = "store/complete";

    private static final int PROGRESS_EVERY = 100_000;

    private final SiteId site;
    private final SegmentLog segments;
    private final Catalog catalog;
    private final List<ObjectSource> sources;
    private final DecisionBook book;
    private final Set<ObjectId> decidedOn = new HashSet<>();
    private boolean rebuilding;
    private long replayed;
    private long highestSequence;

    Replay(SiteId site, SegmentLog segments, Catalog catalog, List<ObjectSource> sources) {
        this.site = site;
        this.segments = segments;
        this.catalog = catalog;
        this.sources = sources;
        this.book = new DecisionBook(catalog, site);
    }

    void run() throws IOException {
        String mistrust = mistrust();
        if (mistrust != null) {
            if (!segments.segments().isEmpty()) {
                LOG.info("the catalog is made from segments and tiers: {}", mistrust);
            }
            rebuild();
            return;
        }
        for (SegmentInfo segment : segments.segments()) {
            replay(SegmentMarks.known(catalog, segment.id()));
        }
        for (ObjectId subject : decidedOn) {
            settle(subject);
        }
        if (replayed > 0) {
            LOG.info("replayed {} records that the catalog had not seen", replayed);
        }
    }

    /** The highest sequence of this site that was met. */
    long highestSequence() {
        return highestSequence;
    }

    /** Why the catalog cannot be trusted, or null. */
    private String mistrust() throws IOException {
        if (catalog.mark(COMPLETE).isEmpty()) {
            return "it has not seen all of them yet";
        }
        Map<Long, SegmentInfo> present = new HashMap<>();
        segments.segments().forEach(s -> present.put(s.id(), s));
        for (SegmentMark mark : catalog.segmentMarks()) {
            SegmentInfo segment = present.get(mark.segment());
            if (segment != null && mark.throughOffset() > segment.durableLengthBytes()) {
                return "segment " + mark.segment() + " is shorter than the catalog has seen";
            }
            if (segment != null && !sameRecords(mark, segment)) {
                return "segment " + mark.segment()
                        + " holds other records than the catalog has seen";
            }
        }
        return null;
    }

    /** A segment that is applied whole is known by its count; only a part has to be walked. */
    private boolean sameRecords(SegmentMark mark, SegmentInfo segment) throws IOException {
        if (mark.throughOffset() == segment.durableLengthBytes()) {
            return mark.records() == segment.recordCount();
        }
        SegmentMark walked = SegmentMarks.walk(
                segments, SegmentMark.start(mark.segment()), mark.throughOffset());
        return walked.equals(mark);
    }

    /** Makes the catalog from nothing. */
    void rebuild() throws IOException {
        rebuilding = true;
        catalog.clear();
        for (SegmentInfo segment : segments.segments()) {
            replay(SegmentMark.start(segment.id()));
        }
        for (ObjectSource source : sources) {
            source.forEach(this::fromSource);
        }
        book.forEach(decision -> settle(decision.subject()));
        catalog.putMark(COMPLETE, new byte[0]);
        if (replayed > 0) {
            LOG.info("the catalog is made: {} records and copies", replayed);
        }
    }

    private void replay(SegmentMark from) throws IOException {
        segments.scan(from.segment(), from.throughOffset(), new RecordVisitor() {
            @Override
            public boolean visit(RecordLocation location, RecordHeader header) throws IOException {
                fromRecord(location, header);
                return true;
            }

            @Override
            public void damaged(long segment, ByteRange range, CorruptDataException cause) {
                LOG.error(
                        "segment {} is damaged from {} to {}: {}",
                        segment,
                        range.offset(),
                        range.end(),
                        cause.getMessage());
            }
        });
    }

    private void fromRecord(RecordLocation location, RecordHeader header) throws IOException {
        String where = "record " + location;
        if (header.kind() == RecordKind.TOMBSTONE) {
            raise(header.id());
            Decision decision = Decision.decode(header.id(), header.attributes(), where);
            if (book.enter(decision) && !rebuilding) {
                decidedOn.add(decision.subject());
            }
            count();
            return;
        }
        Placement placement = new Placement(
                new SegmentLocation(location.segment(), location.offset()),
                PlacementState.UNVERIFIED,
                header.appendedAt());
        enter(
                header.id(),
                header.digest(),
                header.bodyLengthBytes(),
                header.attributes(),
                placement,
                () -> {
                    RecordReader record = segments.open(location, header.id());
                    return new HotReader(record);
                });
    }

    private void fromSource(
            ObjectId id,
            Digest digest,
            long lengthBytes,
            byte[] attributes,
            Placement placement,
            ObjectSource.Visitor.Content content)
            throws IOException {
        enter(id, digest, lengthBytes, attributes, placement, content);
    }

    private void enter(
            ObjectId id,
            Digest digest,
            long lengthBytes,
            byte[] attributes,
            Placement placement,
            ObjectSource.Visitor.Content content)
            throws IOException {
        raise(id);
        if (catalog.version(id).isPresent()) {
            catalog.apply(catalog.batch().addPlacement(id, placement));
            count();
            return;
        }
        RecordAttributes known = RecordAttributes.decode(attributes, "attributes of " + id);
        Described described;
        try (ObjectReader body = content.open()) {
            described = Bodies.describe(body);
        } catch (CorruptDataException | MalformedDicomException | RefusedObjectException e) {
            LOG.error(
                    "object {} at {} cannot be indexed: {}",
                    id,
                    placement.location(),
                    e.getMessage());
            return;
        }
        VersionEntry entry = new VersionEntry(
                id,
                described.key(),
                described.sopClass(),
                described.transferSyntax(),
                digest,
                lengthBytes,
                known.receivedAt(),
                known.source(),
                VersionState.CURRENT,
                List.of(placement));
        catalog.apply(catalog.batch().putVersion(entry, described.keys()));
        count();
    }

    /** After all versions and decisions are in: their order does not matter then. */
    private void settle(ObjectId subject) throws IOException {
        Optional<VersionEntry> version = catalog.version(subject);
        if (version.isPresent()) {
            book.settle(version.get().key().instance());
        }
    }

    private void raise(ObjectId id) {
        if (id.site().equals(site)) {
            highestSequence = Math.max(highestSequence, id.sequence());
        }
    }

    private void count() {
        replayed++;
        if (replayed % PROGRESS_EVERY == 0) {
            LOG.info("replayed {} records so far", replayed);
        }
    }
}
