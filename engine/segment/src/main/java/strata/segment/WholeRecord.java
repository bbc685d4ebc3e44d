package strata.segment;

import strata.base.CorruptDataException;
import strata.base.DiskFile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Reads one record from its header to its block table by a single positional read, and checks it
 * where it lies.
 */
final class WholeRecord {
    /** Attributes up to this length come with the one read; longer ones cost a second. */
    private static final int USUAL_ATTRIBUTES_BYTES = 64;

    private final DiskFile file;
    private final Path path;
    private final long stamp;
    private final long offset;
    private final long end;

    /** @param end where the durable part of the segment ends */
    WholeRecord(DiskFile file, Segment segment, long offset, long end) {
        this.file = file;
        this.path = segment.path();
        this.stamp = segment.stamp();
        this.offset = offset;
        this.end = end;
    }

    static long spaceBytes(long bodyLengthBytes) {
        return RawHeader.LENGTH_BYTES
                + bodyLengthBytes
                + SegmentFormat.trailerBytes(bodyLengthBytes, USUAL_ATTRIBUTES_BYTES);
    }

    /** Leaves the body between the position and the limit. */
    RawHeader read(long bodyLengthBytes, ByteBuffer into) throws IOException {
        int length = (int) Math.min(spaceBytes(bodyLengthBytes), end - offset);
        into.clear().limit(length);
        RecordAccess.fill(file, path, into, offset);
        RawHeader header = RawHeader.read(into, 0, path, stamp, offset);
        if (header.end() > end || header.bodyLengthBytes() != bodyLengthBytes) {
            throw new CorruptDataException(
                    path + " record header",
                    offset,
                    "a body of " + bodyLengthBytes + " bytes and an end up to " + end,
                    header.bodyLengthBytes() + " bytes to " + header.end());
        }
        int body = RawHeader.LENGTH_BYTES;
        int bodyEnd = body + (int) bodyLengthBytes;
        new BodyReader(file, path, header, trailer(header, into, bodyEnd)).check(into, body);
        into.limit(bodyEnd).position(body);
        return header;
    }

    private ByteBuffer trailer(RawHeader header, ByteBuffer read, int at) throws IOException {
        if (at + header.trailerBytes() > read.limit()) {
            return RecordAccess.trailer(file, path, header);
        }
        ByteBuffer trailer = read.slice(at, header.trailerBytes());
        RecordAccess.checkTrailer(trailer, path, header);
        return trailer;
    }
}
