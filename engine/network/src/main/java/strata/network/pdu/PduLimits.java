package strata.network.pdu;

/** The bounds on what a peer may send below the message level, in one place. Lengths in bytes. */
public final class PduLimits {
    /** PDU type, a reserved byte, and the length of what follows. */
    public static final int PDU_HEADER_BYTES = 6;

    /** PDV item length, presentation context id, message control header; PS3.8 9.3.5.1. */
    public static final int PDV_HEADER_BYTES = 6;

    /** Context id and control header, the part of a PDV's header that its length counts. */
    public static final int PDV_COUNTED_HEADER_BYTES = 2;

    /** The smallest and largest P-DATA-TF length that we may be configured to receive. */
    public static final int MIN_MAX_LENGTH = 16 * 1024;

    public static final int MAX_MAX_LENGTH = 1024 * 1024;
    public static final int DEFAULT_MAX_LENGTH = 256 * 1024;

    /** A peer that takes less than this in a P-DATA-TF cannot be served. */
    public static final int MIN_PEER_MAX_LENGTH = 64;

    /** Longest A-ASSOCIATE PDU: 128 contexts with all transfer syntaxes each fit. */
    public static final int MAX_ASSOCIATE_BYTES = 512 * 1024;

    /** A-ASSOCIATE-RJ, A-RELEASE-RQ, A-RELEASE-RP and A-ABORT have exactly this length. */
    public static final int SHORT_PDU_BYTES = 4;

    /** Context ids are the odd numbers 1 to 255, PS3.8 9.3.2.2. */
    public static final int MAX_CONTEXTS = 128;

    public static final int MAX_TRANSFER_SYNTAXES_PER_CONTEXT = 256;

    /** Role selections, extended negotiations and the like in one A-ASSOCIATE PDU. */
    public static final int MAX_USER_ITEMS = 2048;

    /** User identity, both fields together; larger ones are refused by a rejection. */
    public static final int MAX_USER_IDENTITY_BYTES = 32 * 1024;

    private PduLimits() {}
}
