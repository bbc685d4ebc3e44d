package strata.segment;

import strata.base.Digest;
import strata.base.ObjectId;

/** All of a record's header that does not depend on its place. */
record RecordDraft(
        int kind,
        ObjectId id,
        long bodyLengthBytes,
        long appendedAtMillis,
        int attributesBytes,
        int trailerCrc,
        Digest digest) {
    RawHeader at(Segment segment, long offset) {
        return new RawHeader(
                kind,
                id,
                bodyLengthBytes,
                appendedAtMillis,
                attributesBytes,
                trailerCrc,
                segment.stamp(),
                offset,
                segment.sync().durable().end(),
                digest);
    }
}
