package strata.catalog;

import strata.base.ObjectId;
import strata.base.Uid;

import java.util.Optional;

/**
 * The row of a SOP Instance UID in {@link RowFamily#HEADS}: how many versions it has, and which one
 * readers are shown: the CURRENT one, or, while there is none, the first of the DAMAGED ones, so
 * that an object whose every copy is bad does not silently vanish from answers.
 */
record Head(int versions, Optional<VersionRow.Pointer> shown) {
    static final Head NONE = new Head(0, Optional.empty());
    private static final int LAYOUT = 2;

    /** Whether there are versions besides the one shown, which {@link RowFamily#UIDS} names. */
    boolean hasOthers() {
        return versions > (shown.isPresent() ? 1 : 0);
    }

    byte[] encode() {
        RowWriter out = RowWriter.row(LAYOUT).varint(versions).u8(shown.isPresent() ? 1 : 0);
        shown.ifPresent(pointer -> {
            out.keyPart(pointer.key().study()).keyPart(pointer.key().series());
            pointer.id().write(out.room(ObjectId.LENGTH_BYTES));
        });
        return out.toBytes();
    }

    static Head decode(Uid instance, byte[] row) throws CatalogDamagedException {
        return RowReader.decode(RowFamily.HEADS, row, in -> {
            int versions = Math.toIntExact(in.layout(LAYOUT).varint());
            return new Head(
                    versions,
                    in.u8() == 1
                            ? Optional.of(new VersionRow.Pointer(
                                    new InstanceKey(in.keyPart(), in.keyPart(), instance),
                                    ObjectId.read(in.buffer())))
                            : Optional.empty());
        });
    }
}
