package strata.replication;

import strata.base.Digest;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.base.StorageException;
import strata.base.Uid;
import strata.catalog.Placement;
import strata.catalog.PlacementState;
import strata.catalog.SiteLocation;
import strata.catalog.VersionEntry;
import strata.replication.ReplicationException.Kind;
import strata.store.Ingest;
import strata.store.IngestResult;
import strata.store.ObjectReader;
import strata.store.Store;

import java.io.IOException;
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

    public StoreSink(Store store, KnownSites sites) {
        this.store = store;
        this.sites = sites;
    }

    @Override
    public boolean has(SiteId from, ObjectId id, Digest digest, Optional<Uid> instance)
            throws IOException {
        Optional<VersionEntry> here = find(id, digest, instance);
        if (here.isPresent()) {
            noteOrigin(from, here.get());
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
    public Incoming begin(SiteId from, ObjectId id, Digest digest, byte[] attributes)
            throws IOException {
        Optional<VersionEntry> known = store.catalog().version(id);
        if (known.isPresent() && known.get().state().isHidden()) {
            throw new ReplicationException(Kind.REFUSED, id + " was deleted here");
        }
        if (known.isPresent() && !known.get().digest().equals(digest)) {
            throw new ReplicationException(
                    Kind.REFUSED,
                    id + " has digest " + known.get().digest() + " here: two sites share one id");
        }
        return new StoreIncoming(from, store.beginReplica(id, digest, attributes));
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
        private final Ingest ingest;

        StoreIncoming(SiteId from, Ingest ingest) {
            this.from = from;
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
            return result.digest();
        }

        @Override
        public void close() throws IOException {
            ingest.close();
        }
    }
}
