package strata.replication;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Digest;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.base.Uid;
import strata.replication.ReplicationException.Kind;
import strata.store.ObjectReader;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * Fetches objects from one other site, each over a connection of its own while it is read; a few
 * idle ones are kept for the next. Thread-safe.
 */
final class SiteFetcher implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(SiteFetcher.class);
    private static final int KEPT = 2;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** Shorter than the other site's limit for a silent connection. */
    private static final Duration IDLE_LIMIT = Duration.ofSeconds(20);

    private final SiteAddress site;
    private final SiteName self;
    private final ReplicationNetwork network;
    private final Identity identity;
    private final ArrayDeque<FrameChannel> idle = new ArrayDeque<>();
    private boolean closed;
    private volatile SiteId peer;

    SiteFetcher(SiteAddress site, SiteName self, ReplicationNetwork network, Identity identity) {
        this.site = site;
        this.self = self;
        this.network = network;
        this.identity = identity;
    }

    /** Which installation answered under the site's name before. */
    interface Identity {
        Optional<SiteId> known() throws IOException;
    }

    /** What to fetch. */
    record Wish(ObjectId id, Digest digest, long lengthBytes, Optional<Uid> instance) {}

    /**
     * Opens an object there; nothing is asked before the first read.
     *
     * @throws ReplicationException when the site does not answer, or is not the one it was
     */
    ObjectReader open(Wish wish) {
        return new FetchedBytes(this, wish);
    }

    /** Sends the question and returns the connection on which the answer comes. */
    FrameChannel ask(Frame.Fetch fetch) throws IOException {
        FrameChannel kept = takeIdle();
        if (kept != null) {
            try {
                kept.send(fetch, LIMIT);
                return kept;
            } catch (ReplicationException e) {
                LOG.debug("site {}: a kept connection is gone: {}", site.name(), e.getMessage());
                kept.close();
            }
        }
        FrameChannel fresh = connect(Frame.Purpose.FETCH);
        fresh.send(fetch, LIMIT);
        return fresh;
    }

    Frame answer(FrameChannel channel) throws IOException {
        Frame frame = channel.receive(LIMIT);
        if (frame == null) {
            throw new ReplicationException(
                    Kind.SILENT, "site " + site.name() + " does not go on with its answer");
        }
        return frame;
    }

    /** A connection on which what two sites have is compared. */
    ComparingChannel compare() throws IOException {
        return new ComparingChannel(connect(Frame.Purpose.COMPARE));
    }

    /** The installation that answered last; known after a connection was made. */
    SiteId peer() {
        return peer;
    }

    private FrameChannel connect(Frame.Purpose purpose) throws IOException {
        FrameChannel channel = network.connect(site, LIMIT, () -> false);
        boolean greeted = false;
        try {
            Frame.Welcome welcome = Handshake.greet(channel, self, purpose, LIMIT);
            Optional<SiteId> known = identity.known();
            if (known.isPresent() && !known.get().equals(welcome.site())) {
                throw new ReplicationException(
                        Kind.REFUSED,
                        "another installation answers as site " + site.name() + ": "
                                + welcome.site());
            }
            peer = welcome.site();
            greeted = true;
            return channel;
        } finally {
            if (!greeted) {
                channel.close();
            }
        }
    }

    private synchronized FrameChannel takeIdle() {
        while (!idle.isEmpty()) {
            FrameChannel channel = idle.removeLast();
            if (channel.isOpen() && channel.silentNanos() < IDLE_LIMIT.toNanos()) {
                return channel;
            }
            channel.close();
        }
        return null;
    }

    /** Gives back a connection whose answer was read to its end. */
    synchronized void done(FrameChannel channel) {
        if (closed || idle.size() >= KEPT) {
            channel.close();
        } else {
            idle.add(channel);
        }
    }

    String siteName() {
        return site.name();
    }

    @Override
    public synchronized void close() {
        closed = true;
        idle.forEach(FrameChannel::close);
        idle.clear();
    }
}
