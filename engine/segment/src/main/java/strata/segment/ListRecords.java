package strata.segment;

import strata.base.CorruptDataException;
import strata.base.Digest;
import strata.base.DiskFile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Lists the records of one segment: from memory while it is open, from the footer once it is
 * sealed, by its headers when it is retired.
 */
final class ListRecords {
    private final Segment segment;
    private final DiskFile file;

    ListRecords(Segment segment, DiskFile file) {
        this.segment = segment;
        this.file = file;
    }

    RecordList run() throws IOException {
        long end = segment.durable().end();
        // The state comes second: what is kept in memory goes when the segment is sealed.
        ByteBuffer kept = segment.index().bytes();
        SegmentState state = segment.state();
        if (state == SegmentState.OPEN || state == SegmentState.RETIRED && kept.hasRemaining()) {
            return new RecordList(kept, end);
        }
        OptionalLong footer = segment.footer();
        return footer.isPresent() ? fromFooter(footer.getAsLong()) : byHeaders(end);
    }

    private RecordList fromFooter(long footer) throws IOException {
        return new RecordList(footerEntries(footer), footer);
    }

    /** The list of a sealed segment, as its footer holds it. */
    ByteBuffer footerEntries(long footer) throws IOException {
        RawHeader header = footerAt(footer);
        int length = Math.toIntExact(header.bodyLengthBytes());
        ByteBuffer entries = ByteBuffer.allocate(length);
        ByteBuffer trailer = RecordAccess.trailer(file, segment.path(), header);
        new BodyReader(file, segment.path(), header, trailer).read(entries, 0);
        return entries.flip();
    }

    private RawHeader footerAt(long footer) throws IOException {
        RawHeader header = RecordAccess.header(
                file, segment.path(), segment.stamp(), footer, file.lengthBytes());
        if (header.kind() != RawHeader.KIND_FOOTER) {
            throw new CorruptDataException(
                    segment.path() + " footer", footer, "a footer", "kind " + header.kind());
        }
        return header;
    }

    private RecordList byHeaders(long end) throws IOException {
        HeaderWalk headers = new HeaderWalk(file, segment.path(), segment.stamp());
        List<RawHeader> found = new ArrayList<>();
        long at = SegmentFormat.FIRST_RECORD;
        while (at < end) {
            try {
                RawHeader header = headers.headerAt(at, end);
                if (header.visible()) {
                    found.add(header);
                }
                at = header.end();
            } catch (CorruptDataException damage) {
                at = headers.findNext(at + SegmentFormat.ALIGNMENT, end, Long.MAX_VALUE)
                        .orElse(end);
            }
        }
        return RecordList.of(found, end);
    }

    /** The SHA-256 over the list of a sealed segment, as its footer has it; a read of 128 bytes. */
    Optional<Digest> digest() throws IOException {
        OptionalLong footer = segment.footer();
        return footer.isEmpty()
                ? Optional.empty()
                : Optional.of(footerAt(footer.getAsLong()).digest());
    }
}
