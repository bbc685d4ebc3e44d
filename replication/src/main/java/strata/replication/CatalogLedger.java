package strata.replication;

import strata.base.ObjectId;
import strata.base.SiteId;
import strata.catalog.Catalog;
import strata.catalog.CatalogBatch;
import strata.catalog.Location;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.SiteLocation;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.segment.SegmentInfo;
import strata.store.Decisions;
import strata.store.RecordAttributes;
import strata.store.Store;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the catalog of a store remembers about one site: the copies there as placements, the rest as
 * marks, so that both survive or are lost together.
 */
final class CatalogLedger implements ReplicaLedger {
    private final Store store;
    private final Catalog catalog;
    private final String site;
    private final SiteLocation there;
    private final ReplicationChoice choice;

    CatalogLedger(Store store, String site, ReplicationChoice choice) {
        this.store = store;
        this.catalog = store.catalog();
        this.site = site;
        this.there = new SiteLocation(site);
        this.choice = choice;
    }

    @Override
    public boolean isBehind() {
        return store.owesIndex();
    }

    @Override
    public Standing standing(LogRecord record) throws IOException {
        if (!record.object()) {
            return decision(record);
        }
        Optional<VersionEntry> version = catalog.version(record.id());
        return version.isEmpty()
                ? Standing.UNKNOWN
                : new Standing(
                        state(version.get()),
                        Optional.of(version.get().key().instance()),
                        Optional.empty());
    }

    private Standing decision(LogRecord record) throws IOException {
        Decisions.Told told = store.decisions().told(record.id(), record.attributes());
        boolean due =
                !told.local() && told.version().map(choice::shallReplicate).orElse(true);
        return new Standing(
                due ? State.DUE : State.NOT_DUE,
                Optional.of(told.instance()),
                told.version().map(VersionEntry::digest));
    }

    private State state(VersionEntry version) {
        if (!version.state().isKept()) {
            return State.NOT_DUE;
        }
        if (version.placementAt(there)
                .filter(p -> p.state() == PlacementState.VERIFIED)
                .isPresent()) {
            return State.VERIFIED;
        }
        return choice.shallReplicate(version) ? State.DUE : State.NOT_DUE;
    }

    @Override
    public Optional<LogRecord> find(ObjectId id) throws IOException {
        return catalog.version(id).map(CatalogLedger::record);
    }

    private static LogRecord record(VersionEntry version) {
        return LogRecord.unlogged(
                version.id(),
                version.digest(),
                version.lengthBytes(),
                new RecordAttributes(version.receivedAt(), version.source()).encode(),
                version.receivedAt());
    }

    @Override
    public Sweep sweep() throws IOException {
        return new CatalogWalk(catalog.all(), identity());
    }

    private final class CatalogWalk implements Sweep {
        private final VersionCursor versions;
        private final Optional<SiteId> target;

        CatalogWalk(VersionCursor versions, Optional<SiteId> target) {
            this.versions = versions;
            this.target = target;
        }

        @Override
        public Optional<LogRecord> next(int looks) throws IOException {
            try {
                for (int look = 0; look < looks && versions.hasNext(); look++) {
                    VersionEntry version = versions.next();
                    if (version.placementsOf(Location.HOT).isEmpty()
                            && target.filter(version.id().site()::equals).isEmpty()
                            && state(version) == State.DUE) {
                        return Optional.of(record(version));
                    }
                }
                return Optional.empty();
            } catch (java.io.UncheckedIOException e) {
                throw e.getCause();
            }
        }

        @Override
        public boolean atEnd() {
            return !versions.hasNext();
        }

        @Override
        public void close() {
            versions.close();
        }
    }

    @Override
    public boolean swept() throws IOException {
        return catalog.mark(SiteMarks.swept(site)).isPresent();
    }

    @Override
    public void swept(boolean done) throws IOException {
        CatalogBatch batch = catalog.batch();
        catalog.apply(
                done
                        ? batch.putMark(SiteMarks.swept(site), new byte[] {1})
                        : batch.removeMark(SiteMarks.swept(site)));
    }

    @Override
    public Map<Long, Cursor> cursors() throws IOException {
        Map<Long, Cursor> cursors = new HashMap<>();
        for (SegmentInfo segment : store.segments().segments()) {
            catalog.mark(SiteMarks.cursor(site, segment.id()))
                    .flatMap(SiteMarks::decodeCursor)
                    .ifPresent(cursor -> cursors.put(segment.id(), cursor));
        }
        return cursors;
    }

    @Override
    public List<ParkedObject> parked() throws IOException {
        return catalog.mark(SiteMarks.parked(site)).map(SiteMarks::decodeParked).orElse(List.of());
    }

    @Override
    public Optional<SiteId> identity() throws IOException {
        return SiteMarks.identity(catalog, site);
    }

    @Override
    public void identify(SiteId answered) throws IOException {
        catalog.putMark(SiteMarks.identity(site), SiteMarks.encode(answered));
    }

    @Override
    public void doubt(List<ObjectId> objects) throws IOException {
        CatalogBatch batch = catalog.batch();
        objects.forEach(id -> batch.removePlacement(id, there));
        catalog.apply(batch);
    }

    @Override
    public void save(Update update) throws IOException {
        CatalogBatch batch = catalog.batch();
        for (ObjectId id : update.verified()) {
            batch.addPlacement(id, new Placement(there, PlacementState.VERIFIED, update.at()));
        }
        update.cursors().forEach((segment, cursor) -> {
            String name = SiteMarks.cursor(site, segment);
            if (cursor.first() == null) {
                batch.removeMark(name);
            } else {
                batch.putMark(name, SiteMarks.encode(cursor));
            }
        });
        update.gone().forEach(segment -> batch.removeMark(SiteMarks.cursor(site, segment)));
        update.parked()
                .ifPresent(
                        parked -> batch.putMark(SiteMarks.parked(site), SiteMarks.encode(parked)));
        catalog.apply(batch);
    }
}
