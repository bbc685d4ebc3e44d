package strata.network.http;

import io.netty.channel.Channel;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Holds a worker back while its connection has too much unsent. */
final class WriteGate {
    private final Channel channel;
    private final Duration stallTimeout;

    WriteGate(Channel channel, Duration stallTimeout) {
        this.channel = channel;
        this.stallTimeout = stallTimeout;
    }

    /** Event loop: the connection's state changed. */
    synchronized void changed() {
        notifyAll();
    }

    /** Returns once the connection takes more; cuts it when the peer takes nothing for too long. */
    synchronized void await() throws IOException {
        long end = System.nanoTime() + stallTimeout.toNanos();
        while (channel.isActive() && !channel.isWritable()) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                channel.close();
                throw new IOException(
                        "the peer took nothing for " + stallTimeout.toSeconds() + " s");
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while sending", e);
            }
        }
        if (!channel.isActive()) {
            throw new IOException("the peer has closed the connection");
        }
    }
}
