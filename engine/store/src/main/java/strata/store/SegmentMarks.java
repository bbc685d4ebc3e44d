package strata.store;

import strata.base.ByteRange;
import strata.base.CorruptDataException;
import strata.base.ObjectId;
import strata.catalog.SegmentMark;
import strata.segment.RecordHeader;
import strata.segment.RecordList;
import strata.segment.RecordLocation;
import strata.segment.RecordVisitor;
import strata.segment.SegmentInfo;
import strata.segment.SegmentLog;

import java.io.IOException;

/** Computes how far a segment is applied. */
final class SegmentMarks {
    private SegmentMarks() {}

    /**
     * A mark moved on to the durable end that the info states; the same one when there is nothing
     * to change.
     */
    static SegmentMark through(SegmentLog segments, SegmentMark from, SegmentInfo segment)
            throws IOException {
        SegmentMark mark = from;
        if (from.throughOffset() < segment.durableLengthBytes()) {
            mark = advance(segments, from, segment.durableLengthBytes());
        }
        boolean whole = mark.throughOffset() == segment.durableLengthBytes();
        if (segment.sealed() && whole && mark.sealed().isEmpty()) {
            try {
                mark = segments.recordsDigest(segment.id()).map(mark::sealedAs).orElse(mark);
            } catch (CorruptDataException damagedFooter) {
                // Scrub reports it; until then the segment is known by its count and sum.
                return mark;
            }
        }
        return mark;
    }

    /** Moves a mark on to an offset by the list of the segment's records. */
    static SegmentMark advance(SegmentLog segments, SegmentMark from, long toOffset)
            throws IOException {
        RecordList records;
        try {
            records = segments.records(from.segment());
        } catch (CorruptDataException damagedFooter) {
            return walk(segments, from, toOffset);
        }
        Steps steps = new Steps(from, toOffset);
        records.forEach(from.throughOffset(), steps::next);
        return steps.end();
    }

    /** The mark at the same offset as the given one, from the headers of the records. */
    static SegmentMark walk(SegmentLog segments, SegmentMark as) throws IOException {
        return walk(segments, SegmentMark.start(as.segment()), as.throughOffset());
    }

    /** Walks over the records from a mark up to an offset; damaged ranges count as nothing. */
    private static SegmentMark walk(SegmentLog segments, SegmentMark from, long toOffset)
            throws IOException {
        Steps steps = new Steps(from, toOffset);
        segments.scan(from.segment(), from.throughOffset(), new RecordVisitor() {
            @Override
            public boolean visit(RecordLocation location, RecordHeader header) {
                steps.next(location.offset(), header.id());
                return location.offset() < toOffset;
            }

            @Override
            public void damaged(long segment, ByteRange range, CorruptDataException cause) {
                // The replay reports it; a mark only has to be the same for the same records.
            }
        });
        return steps.end();
    }

    /** A record ends where the next one begins, or where all of them end. */
    private static final class Steps {
        private final long toOffset;
        private SegmentMark mark;
        private ObjectId previous;

        Steps(SegmentMark from, long toOffset) {
            this.mark = from;
            this.toOffset = toOffset;
        }

        void next(long offset, ObjectId id) {
            if (offset >= toOffset) {
                return;
            }
            if (previous != null) {
                mark = mark.after(previous, offset);
            }
            previous = id;
        }

        SegmentMark end() {
            return previous == null ? mark : mark.after(previous, toOffset);
        }
    }
}
