package strata.store;

import strata.base.Digest;
import strata.base.ObjectId;
import strata.catalog.Location;
import strata.catalog.Placement;
import strata.catalog.VersionEntry;

import java.io.IOException;

/**
 * A place outside the hot tier that can give objects back: a tier, or another site. Implemented
 * above the engine. Thread-safe.
 */
public interface ObjectSource {
    /** The holder that its placements carry, see {@link Location#holder()}. */
    String holder();

    /**
     * Opens one copy. The reader delivers exactly the version's bytes or fails.
     *
     * @throws strata.base.StorageException when the place cannot be reached now
     * @throws strata.base.CorruptDataException when the copy is damaged or is not there
     */
    ObjectReader open(VersionEntry version, Location location) throws IOException;

    /**
     * Visits every copy that the place holds, for rebuilding the catalog; a place that cannot list
     * visits none.
     */
    void forEach(Visitor visitor) throws IOException;

    /** Takes what a rebuild needs to know of one copy. */
    interface Visitor {
        /**
         * @param attributes the record attributes as written at ingest
         * @param placement where the copy is
         * @param content opens the copy's bytes; used only when the object is not otherwise known
         */
        void visit(
                ObjectId id,
                Digest digest,
                long lengthBytes,
                byte[] attributes,
                Placement placement,
                Content content)
                throws IOException;

        /** Opens the bytes of a copy. */
        interface Content {
            ObjectReader open() throws IOException;
        }
    }
}
