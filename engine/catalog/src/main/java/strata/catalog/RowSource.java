package strata.catalog;

import strata.base.ObjectId;
import strata.base.Uid;

import java.io.IOException;

/** Where single rows are read: the newest ones of the store, or those of one moment. */
interface RowSource {
    /** The row, or null. */
    byte[] get(RowFamily family, byte[] key) throws IOException;

    /** How many versions a SOP Instance UID has and which is shown; null for a UID unknown. */
    default Head head(Uid instance) throws IOException {
        byte[] row = get(RowFamily.HEADS, Keys.uid(instance));
        return row == null ? null : Head.decode(instance, row);
    }

    /**
     * The key of a version's row: of the one shown from the head of its UID, of others from
     * {@link RowFamily#UIDS}. Null when there is no such version, or, in a source that moves on
     * between two reads, when it has just changed its place.
     */
    default byte[] rowKey(ObjectId id) throws IOException {
        byte[] uid = get(RowFamily.VERSIONS, Keys.id(id));
        if (uid == null) {
            return null;
        }
        Uid instance = RowReader.decode(RowFamily.VERSIONS, uid, RowReader::keyPart);
        Head head = head(instance);
        if (head == null) {
            return null;
        }
        if (head.shown().isPresent() && head.shown().get().id().equals(id)) {
            return head.shown().get().rowKey();
        }
        return get(RowFamily.UIDS, Keys.uidVersion(instance, id));
    }
}
