package strata.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.ObjectId;
import strata.catalog.CatalogBatch;
import strata.catalog.SiteLocation;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.segment.RecordHeader;
import strata.segment.SegmentInfo;

import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * How long the records of decisions are kept. The last one on each version outlives whatever it
 * covers. That of a purge may go when no segment and no tier has a record of its object any more;
 * those of rejections whose objects are refused again, and of objects of other sites, stay.
 */
final class Tombstones {
    private static final Logger LOG = LoggerFactory.getLogger(Tombstones.class);
    private static final int MOST = 100_000;

    private final Store store;

    Tombstones(Store store) {
        this.store = store;
    }

    /** Whether compaction has to carry the record of a decision on. */
    boolean isNeeded(RecordHeader header) throws IOException {
        Decision decision = Decision.decode(
                header.id(), header.attributes(), "record of decision " + header.id());
        Optional<Decision> last = store.decisions().on(decision.subject());
        boolean counts = last.isPresent() && !last.get().isLaterThan(decision);
        boolean ofNothing = decision.verdict() == Verdict.PURGED
                && !decision.reason().refusesRepeat()
                && decision.subject().site().equals(store.site())
                && store.catalog().version(decision.subject()).isEmpty();
        return counts && !ofNothing;
    }

    /**
     * Forgets the purged versions of which nothing remains: from then on compaction drops their
     * records. Reads the index of each segment and the lists of the tiers.
     *
     * @return how many were forgotten
     */
    long forget() throws IOException {
        Set<ObjectId> gone = candidates();
        if (gone.isEmpty()) {
            return 0;
        }
        for (SegmentInfo segment : store.segments().segments()) {
            store.segments().forEachObject(segment.id(), gone::remove);
        }
        for (ObjectSource source : store.sources()) {
            source.forEach((id, digest, length, attributes, placement, content) -> gone.remove(id));
        }
        CatalogBatch batch = store.catalog().batch();
        for (ObjectId id : gone) {
            batch.delete(id);
            DecisionBook.forget(batch, id);
        }
        store.catalog().apply(batch);
        if (!gone.isEmpty()) {
            LOG.info("{} purged objects are gone from every segment and tier", gone.size());
        }
        return gone.size();
    }

    private Set<ObjectId> candidates() throws IOException {
        Set<ObjectId> out = new HashSet<>();
        try (VersionCursor purged = store.catalog().purged()) {
            while (purged.hasNext() && out.size() < MOST) {
                VersionEntry version = purged.next();
                boolean nowhere = version.placements().stream()
                        .allMatch(p -> p.location() instanceof SiteLocation);
                boolean ours = version.id().site().equals(store.site());
                if (nowhere && ours && !refusesRepeat(version.id())) {
                    out.add(version.id());
                }
            }
        }
        return out;
    }

    private boolean refusesRepeat(ObjectId id) throws IOException {
        return store.decisions().on(id).filter(d -> d.reason().refusesRepeat()).isPresent();
    }
}
