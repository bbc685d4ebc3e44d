package strata.catalog;

/**
 * What the catalog still needs of a segment: the copies placed there whose versions are not purged.
 *
 * @param records number of such copies
 * @param bytes of their bodies together
 */
public record SegmentLife(long records, long bytes) {
    /** Nothing of the segment is needed. */
    public static final SegmentLife NONE = new SegmentLife(0, 0);

    SegmentLife plus(long moreRecords, long moreBytes) {
        return new SegmentLife(records + moreRecords, bytes + moreBytes);
    }
}
