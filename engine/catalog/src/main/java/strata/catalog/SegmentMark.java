package strata.catalog;

import strata.base.Digest;
import strata.base.ObjectId;

import java.util.Objects;
import java.util.Optional;

/**
 * How far the records of one segment are in the catalog. Written in the batch that applies them, so
 * that after any stop it is true of exactly the rows that survived; the replay of a segment starts
 * at {@link #throughOffset}.
 *
 * @param throughOffset first byte after the last applied record
 * @param records how many records were applied
 * @param rolling a rolling sum over their ids in order; a scan of the segment that ends at
 *     {@code throughOffset} with another count or sum has found a lost or a foreign batch
 * @param sealed once the segment is sealed and applied whole, the digest over the list of its
 *     records that its footer has: then one small read tells whether it is still the same
 */
public record SegmentMark(
        long segment, long throughOffset, long records, long rolling, Optional<Digest> sealed) {
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    public SegmentMark {
        Objects.requireNonNull(sealed, "sealed");
        if (segment < 0 || throughOffset < 0 || records < 0) {
            throw new IllegalArgumentException(
                    "no such mark: " + segment + " " + throughOffset + " " + records);
        }
    }

    /** The mark before the first record of a segment. */
    public static SegmentMark start(long segment) {
        return new SegmentMark(segment, 0, 0, 0, Optional.empty());
    }

    /** The mark after the next record of the segment. */
    public SegmentMark after(ObjectId id, long endOffset) {
        if (endOffset <= throughOffset) {
            throw new IllegalArgumentException(
                    "a mark moves forward: from " + throughOffset + " to " + endOffset);
        }
        long next = (rolling ^ id.site().value()) * MULTIPLIER;
        next = (Long.rotateLeft(next, 31) ^ id.sequence()) * MULTIPLIER;
        return new SegmentMark(segment, endOffset, records + 1, next, Optional.empty());
    }

    /** Whether both end at the same place behind the same records. */
    public boolean sameAs(SegmentMark other) {
        return segment == other.segment
                && throughOffset == other.throughOffset
                && records == other.records
                && rolling == other.rolling;
    }

    /** This mark of a segment that is applied whole. */
    public SegmentMark sealedAs(Digest digest) {
        return new SegmentMark(segment, throughOffset, records, rolling, Optional.of(digest));
    }
}
