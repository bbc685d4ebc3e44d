package strata.network;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;

import strata.network.upper.State;
import strata.network.upper.UpperLayer;

import java.util.concurrent.TimeUnit;

/**
 * Looks at one association now and then, on its event loop, and ends it when the peer is idle,
 * slow, silent or deaf for too long. Time during which we do not read is never held against the
 * peer.
 */
final class Watchdog {
    private final Session session;
    private final Channel channel;
    private final UpperLayer upper;
    private final AssociationLimits limits;
    private final AssociationTimeouts timeouts;
    private final NetworkMetrics metrics;
    private ScheduledFuture<?> ticking;

    private long received;
    private long sent;
    private long activeNanos = System.nanoTime();
    private long windowNanos = activeNanos;
    private long windowReceived;
    private long takenBytes;
    private long takenNanos = activeNanos;

    Watchdog(
            Session session,
            Channel channel,
            UpperLayer upper,
            AssociationLimits limits,
            AssociationTimeouts timeouts,
            NetworkMetrics metrics) {
        this.session = session;
        this.channel = channel;
        this.upper = upper;
        this.limits = limits;
        this.timeouts = timeouts;
        this.metrics = metrics;
    }

    void start(EventLoop loop) {
        long millis = timeouts.tick().toMillis();
        ticking = loop.scheduleAtFixedRate(this::tick, millis, millis, TimeUnit.MILLISECONDS);
    }

    void stop() {
        ticking.cancel(false);
        countBytes();
    }

    private boolean countBytes() {
        long nowReceived = upper.receivedBytes();
        long nowSent = upper.sentBytes();
        boolean active = nowReceived != received || nowSent != sent;
        metrics.bytes(nowReceived - received, nowSent - sent);
        received = nowReceived;
        sent = nowSent;
        return active;
    }

    private void tick() {
        long now = System.nanoTime();
        if (countBytes() || session.isBusy()) {
            activeNanos = now;
        }
        State state = upper.state();
        if (session.isOver() || state != State.STA_6 && state != State.STA_8) {
            return;
        }
        if (isDeaf(now)) {
            session.cut(AssociationEnd.WRITE_STALL, "the peer does not read what we send");
        } else if (isTooSlow(now)) {
            session.abort(
                    AssociationEnd.TOO_SLOW,
                    "less than " + limits.minimumBytesPerSecond() + " bytes a second");
        } else if (session.invocations().overdue(now, timeouts.dimse().toNanos())) {
            session.abort(AssociationEnd.DIMSE_TIMEOUT, "no response from the peer");
        } else if (session.role().endsWhenIdle()
                && now - activeNanos > timeouts.idle().toNanos()) {
            session.abort(AssociationEnd.IDLE_TIMEOUT, "nothing to do");
        }
    }

    /** Whether bytes wait for the socket and none was taken for the time of a write stall. */
    private boolean isDeaf(long now) {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        long pending = outbound == null ? 0 : outbound.totalPendingWriteBytes();
        // Pending counts some overhead too, so this falls when we write and rises when bytes go.
        long taken = upper.sentBytes() - pending;
        if (pending == 0 || taken > takenBytes) {
            takenNanos = now;
        }
        takenBytes = taken;
        return now - takenNanos > timeouts.writeStall().toNanos();
    }

    private boolean isTooSlow(long now) {
        boolean inside = upper.insidePdu() || session.reader().insideMessage();
        boolean waitsForUs =
                !channel.config().isAutoRead() || !session.inbound().isEmpty();
        if (!inside || waitsForUs) {
            windowNanos = now;
            windowReceived = received;
            return false;
        }
        long elapsed = now - windowNanos;
        if (elapsed < timeouts.rateWindow().toNanos()) {
            return false;
        }
        double perSecond = (received - windowReceived) * 1e9 / elapsed;
        windowNanos = now;
        windowReceived = received;
        return perSecond < limits.minimumBytesPerSecond();
    }
}
