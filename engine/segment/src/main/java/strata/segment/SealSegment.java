package strata.segment;

import strata.base.Digest;
import strata.base.DiskFile;
import strata.base.ObjectId;
import strata.base.SiteId;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;

/**
 * Completes a segment: all its records durable, what lies behind them cut off, the footer record
 * and the tail written and synced.
 */
final class SealSegment {
    private final Segment segment;

    SealSegment(Segment segment) {
        this.segment = segment;
    }

    void run() throws IOException {
        GroupSync.Extent extent = segment.sync().appended();
        segment.sync().await(extent.end());
        writeFooter(
                segment.writer(),
                segment.path(),
                segment.id(),
                segment.stamp(),
                extent,
                segment.index());
        segment.sealed(extent.end());
    }

    /** Writes and syncs footer and tail behind durable records. */
    static void writeFooter(
            DiskFile file,
            Path path,
            long id,
            long stamp,
            GroupSync.Extent extent,
            RecordIndex index)
            throws IOException {
        Map<SiteId, Long> highest = index.highest();
        ByteBuffer body = index.bytes();
        int bodyBytes = body.remaining();
        int trailer = SegmentFormat.trailerBytes(bodyBytes, 0);
        ByteBuffer out = ByteBuffer.allocate(RawHeader.LENGTH_BYTES
                + bodyBytes
                + trailer
                + SegmentFormat.tailBytes(highest.size()));
        BodyChecks checks = new BodyChecks();
        checks.update(body);
        Digest digest = checks.digest();
        out.position(RawHeader.LENGTH_BYTES);
        out.put(body.rewind());
        int crc = checks.writeTrailer(out, new byte[0]);
        RawHeader header = new RawHeader(
                RawHeader.KIND_FOOTER,
                new ObjectId(new SiteId(0), id),
                bodyBytes,
                0,
                0,
                crc,
                stamp,
                extent.end(),
                extent.end(),
                digest);
        header.write(out.duplicate().position(0));
        int recordEnd = out.position();
        SegmentFormat.writeTail(
                out,
                new SegmentFormat.Tail(
                        id,
                        stamp,
                        extent.end(),
                        Math.toIntExact(extent.records()),
                        extent.bodyBytes(),
                        highest));
        int tailEnd = out.position();
        file.truncate(extent.end());
        file.write(out.position(0).limit(recordEnd), extent.end());
        file.sync();
        // The tail alone says that a segment is sealed, so it must not be there before the footer.
        file.write(out.limit(tailEnd).position(recordEnd), extent.end() + recordEnd);
        file.sync();
    }
}
