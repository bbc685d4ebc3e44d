package strata.replication;

/** The bounds of the protocol, in bytes; what is longer is refused before it is allocated. */
final class FrameLimits {
    /** Bytes of an object in one DATA frame. */
    static final int CHUNK_BYTES = 256 << 10;

    /** Attributes of a record, as the segment keeps them. */
    static final int ATTRIBUTES_BYTES = 64 << 10;

    /** The record of a decision. */
    static final int DECISION_BYTES = 4 << 10;

    /** Ranges that are asked for in one frame. */
    static final int RANGES = 256;

    /** A text: a site name or a reason. */
    static final int TEXT_BYTES = 512;

    /** A frame of the handshake. */
    static final int HANDSHAKE_BYTES = 1024;

    private FrameLimits() {}
}
