package strata.catalog;

import java.time.Instant;

/** The row of a study, or of a series below it, in {@link RowFamily#ACCESS}. */
record AccessRow(Instant lastAccess, long hits) {
    static final AccessRow NONE = new AccessRow(Instant.EPOCH, 0);
    private static final int LAYOUT = 1;

    AccessRow plus(Instant access, long more) {
        return new AccessRow(access.isAfter(lastAccess) ? access : lastAccess, hits + more);
    }

    byte[] encode() {
        return RowWriter.row(LAYOUT).instant(lastAccess).u64(hits).toBytes();
    }

    /** A missing row is {@link #NONE}. */
    static AccessRow decode(byte[] row) throws CatalogDamagedException {
        if (row == null) {
            return NONE;
        }
        return RowReader.decode(
                RowFamily.ACCESS, row, in -> new AccessRow(in.layout(LAYOUT).instant(), in.u64()));
    }
}
