package strata.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.ByteRange;
import strata.base.CorruptDataException;
import strata.base.Digest;
import strata.base.Metrics;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.catalog.Catalog;
import strata.catalog.CatalogBatch;
import strata.catalog.CatalogDamagedException;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.SegmentLocation;
import strata.catalog.SegmentMark;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;
import strata.dicom.MalformedDicomException;
import strata.segment.RecordHeader;
import strata.segment.RecordKind;
import strata.segment.RecordLocation;
import strata.segment.RecordVisitor;
import strata.segment.SegmentInfo;
import strata.segment.SegmentLog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Brings the catalog up to what segments and packs hold: only what lies behind its marks when it
 * can be trusted, everything when it cannot. Idempotent.
 *
 * <p>Segments are read front to back. Of each record its header is read, and of its body the
 * beginning, up to the last of the index keys (decision 0016); the bodies are left to the scrub.
 */
final class Replay {
    private static final Logger LOG = LoggerFactory.getLogger(Replay.class);
    /** The mark of a catalog that went through a whole replay once. */
    private static final String COMPLETE = "store/complete";

    private static final int LOST_PER_BATCH = 256;

    private final SiteId site;
    private final SegmentLog segments;
    private final Catalog catalog;
    private final List<ObjectSource> sources;
    private final DecisionBook book;
    private final Set<ObjectId> decidedOn = new HashSet<>();
    private final Metrics.Counter repairs;
    private final ReplayProgress progress;
    private boolean rebuilding;
    private ReplayQueue queue;
    private long highestSequence;

    Replay(
            SiteId site,
            SegmentLog segments,
            Catalog catalog,
            List<ObjectSource> sources,
            Metrics metrics,
            ReplayListener listener) {
        this.site = site;
        this.segments = segments;
        this.catalog = catalog;
        this.sources = sources;
        this.book = new DecisionBook(catalog, site);
        this.repairs = metrics.counter(
                "strata_store_index_repairs_total",
                "Disagreements of catalog and segments found and repaired at a start",
                "repair");
        this.progress = new ReplayProgress(listener, metrics);
    }

    void run() throws IOException {
        Optional<String> mistrust = bringUp();
        if (mistrust.isPresent()) {
            if (!segments.segments().isEmpty()) {
                LOG.warn("the catalog is made from segments and tiers: {}", mistrust.get());
                repairs.increment("rebuild");
            }
            rebuild();
        }
    }

    /** What a start reads from the catalog once it is brought up. */
    interface Reading<T> {
        T read() throws IOException;
    }

    /** Reads; where that meets damage, the catalog is made anew and read again. */
    <T> T guarded(Reading<T> reading) throws IOException {
        try {
            return reading.read();
        } catch (CatalogDamagedException e) {
            LOG.error("{}; it is made anew", e.getMessage());
        } catch (UncheckedIOException e) {
            if (!(e.getCause() instanceof CatalogDamagedException)) {
                throw e;
            }
            LOG.error("{}; it is made anew", e.getCause().getMessage());
        }
        repairs.increment("rebuild");
        rebuild();
        return reading.read();
    }

    /** Replays what is new; says why when the catalog cannot be trusted. */
    private Optional<String> bringUp() throws IOException {
        try {
            if (catalog.mark(COMPLETE).isEmpty()) {
                return Optional.of("it has not seen all of them yet");
            }
            Agreement agreement = new Agreement(segments, catalog);
            Optional<String> disagreement = agreement.disagreement();
            if (disagreement.isPresent()) {
                return disagreement;
            }
            noteMissing(agreement.missing());
            replayTails(agreement);
            return Optional.empty();
        } catch (CatalogDamagedException e) {
            return Optional.of(e.getMessage());
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof CatalogDamagedException damage) {
                return Optional.of(damage.getMessage());
            }
            throw e;
        }
    }

    private void replayTails(Agreement agreement) throws IOException {
        List<SegmentMark> tails = new ArrayList<>();
        for (SegmentInfo segment : segments.segments()) {
            SegmentMark mark = agreement.mark(segment.id());
            if (mark.throughOffset() < segment.durableLengthBytes()) {
                tails.add(mark);
            }
        }
        replay(tails, List.of());
        for (ObjectId subject : decidedOn) {
            settle(subject);
        }
        if (progress.objects() > 0) {
            LOG.info("replayed {} records that the catalog had not seen", progress.objects());
        }
    }

    /** The highest sequence of this site that was met. */
    long highestSequence() {
        return highestSequence;
    }

    /**
     * A segment that is gone although the catalog has live copies in it: those copies are damaged,
     * so that reads take others and repair fetches them again.
     */
    private void noteMissing(List<Long> missing) throws IOException {
        Set<Long> lost = new HashSet<>();
        for (long segment : missing) {
            long records = catalog.segmentLife(segment).records();
            if (records > 0) {
                lost.add(segment);
                LOG.error("segment {} is gone with {} live records", segment, records);
                repairs.increment("segment_gone");
            }
        }
        if (lost.isEmpty()) {
            return;
        }
        CatalogBatch batch = catalog.batch();
        try (VersionCursor all = catalog.all()) {
            while (all.hasNext()) {
                VersionEntry version = all.next();
                for (Placement placement : version.placements()) {
                    if (placement.location() instanceof SegmentLocation hot
                            && lost.contains(hot.segment())) {
                        batch.addPlacement(
                                version.id(),
                                new Placement(hot, PlacementState.DAMAGED, placement.verifiedAt()));
                    }
                }
                if (batch.size() >= LOST_PER_BATCH) {
                    catalog.apply(batch);
                    batch = catalog.batch();
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        catalog.apply(batch);
    }

    /** Makes the catalog from nothing. */
    void rebuild() throws IOException {
        rebuilding = true;
        catalog.clear();
        List<SegmentMark> all = new ArrayList<>();
        segments.segments().forEach(segment -> all.add(SegmentMark.start(segment.id())));
        replay(all, sources);
        book.forEach(decision -> settle(decision.subject()));
        catalog.putMark(COMPLETE, new byte[0]);
        if (progress.objects() > 0) {
            LOG.info("the catalog is made: {}", progress);
        }
    }

    private void replay(List<SegmentMark> from, List<ObjectSource> further) throws IOException {
        long records = 0;
        long bytes = 0;
        for (SegmentMark mark : from) {
            SegmentInfo segment = segments.segment(mark.segment());
            records += segment.recordCount() - mark.records();
            bytes += segment.durableLengthBytes() - mark.throughOffset();
        }
        progress.begun(records, bytes);
        try (ReplayQueue opened = new ReplayQueue(catalog, progress)) {
            queue = opened;
            for (SegmentMark mark : from) {
                replay(mark);
            }
            for (ObjectSource source : further) {
                source.forEach(this::fromSource);
            }
            queue.flush();
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
        if (header.kind() == RecordKind.TOMBSTONE) {
            noteSequence(header.id());
            Decision decision =
                    Decision.decode(header.id(), header.attributes(), "record " + location);
            if (book.enter(decision) && !rebuilding) {
                decidedOn.add(decision.subject());
            }
            progress.done(1, 0);
            return;
        }
        Placement placement = new Placement(
                new SegmentLocation(location.segment(), location.offset()),
                PlacementState.UNVERIFIED,
                header.appendedAt());
        ObjectSource.Visitor.Content content =
                () -> new HotReader(segments.open(location, header.id()));
        Copy copy = new Copy(
                header.id(),
                header.digest(),
                header.bodyLengthBytes(),
                header.attributes(),
                placement);
        noteSequence(copy.id());
        if (!rebuilding && !copy.id().site().equals(site) && book.on(copy.id()).isPresent()) {
            decidedOn.add(copy.id()); // the decision came first
        }
        queue.add(() -> find(copy, content));
    }

    private void fromSource(
            ObjectId id,
            Digest digest,
            long lengthBytes,
            byte[] attributes,
            Placement placement,
            ObjectSource.Visitor.Content content)
            throws IOException {
        noteSequence(id);
        Optional<ReplayQueue.Found> found =
                find(new Copy(id, digest, lengthBytes, attributes, placement), content);
        queue.add(() -> found);
    }

    private void noteSequence(ObjectId id) {
        if (id.site().equals(site)) {
            highestSequence = Math.max(highestSequence, id.sequence());
        }
    }

    /** What is known of a copy before it is opened. */
    private record Copy(
            ObjectId id, Digest digest, long lengthBytes, byte[] attributes, Placement placement) {}

    /** What the catalog has to learn of a copy; read from it only when the object is new there. */
    private Optional<ReplayQueue.Found> find(Copy copy, ObjectSource.Visitor.Content content)
            throws IOException {
        Optional<VersionEntry> known = catalog.version(copy.id());
        if (known.isPresent()) {
            boolean listed =
                    known.get().placementAt(copy.placement().location()).isPresent();
            return listed
                    ? Optional.empty()
                    : Optional.of(new ReplayQueue.NewCopy(
                            copy.id(), copy.lengthBytes(), copy.placement()));
        }
        Described described;
        RecordAttributes attributes;
        try (ObjectReader body = content.open()) {
            attributes = RecordAttributes.decode(copy.attributes(), "attributes of " + copy.id());
            described = Bodies.describe(body);
        } catch (CorruptDataException | MalformedDicomException | RefusedObjectException e) {
            LOG.error(
                    "object {} at {} cannot be indexed: {}",
                    copy.id(),
                    copy.placement().location(),
                    e.getMessage());
            return Optional.empty();
        }
        VersionEntry entry = new VersionEntry(
                copy.id(),
                described.key(),
                described.sopClass(),
                described.transferSyntax(),
                copy.digest(),
                copy.lengthBytes(),
                attributes.receivedAt(),
                attributes.source(),
                VersionState.CURRENT,
                List.of(copy.placement()));
        return Optional.of(new ReplayQueue.NewVersion(entry, described.keys()));
    }

    /** After all versions and decisions are in: their order does not matter then. */
    private void settle(ObjectId subject) throws IOException {
        Optional<VersionEntry> version = catalog.version(subject);
        if (version.isPresent()) {
            book.settle(version.get().key().instance());
        }
    }
}
