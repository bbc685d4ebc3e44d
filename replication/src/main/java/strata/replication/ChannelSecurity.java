package strata.replication;

import io.netty.channel.ChannelPipeline;

/**
 * What stands between the socket and the frames: the place for TLS with mutual authentication.
 * Called once for each connection, before anything else is in its pipeline.
 */
@FunctionalInterface
public interface ChannelSecurity {
    /** Which end of the connection this site is. */
    enum Side {
        CONNECTING,
        ACCEPTING
    }

    /** Adds handlers at the end of the pipeline; the frames come behind them. */
    void secure(ChannelPipeline pipeline, Side side);

    /** Plain TCP, for loopback only. */
    static ChannelSecurity none() {
        return (pipeline, side) -> {};
    }
}
