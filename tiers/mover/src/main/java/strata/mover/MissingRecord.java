package strata.mover;

import strata.base.CorruptDataException;
import strata.base.StorageException;
import strata.catalog.Placement;
import strata.catalog.SegmentLocation;
import strata.store.Store;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/**
 * A record that the catalog places in a segment that is gone, or too short, is damage of that copy
 * as long as the medium itself is there; nobody would repair it else.
 */
final class MissingRecord {
    private MissingRecord() {}

    /** The cause of a failed read, or the damage that it is. */
    static IOException asDamage(Store store, Placement placement, IOException cause) {
        boolean absent = cause instanceof NoSuchFileException
                || cause instanceof EOFException
                || cause instanceof StorageException s
                        && s.kind() == StorageException.Kind.UNAVAILABLE;
        if (!absent || !(placement.location() instanceof SegmentLocation hot)) {
            return cause;
        }
        Optional<StorageException.Kind> trouble = store.hotTrouble();
        if (trouble.equals(Optional.of(StorageException.Kind.UNAVAILABLE))) {
            return cause;
        }
        return new CorruptDataException(
                hot.toString(), hot.offset(), "a record", "none: " + cause.getMessage());
    }
}
