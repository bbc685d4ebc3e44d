package strata.replication;

import strata.base.Digest;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.base.StorageException;
import strata.base.Uid;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.SiteLocation;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.replication.ReplicationException.Kind;
import strata.store.Ingest;
import strata.store.IngestResult;
import strata.store.ObjectReader;
import strata.store.Store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;

/**
 * A store as the place where replicas go. Beside each replica it notes, unverified, that the site
 * which sent it has a copy: repair finds it there, and nobody counts it.
 */
public final class StoreSink implements ReplicaSink {
    private final Store store;
    private final KnownSites sites;
    private final Staging staging;
    private volatile Notes notes = Notes.none();

    public StoreSink(Store store, KnownSites sites, Staging staging) {
        this.store = store;
        this.sites = sites;
        this.staging = staging;
    }

    @Override
    public boolean has(SiteId from, ObjectId id, Digest digest, Optional<Uid> instance)
            throws IOException {
        Optional<VersionEntry> here = find(id, digest, instance);
        if (here.isPresent()) {
            noteOrigin(from, here.get());
            store.decisions().arrivedAs(id, here.get());
            staging.forget(id, digest);
        }
        return here.isPresent();
    }

    private Optional<VersionEntry> find(ObjectId id, Digest digest, Optional<Uid> instance)
            throws IOException {
        Optional<VersionEntry> byId = store.catalog()
                .version(id)
                .filter(v -> v.digest().equals(digest))
                .filter(LocalCopies::isHere);
        if (byId.isPresent() || instance.isEmpty()) {
            return byId;
        }
        return store.catalog().versions(instance.get()).stream()
                .filter(v -> v.digest().equals(digest))
                .filter(LocalCopies::isHere)
                .findFirst();
    }

    private void noteOrigin(SiteId from, VersionEntry version) throws IOException {
        Optional<SiteLocation> origin = sites.nameOf(from).map(SiteLocation::new);
        if (origin.isPresent() && version.placementAt(origin.get()).isEmpty()) {
            store.catalog()
                    .apply(store.catalog()
                            .batch()
                            .addPlacement(
                                    version.id(),
                                    new Placement(
                                            origin.get(),
                                            PlacementState.UNVERIFIED,
                                            Instant.EPOCH)));
        }
    }

    @Override
    public long held(ObjectId id, Digest digest, long lengthBytes) throws IOException {
        return staging.held(id, digest, lengthBytes);
    }

    @Override
    public Incoming begin(SiteId from, Offered object, long start) throws IOException {
        ObjectId id = object.id();
        Digest digest = object.digest();
        Optional<VersionEntry> known = store.catalog().version(id);
        if (known.isPresent() && !known.get().state().isKept()) {
            throw new ReplicationException(Kind.PURGED, id + " was purged here");
        }
        if (known.isPresent() && !known.get().digest().equals(digest)) {
            throw new ReplicationException(
                    Kind.REFUSED,
                    id + " has digest " + known.get().digest() + " here: two sites share one id");
        }
        if (start > 0 || staging.takes(id, digest, object.lengthBytes())) {
            return new StagedIncoming(
                    from, object, staging.begin(id, digest, object.lengthBytes(), start));
        }
        return new StoreIncoming(from, id, store.beginReplica(id, digest, object.attributes()));
    }

    /** Shares these from now on. */
    public void share(Notes books) {
        notes = books;
    }

    @Override
    public Notes notes() {
        return notes;
    }

    @Override
    public StudyDigests digests() throws IOException {
        return StudyDigests.of(store.catalog());
    }

    @Override
    public void versions(Uid study, VersionVisitor visitor) throws IOException {
        try (VersionCursor versions = store.catalog().study(study)) {
            while (versions.hasNext()) {
                visitor.visit(KnownVersion.of(store, versions.next()));
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** A large object: its bytes become a record when all have come. */
    private final class StagedIncoming implements Incoming {
        private final SiteId from;
        private final Offered object;
        private final Staging.Part part;

        StagedIncoming(SiteId from, Offered object, Staging.Part part) {
            this.from = from;
            this.object = object;
            this.part = part;
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            part.write(bytes);
        }

        @Override
        public Digest commit() throws IOException {
            boolean right = false;
            try (StoreIncoming whole = new StoreIncoming(
                    from,
                    object.id(),
                    store.beginReplica(object.id(), object.digest(), object.attributes()))) {
                part.copyTo(whole::write);
                Digest found = whole.commit();
                right = true;
                part.forget();
                return found;
            } catch (StorageException e) {
                right = true; // The bytes are not to blame.
                throw e;
            } finally {
                if (!right) {
                    part.forget();
                }
            }
        }

        @Override
        public void close() throws IOException {
            part.close();
        }
    }

    @Override
    public void decide(SiteId from, ObjectId decision, Optional<Digest> bytes, byte[] attributes)
            throws IOException {
        store.decisions().adopt(decision, attributes, bytes);
    }

    @Override
    public Optional<ObjectReader> open(ObjectId id, Digest digest, Optional<Uid> instance)
            throws IOException {
        Optional<VersionEntry> here = find(id, digest, instance);
        return here.isPresent()
                ? Optional.of(LocalCopies.open(store, here.get()))
                : Optional.empty();
    }

    private final class StoreIncoming implements Incoming {
        private final SiteId from;
        private final ObjectId offered;
        private final Ingest ingest;

        StoreIncoming(SiteId from, ObjectId offered, Ingest ingest) {
            this.from = from;
            this.offered = offered;
            this.ingest = ingest;
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            ingest.write(bytes);
        }

        @Override
        public Digest commit() throws IOException {
            IngestResult result = ingest.commit();
            // For a duplicate the store kept the copy that was there: it must be one of ours.
            Optional<VersionEntry> kept =
                    store.catalog().version(result.id()).filter(LocalCopies::isHere);
            if (kept.isEmpty()) {
                throw new StorageException(
                        StorageException.Kind.UNAVAILABLE, "no copy of its own was kept", null);
            }
            noteOrigin(from, kept.get());
            store.decisions().arrivedAs(offered, kept.get());
            return result.digest();
        }

        @Override
        public void close() throws IOException {
            ingest.close();
        }
    }
}
