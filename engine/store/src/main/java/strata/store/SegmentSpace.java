package strata.store;

import strata.segment.SegmentInfo;

import java.time.Instant;

/**
 * A segment and what of it is still needed.
 *
 * @param fileBytes length of its records with all that belongs to them
 * @param bodyBytes of this, the objects' own bytes
 * @param liveBytes of these, what is not purged, released or moved
 */
public record SegmentSpace(
        long segment,
        State state,
        Instant createdAt,
        long fileBytes,
        long records,
        long bodyBytes,
        long liveRecords,
        long liveBytes) {
    /** What may happen to a segment. */
    public enum State {
        /** Records are appended. */
        OPEN,
        /** Complete. */
        SEALED,
        /** A sync of it failed: read only. */
        RETIRED;

        static State of(SegmentInfo info) {
            if (info.retired()) {
                return RETIRED;
            }
            return info.sealed() ? SEALED : OPEN;
        }
    }

    /** Bytes of bodies that nobody needs. */
    public long deadBytes() {
        return Math.max(0, bodyBytes - liveBytes);
    }

    /** Share of the bodies that is needed, 0 to 1; 1 where there are none. */
    public double liveShare() {
        return bodyBytes == 0 ? 1 : Math.min(1, (double) liveBytes / bodyBytes);
    }
}
