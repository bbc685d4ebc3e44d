package strata.segment;

import strata.base.Digest;
import strata.base.ObjectId;
import strata.base.StorageException;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Takes the body of one record and appends it.
 *
 * <p>A small body is gathered in pooled memory; of a larger one only some pages at a time. Nothing
 * is visible before the commit is durable, and nothing of an aborted record ever is. For one
 * thread; that thread must not be interrupted.
 */
public final class RecordWriter implements Closeable {
    private enum Stage {
        OPEN,
        /** A write failed: what was received so far is not all there. */
        BROKEN,
        DONE
    }

    private final AppendContext log;
    private final int kind;
    private final ObjectId id;
    private final long appendedAtMillis;
    private BodyChecks checks;
    private ByteBuffer buffer;
    private Lane lane;
    private PageStream stream;
    private Stage stage = Stage.OPEN;

    RecordWriter(AppendContext log, RecordKind kind, ObjectId id) {
        this.log = log;
        this.kind = kind.code();
        this.id = id;
        this.appendedAtMillis = log.clock().millis();
        this.checks = log.buffers().takeChecks();
        this.buffer = log.buffers().takeShort().position(RawHeader.LENGTH_BYTES);
    }

    /**
     * Adds the remaining bytes to the body; the buffer may be used again on return.
     *
     * @throws StorageException when the disk cannot take them; the record can then only be aborted
     */
    public void write(ByteBuffer bytes) throws IOException {
        requireOpen();
        int start = bytes.position();
        if (checks.lengthBytes() + bytes.remaining() > SegmentFormat.MAX_BODY_BYTES) {
            throw new IllegalArgumentException(
                    "a body has at most " + SegmentFormat.MAX_BODY_BYTES + " bytes");
        }
        stage = Stage.BROKEN;
        checks.update(bytes);
        bytes.position(start);
        if (lane == null && !makeRoom(bytes.remaining())) {
            startStream(bytes.remaining());
        }
        if (lane == null) {
            buffer.put(bytes);
        } else {
            log.space().require();
            log.space().take(bytes.remaining());
            stream.put(bytes);
        }
        stage = Stage.OPEN;
    }

    /** Whether so many more bytes fit into memory, after taking a long buffer if that helps. */
    private boolean makeRoom(long bytes) {
        if (buffer.position() - RawHeader.LENGTH_BYTES + bytes > log.options().smallBodyBytes()) {
            return false;
        }
        return makeSpace(bytes);
    }

    private boolean makeSpace(long bytes) {
        if (buffer.remaining() >= bytes) {
            return true;
        }
        if (buffer.position() + bytes > log.buffers().longBytes()) {
            return false;
        }
        ByteBuffer longer = log.buffers().tryTakeLong();
        if (longer == null) {
            return false;
        }
        longer.put(buffer.flip());
        log.buffers().give(buffer);
        buffer = longer;
        return true;
    }

    private void startStream(long nextBytes) throws IOException {
        log.space().require();
        log.space().take(buffer.position());
        Lane leased = log.lanes().lease();
        boolean begun = false;
        try {
            leased.beginStream(buffer.position() + nextBytes);
            begun = true;
        } finally {
            if (!begun) {
                log.lanes().release(leased);
            }
        }
        lane = leased;
        stream = new PageStream(leased, buffer);
    }

    /** Ends the body and gives its SHA-256; it can be committed or aborted after that. */
    public Digest digest() {
        requireOpen();
        return checks.digest();
    }

    public long bodyLengthBytes() {
        requireOpen();
        return checks.lengthBytes();
    }

    /**
     * Appends the record without waiting for the disk, so that the next one can be received
     * meanwhile. The record is stored only once the returned commit says so.
     *
     * @param attributes at most 64 KiB, kept with the record; not part of its digest
     * @throws StorageException when the disk cannot take it; the writer is then aborted
     */
    public Commit prepare(byte[] attributes) throws IOException {
        requireOpen();
        if (attributes.length > SegmentFormat.MAX_ATTRIBUTES_BYTES) {
            throw new IllegalArgumentException(
                    "attributes have at most " + SegmentFormat.MAX_ATTRIBUTES_BYTES + " bytes");
        }
        boolean done = false;
        try {
            log.space().require();
            Digest digest = checks.digest();
            int trailer = checks.trailerBytes(attributes.length);
            if (lane == null && !makeSpace(trailer)) {
                startStream(trailer);
            }
            Commit commit = lane == null
                    ? appendSmall(attributes, digest)
                    : endStream(attributes, digest, trailer);
            done = true;
            return commit;
        } finally {
            end(!done);
        }
    }

    private Commit appendSmall(byte[] attributes, Digest digest) throws IOException {
        int crc = checks.writeTrailer(buffer, attributes);
        log.space().take(buffer.position());
        return log.lanes().append(draft(attributes.length, crc, digest), buffer.flip());
    }

    private Commit endStream(byte[] attributes, Digest digest, int trailerBytes)
            throws IOException {
        ByteBuffer trailer = ByteBuffer.allocate(trailerBytes);
        int crc = checks.writeTrailer(trailer, attributes);
        log.space().take(trailerBytes);
        stream.put(trailer.flip());
        return stream.end(draft(attributes.length, crc, digest));
    }

    private RecordDraft draft(int attributesBytes, int trailerCrc, Digest digest) {
        return new RecordDraft(
                kind,
                id,
                checks.lengthBytes(),
                appendedAtMillis,
                attributesBytes,
                trailerCrc,
                digest);
    }

    /**
     * Appends the record and returns when it is durable. Waiting commits share one sync.
     *
     * @throws StorageException when it is not stored
     */
    public RecordLocation commit(byte[] attributes) throws IOException {
        return prepare(attributes).await();
    }

    /** Gives the record up; fine at any time, without effect after a commit. */
    public void abort() {
        end(true);
    }

    private void end(boolean abandon) {
        if (stage == Stage.DONE) {
            return;
        }
        stage = Stage.DONE;
        if (lane != null) {
            if (abandon) {
                lane.abandonStream();
            }
            log.lanes().release(lane);
        }
        log.buffers().give(buffer);
        log.buffers().give(checks);
        lane = null;
        buffer = null;
        checks = null;
    }

    private void requireOpen() {
        if (stage != Stage.OPEN) {
            throw new IllegalStateException("the record of " + id + " is ended or broken");
        }
    }

    /** Aborts if not committed. */
    @Override
    public void close() {
        abort();
    }
}
