package strata.catalog;

import java.util.Optional;

/**
 * The row of a SOP Instance UID in {@link RowFamily#HEADS}: how many versions it has, and which one
 * readers are shown: the CURRENT one, or, while there is none, the first of the DAMAGED ones, so
 * that an object whose every copy is bad does not silently vanish from answers.
 */
record Head(int versions, Optional<VersionRow.Pointer> shown) {
    static final Head NONE = new Head(0, Optional.empty());
    private static final int LAYOUT = 1;

    byte[] encode() {
        RowWriter out = RowWriter.row(LAYOUT).u32(versions).u8(shown.isPresent() ? 1 : 0);
        shown.ifPresent(pointer -> out.block(pointer.rowKey()));
        return out.toBytes();
    }

    static Head decode(byte[] row) throws CatalogDamagedException {
        return RowReader.decode(RowFamily.HEADS, row, in -> {
            int versions = in.layout(LAYOUT).u32();
            return new Head(
                    versions,
                    in.u8() == 1
                            ? Optional.of(VersionRow.pointer(RowFamily.HEADS, in.block()))
                            : Optional.empty());
        });
    }
}
