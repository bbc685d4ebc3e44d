package strata.replication;

import strata.base.Fault;
import strata.base.StrataException;

/**
 * The other site broke the protocol, refused us, or went away. Whatever the kind, the connection on
 * which it happened is closed and nothing of the offending frame was applied.
 */
public final class ReplicationException extends StrataException {
    /** What went wrong on the connection. */
    public enum Kind {
        /** The first bytes of a frame are not ours: something else speaks on this port. */
        WRONG_PROTOCOL,
        /** The frame or the HELLO has a version that this build does not speak. */
        VERSION,
        /** A checksum does not hold. */
        CORRUPT,
        /** A length is beyond its limit; found before anything was allocated for it. */
        TOO_LONG,
        /** A frame came twice, was lost, or overtook another. */
        OUT_OF_ORDER,
        /** The checksum holds but the payload is not a frame of its kind. */
        MALFORMED,
        /** A whole frame at a moment when it may not come. */
        UNEXPECTED,
        /** The other site answered that it will not have this connection. */
        REFUSED,
        /** The other site cannot store or read at present. */
        UNAVAILABLE,
        /** The other site does not have the object, or not with these bytes. */
        NOT_FOUND,
        /** This site purged the object by its own rules. */
        PURGED,
        /** Nothing came, or nothing could be written, for too long. */
        SILENT,
        /** The connection ended. */
        CLOSED
    }

    private final Kind kind;

    public ReplicationException(Kind kind, String message) {
        this(kind, message, null);
    }

    public ReplicationException(Kind kind, String message, Throwable cause) {
        super(Fault.PEER, message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
