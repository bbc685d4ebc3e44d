package strata.network.http;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2StreamChannel;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** Holds a worker back while its connection has too much unsent. */
final class WriteGate {
    /** As much is handed over before the event loop has to have seen it. */
    private static final int UNSEEN_BYTES = 1 << 20;

    private final Channel channel;
    private final Duration stallTimeout;

    /**
     * Whether writes count for the writability of the channel only once the event loop runs them:
     * streams of HTTP/2 have no buffer of their own that would count them before.
     */
    private final boolean countsLate;

    private long unseenBytes;
    private long marksSet;
    private long marksSeen;

    WriteGate(Channel channel, Duration stallTimeout) {
        this.channel = channel;
        this.stallTimeout = stallTimeout;
        this.countsLate = channel instanceof Http2StreamChannel;
    }

    /** Event loop: the connection's state changed. */
    synchronized void changed() {
        notifyAll();
    }

    private synchronized void seen(long mark) {
        marksSeen = mark;
        notifyAll();
    }

    /**
     * Returns once the connection takes so many bytes more; cuts it when the peer takes nothing for
     * too long.
     */
    synchronized void await(int bytes) throws IOException {
        unseenBytes += bytes;
        if (countsLate && unseenBytes > UNSEEN_BYTES && channel.isActive()) {
            unseenBytes = bytes;
            long mark = ++marksSet;
            try {
                channel.eventLoop().execute(() -> seen(mark));
            } catch (RejectedExecutionException e) {
                throw new IOException("the server stops", e);
            }
        }
        long end = System.nanoTime() + stallTimeout.toNanos();
        while (channel.isActive() && (!channel.isWritable() || marksSeen < marksSet)) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                channel.close();
                throw new HttpException(
                        408, "the peer took nothing for " + stallTimeout.toSeconds() + " s");
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while sending", e);
            }
        }
        if (!channel.isActive()) {
            throw new HttpException(400, "the peer has closed the connection");
        }
    }
}
