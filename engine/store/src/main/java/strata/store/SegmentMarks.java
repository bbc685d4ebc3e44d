package strata.store;

import strata.base.ByteRange;
import strata.base.CorruptDataException;
import strata.catalog.Catalog;
import strata.catalog.SegmentMark;
import strata.segment.RecordHeader;
import strata.segment.RecordLocation;
import strata.segment.RecordVisitor;
import strata.segment.SegmentInfo;
import strata.segment.SegmentLog;

import java.io.IOException;

/** Computes how far a segment is applied. */
final class SegmentMarks {
    private SegmentMarks() {}

    static SegmentMark known(Catalog catalog, long segment) throws IOException {
        return catalog.segmentMark(segment).orElse(SegmentMark.start(segment));
    }

    /** The catalog's mark of the segment, moved on to the durable end that the info states. */
    static SegmentMark through(SegmentLog segments, Catalog catalog, SegmentInfo segment)
            throws IOException {
        SegmentMark from = known(catalog, segment.id());
        if (from.throughOffset() >= segment.durableLengthBytes()) {
            return from;
        }
        return walk(segments, from, segment.durableLengthBytes());
    }

    /** Walks over the records from a mark up to an offset; damaged ranges count as nothing. */
    static SegmentMark walk(SegmentLog segments, SegmentMark from, long toOffset)
            throws IOException {
        Walk walk = new Walk(from, toOffset);
        segments.scan(from.segment(), from.throughOffset(), walk);
        return walk.mark(toOffset);
    }

    private static final class Walk implements RecordVisitor {
        private final long toOffset;
        private SegmentMark mark;
        private RecordHeader previous;

        Walk(SegmentMark from, long toOffset) {
            this.mark = from;
            this.toOffset = toOffset;
        }

        @Override
        public boolean visit(RecordLocation location, RecordHeader header) {
            if (location.offset() >= toOffset) {
                return false;
            }
            if (previous != null) {
                mark = mark.after(previous.id(), location.offset());
            }
            previous = header;
            return true;
        }

        @Override
        public void damaged(long segment, ByteRange range, CorruptDataException cause) {
            // The replay reports it; a mark only has to be the same for the same records.
        }

        SegmentMark mark(long end) {
            return previous == null ? mark : mark.after(previous.id(), end);
        }
    }
}
