package strata.network;

/** How an association ended; a closed set, the label of the metrics. */
public enum AssociationEnd {
    RELEASED,
    /** A-ABORT by the peer's application. */
    ABORTED_BY_PEER,
    /** A-ABORT by the peer's protocol machine. */
    ABORTED_BY_PEER_PROVIDER,
    CONNECTION_LOST,
    /** The peer broke PS3.7, PS3.8 or a limit on what one message may be. */
    PROTOCOL_ERROR,
    /** No whole A-ASSOCIATE-RQ, or no answer to ours, in time. */
    HANDSHAKE_TIMEOUT,
    /** No agreement on TLS, a certificate that is not trusted, or broken records. */
    TLS_FAILED,
    IDLE_TIMEOUT,
    /** Slower than the minimum rate within a message. */
    TOO_SLOW,
    /** No response in time. */
    DIMSE_TIMEOUT,
    /** The peer does not read what we send. */
    WRITE_STALL,
    RELEASE_TIMEOUT,
    REJECTED,
    /** Our own application gave up. */
    ABORTED_LOCALLY,
    /** This server or client was closed. */
    SHUTDOWN;

    /** Whether the peer or the network ended it, so that what came before still counts. */
    boolean isByPeer() {
        return this == ABORTED_BY_PEER
                || this == ABORTED_BY_PEER_PROVIDER
                || this == CONNECTION_LOST;
    }

    /** Whether the peer ran out of time. */
    boolean isTimeout() {
        return switch (this) {
            case HANDSHAKE_TIMEOUT,
                    IDLE_TIMEOUT,
                    TOO_SLOW,
                    DIMSE_TIMEOUT,
                    WRITE_STALL,
                    RELEASE_TIMEOUT -> true;
            case RELEASED,
                    ABORTED_BY_PEER,
                    ABORTED_BY_PEER_PROVIDER,
                    CONNECTION_LOST,
                    PROTOCOL_ERROR,
                    TLS_FAILED,
                    REJECTED,
                    ABORTED_LOCALLY,
                    SHUTDOWN -> false;
        };
    }
}
