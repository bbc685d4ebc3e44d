package strata.replication;

import strata.base.Digest;
import strata.base.ObjectId;
import strata.base.Uid;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;
import strata.store.Decisions;
import strata.store.RecordAttributes;
import strata.store.Store;

import java.io.IOException;
import java.util.Optional;

/**
 * What one site tells another of a version when they compare.
 *
 * @param attributes of the record; not to be changed
 * @param decision the last one on it
 */
record KnownVersion(
        ObjectId id,
        Digest digest,
        long lengthBytes,
        Uid instance,
        Standing standing,
        byte[] attributes,
        Optional<Decided> decision) {

    /** How it stands, as far as sites have to agree. */
    enum Standing {
        /** Shown, in conflict, or damaged. */
        IN_SIGHT,
        SUPERSEDED,
        DELETED,
        PURGED;

        static Standing of(VersionState state) {
            return switch (state) {
                case CURRENT, CONFLICT, DAMAGED -> IN_SIGHT;
                case SUPERSEDED -> SUPERSEDED;
                case DELETED -> DELETED;
                case PURGED -> PURGED;
            };
        }

        boolean isHidden() {
            return this == DELETED || this == PURGED;
        }
    }

    /** @param attributes of the decision's record; not to be changed */
    record Decided(ObjectId id, byte[] attributes) {}

    static KnownVersion of(Store store, VersionEntry version) throws IOException {
        Optional<Decisions.Made> made = store.decisions().made(version.id());
        return new KnownVersion(
                version.id(),
                version.digest(),
                version.lengthBytes(),
                version.key().instance(),
                Standing.of(version.state()),
                new RecordAttributes(version.receivedAt(), version.source()).encode(),
                made.map(m -> new Decided(m.id(), m.attributes())));
    }
}
