package strata.replication;

/** The kinds of frame; the byte table of each payload is in the package description. */
enum FrameKind {
    HELLO(1, FrameLimits.HANDSHAKE_BYTES),
    WELCOME(2, FrameLimits.HANDSHAKE_BYTES),
    REFUSE(3, FrameLimits.HANDSHAKE_BYTES),
    OFFER(4, FrameLimits.ATTRIBUTES_BYTES + 16 + 32 + 8 + 2 + 64 + 4),
    WANT(5, 24),
    HAVE(6, 16),
    DATA(7, FrameLimits.CHUNK_BYTES + 24),
    END(8, 16),
    RECEIVED(9, 16),
    DURABLE(10, 16),
    VERIFIED(11, 48),
    FAILED(12, 24 + FrameLimits.TEXT_BYTES),
    FETCH(13, 16 + 32 + 8 + 2 + 64),
    PING(14, 0),
    PONG(15, 0),
    DECIDED(16, 16 + 1 + 32 + 4 + FrameLimits.DECISION_BYTES),
    PACKED(17, FrameLimits.CHUNK_BYTES + 28),
    RANGES(18, FrameLimits.RANGES * 16),
    DIGESTS(19, FrameLimits.RANGES * 32),
    LIST(20, 16),
    STUDY(21, 66 + 32),
    DETAIL(22, 66),
    ENTRY(
            23,
            16
                    + 32
                    + 8
                    + 66
                    + 1
                    + 4
                    + FrameLimits.ATTRIBUTES_BYTES
                    + 17
                    + 4
                    + FrameLimits.DECISION_BYTES),
    LISTED(24, 8),
    CHECK(25, 16 + 32 + 66),
    TELL(26, 2 + FrameLimits.TEXT_BYTES + 32),
    NOTE(27, 2 * (2 + FrameLimits.TEXT_BYTES) + 8 + 8 + 4 + Note.MOST_VALUE_BYTES),
    NOTED(28, 2 + FrameLimits.TEXT_BYTES);

    private final int code;
    private final int maxPayloadBytes;

    FrameKind(int code, int maxPayloadBytes) {
        this.code = code;
        this.maxPayloadBytes = maxPayloadBytes;
    }

    int code() {
        return code;
    }

    /** No payload of this kind is longer, in bytes. */
    int maxPayloadBytes() {
        return maxPayloadBytes;
    }

    /** The kind of a code, or null when the code is not known. */
    static FrameKind of(int code) {
        return code >= 1 && code <= values().length ? values()[code - 1] : null;
    }
}
