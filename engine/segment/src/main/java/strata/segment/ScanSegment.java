package strata.segment;

import strata.base.ByteRange;
import strata.base.CorruptDataException;
import strata.base.DiskFile;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Visits the durable records of one segment. */
final class ScanSegment {
    private final Segment segment;
    private final DiskFile file;
    private final RecordVisitor visitor;

    ScanSegment(Segment segment, DiskFile file, RecordVisitor visitor) {
        this.segment = segment;
        this.file = file;
        this.visitor = visitor;
    }

    long run(long fromOffset) throws IOException {
        HeaderWalk headers = new HeaderWalk(file, segment.path(), segment.stamp());
        long end = segment.durable().end();
        long at = Math.max(fromOffset, SegmentFormat.FIRST_RECORD);
        boolean more = true;
        while (more && at < end) {
            RawHeader header;
            try {
                header = headers.headerAt(at, end);
            } catch (CorruptDataException damage) {
                long next = headers.findNext(at + SegmentFormat.ALIGNMENT, end).orElse(end);
                visitor.damaged(segment.id(), new ByteRange(at, next - at), damage);
                at = next;
                continue;
            }
            more = !header.visible() || visit(header);
            at = header.end();
        }
        return at;
    }

    private boolean visit(RawHeader header) throws IOException {
        long at = header.offset();
        ByteBuffer trailer;
        try {
            trailer = RecordAccess.trailer(file, segment.path(), header);
        } catch (CorruptDataException damage) {
            visitor.damaged(segment.id(), new ByteRange(at, header.end() - at), damage);
            return true;
        }
        return visitor.visit(
                new RecordLocation(segment.id(), at),
                header.toHeader(RecordAccess.attributes(trailer, header)));
    }
}
