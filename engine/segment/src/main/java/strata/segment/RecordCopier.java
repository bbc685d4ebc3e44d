package strata.segment;

import strata.base.CorruptDataException;
import strata.base.Digest;
import strata.base.DiskFile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Copies records for compaction, in a lane of its own: what has lived long stays together, and no
 * new record waits for one that is copied. Appends also into the reserve of a full disk, since
 * space comes back by it. One copy at a time; thread-safe.
 */
final class RecordCopier {
    private static final int PIECE_BYTES = 4 * SegmentFormat.BLOCK_BYTES;

    private final SegmentRegister register;
    private final HandleCache handles;
    private final Lane lane;
    private ByteBuffer buffer;
    private ByteBuffer gathered;

    RecordCopier(SegmentRegister register, SegmentFactory factory, HandleCache handles) {
        this.register = register;
        this.handles = handles;
        this.lane = new Lane(register, factory::takeGrowing);
    }

    synchronized Commit copy(RecordLocation from, LongConsumer pace) throws IOException {
        Segment source = register.get(from.segment());
        try (HandleCache.Handle handle = handles.acquire(source.id(), source.path())) {
            RawHeader header = RecordAccess.header(
                    handle.file(),
                    source.path(),
                    source.stamp(),
                    from.offset(),
                    source.durable().end());
            if (!header.visible()) {
                throw new CorruptDataException(
                        source.path() + " record",
                        from.offset(),
                        "a record",
                        "kind " + header.kind());
            }
            ByteBuffer trailer = RecordAccess.trailer(handle.file(), source.path(), header);
            return header.end() - header.offset() <= PIECE_BYTES
                    ? copyAtOnce(source, handle.file(), header, trailer, pace)
                    : copyInPieces(source, handle.file(), header, trailer, pace);
        }
    }

    private ByteBuffer piece() {
        if (buffer == null) {
            buffer = ByteBuffer.allocateDirect(PIECE_BYTES);
        }
        return buffer.clear();
    }

    private ByteBuffer pages() {
        if (gathered == null) {
            gathered = RecordBuffers.aligned(2 * PIECE_BYTES);
        }
        return gathered.clear().position(RawHeader.LENGTH_BYTES);
    }

    private Commit copyAtOnce(
            Segment source, DiskFile file, RawHeader header, ByteBuffer trailer, LongConsumer pace)
            throws IOException {
        int body = (int) header.bodyLengthBytes();
        ByteBuffer record = piece();
        record.position(RawHeader.LENGTH_BYTES).limit(RawHeader.LENGTH_BYTES + body);
        pace.accept(record.remaining());
        MessageDigest sha256 = Digest.newSha256();
        new BodyReader(file, source.path(), header, trailer).read(record, 0);
        record.position(RawHeader.LENGTH_BYTES);
        sha256.update(record);
        check(source, header, sha256);
        record.limit(record.capacity());
        record.put(trailer.duplicate().clear()).flip();
        return lane.append(draft(header), record);
    }

    private Commit copyInPieces(
            Segment source, DiskFile file, RawHeader header, ByteBuffer trailer, LongConsumer pace)
            throws IOException {
        BodyReader body = new BodyReader(file, source.path(), header, trailer);
        MessageDigest sha256 = Digest.newSha256();
        boolean done = false;
        lane.beginStream(header.end() - header.offset());
        try {
            PageStream pages = new PageStream(lane, pages());
            for (long at = 0; at < header.bodyLengthBytes(); at += PIECE_BYTES) {
                ByteBuffer next = piece();
                next.limit((int) Math.min(PIECE_BYTES, header.bodyLengthBytes() - at));
                pace.accept(next.remaining());
                body.read(next, at);
                sha256.update(next.flip());
                pages.put(next.rewind());
            }
            check(source, header, sha256);
            pages.put(trailer.duplicate().clear());
            Commit commit = pages.end(draft(header));
            done = true;
            return commit;
        } finally {
            if (!done) {
                lane.abandonStream();
            }
        }
    }

    private static void check(Segment source, RawHeader header, MessageDigest sha256)
            throws CorruptDataException {
        Digest found = Digest.finish(sha256);
        if (!found.equals(header.digest())) {
            throw new CorruptDataException(
                    source.path() + " body of " + header.id(),
                    header.bodyOffset(),
                    "SHA-256 " + header.digest(),
                    found);
        }
    }

    private static RecordDraft draft(RawHeader header) {
        return new RecordDraft(
                header.kind(),
                header.id(),
                header.bodyLengthBytes(),
                header.appendedAtMillis(),
                header.attributesBytes(),
                header.trailerCrc(),
                header.digest());
    }

    /** Takes a segment out of the lane, so that it can be sealed; true if it was there. */
    boolean giveUp(Segment segment) {
        return lane.giveUp(segment);
    }

    /** Ends the lane and gives its segment, to be sealed. */
    Optional<Segment> close() {
        return Optional.ofNullable(lane.close());
    }
}
