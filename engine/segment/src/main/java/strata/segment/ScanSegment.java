package strata.segment;

import strata.base.ByteRange;
import strata.base.CorruptDataException;
import strata.base.DiskFile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

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
        boolean fromStart = fromOffset <= SegmentFormat.FIRST_RECORD;
        if (fromStart) {
            checkFilePage();
        }
        while (more && at < end) {
            RawHeader header;
            try {
                header = headers.headerAt(at, end);
            } catch (CorruptDataException damage) {
                long next = headers.findNext(at + SegmentFormat.ALIGNMENT, end, Long.MAX_VALUE)
                        .orElse(end);
                visitor.damaged(segment.id(), new ByteRange(at, next - at), damage);
                at = next;
                continue;
            }
            if (header.visible()) {
                more = visit(headers, header);
            } else if (header.kind() == RawHeader.KIND_PADDING) {
                checkTrailer(headers, header);
            }
            at = header.end();
        }
        if (more && fromStart && segment.footer().isPresent()) {
            checkFooter(segment.footer().getAsLong());
        }
        return at;
    }

    private void checkFilePage() throws IOException {
        ByteBuffer page = ByteBuffer.allocate(SegmentFormat.FIRST_RECORD);
        try {
            RecordAccess.fill(file, segment.path(), page, 0);
            SegmentFormat.readSegmentPage(page, segment.path(), segment.id());
        } catch (CorruptDataException damage) {
            visitor.frameDamaged(
                    segment.id(), new ByteRange(0, SegmentFormat.FIRST_RECORD), damage);
        }
    }

    private void checkFooter(long footer) throws IOException {
        long length = file.lengthBytes();
        try {
            RawHeader header =
                    RecordAccess.header(file, segment.path(), segment.stamp(), footer, length);
            ByteBuffer trailer = RecordAccess.trailer(file, segment.path(), header);
            new BodyReader(file, segment.path(), header, trailer).verify();
            int tailBytes = (int) (length - header.end());
            ByteBuffer tail = ByteBuffer.allocate(tailBytes);
            RecordAccess.fill(file, segment.path(), tail, header.end());
            SegmentFormat.readTail(tail, segment.path(), length);
        } catch (CorruptDataException damage) {
            visitor.frameDamaged(segment.id(), new ByteRange(footer, length - footer), damage);
        }
    }

    private boolean visit(HeaderWalk headers, RawHeader header) throws IOException {
        Optional<ByteBuffer> trailer = checkTrailer(headers, header);
        return trailer.isEmpty()
                || visitor.visit(
                        new RecordLocation(segment.id(), header.offset()),
                        header.toHeader(RecordAccess.attributes(trailer.get(), header)));
    }

    /** The record's trailer; empty when it is damaged, of which the visitor has heard. */
    private Optional<ByteBuffer> checkTrailer(HeaderWalk headers, RawHeader header)
            throws IOException {
        long at = header.offset();
        try {
            return Optional.of(headers.trailerOf(header));
        } catch (CorruptDataException damage) {
            ByteRange range = new ByteRange(at, header.end() - at);
            if (header.kind() == RawHeader.KIND_PADDING) {
                visitor.frameDamaged(segment.id(), range, damage);
            } else {
                visitor.damaged(segment.id(), range, damage);
            }
            return Optional.empty();
        }
    }
}
