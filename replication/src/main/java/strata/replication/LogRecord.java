package strata.replication;

import strata.base.Digest;
import strata.base.ObjectId;

import java.time.Instant;

/**
 * One object or tombstone to be considered: a durable record of the log, or an object whose record
 * is no longer there.
 *
 * @param segment {@link #NO_SEGMENT} when it is not from the log
 * @param offset of the record in its segment, in bytes
 * @param endOffset where the next record starts
 * @param index of the record in its segment, from 0
 * @param object whether the record holds an object; else it is a decision, with no body
 * @param lengthBytes of the body
 * @param attributes as the store wrote them; not to be changed
 */
public record LogRecord(
        long segment,
        long offset,
        long endOffset,
        long index,
        boolean object,
        ObjectId id,
        Digest digest,
        long lengthBytes,
        byte[] attributes,
        Instant appendedAt) {

    /** The segment of what is not from the log. */
    public static final long NO_SEGMENT = 0;

    public LogRecord {
        if (offset < 0 || endOffset <= offset || index < 0 || lengthBytes < 0) {
            throw new IllegalArgumentException("no such record: " + segment + " at " + offset);
        }
    }

    /** An object that is in other tiers only. */
    public static LogRecord unlogged(
            ObjectId id, Digest digest, long lengthBytes, byte[] attributes, Instant receivedAt) {
        return new LogRecord(
                NO_SEGMENT, 0, 1, 0, true, id, digest, lengthBytes, attributes, receivedAt);
    }
}
