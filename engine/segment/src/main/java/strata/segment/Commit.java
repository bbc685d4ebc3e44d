package strata.segment;

import strata.base.Digest;
import strata.base.StorageException;

/**
 * A record that is appended and waits for its sync. It may not be acknowledged before
 * {@link #await} returned or the listener heard of success. Thread-safe.
 */
public final class Commit {
    private final Segment segment;
    private final long end;
    private final RecordLocation location;
    private final Digest digest;
    private final long bodyLengthBytes;

    Commit(Segment segment, RawHeader header) {
        this.segment = segment;
        this.end = header.end();
        this.location = new RecordLocation(segment.id(), header.offset());
        this.digest = header.digest();
        this.bodyLengthBytes = header.bodyLengthBytes();
    }

    /** Where the record is; nothing can be read there before it is durable. */
    public RecordLocation location() {
        return location;
    }

    /** SHA-256 of the body. */
    public Digest digest() {
        return digest;
    }

    public long bodyLengthBytes() {
        return bodyLengthBytes;
    }

    /**
     * Returns once the record is durable; runs the sync itself if no other thread does. May be
     * called again, with the same outcome.
     *
     * @throws StorageException when the sync failed: the record is not stored
     */
    public RecordLocation await() throws StorageException {
        segment.sync().await(end);
        return location;
    }

    /** Has the listener told; if all is done already, at once and by this thread. */
    public void onDurable(CommitListener listener) {
        segment.sync().onDurable(end, location, listener);
    }
}
