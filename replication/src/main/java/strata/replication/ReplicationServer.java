package strata.replication;

import io.netty.channel.Channel;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Metrics;
import strata.base.OperatorException;
import strata.base.SiteId;
import strata.replication.ReplicationException.Kind;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Takes objects that other sites send, and gives them what they fetch. Each connection has a thread
 * of its own, bounded by {@link ReceiverOptions#maxConnections()}. Thread-safe.
 */
public final class ReplicationServer implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicationServer.class);
    private static final long STOP_SECONDS = 4;

    private final SiteName self;
    private final ReplicaSink sink;
    private final ReceiverOptions options;
    private final ReceiverMetrics metrics;
    private final ExecutorService connections;
    private final ExecutorService commits;
    private final Claims claims = new Claims();
    private final Set<FrameChannel> open = ConcurrentHashMap.newKeySet();
    private final Map<SiteId, FrameChannel> sending = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final Channel listening;
    private volatile boolean closing;

    private ReplicationServer(
            InetSocketAddress bind,
            SiteName self,
            ReplicaSink sink,
            ReplicationNetwork network,
            ReceiverOptions options,
            Metrics metrics)
            throws OperatorException {
        this.self = self;
        this.sink = sink;
        this.options = options;
        this.metrics = new ReceiverMetrics(metrics);
        this.connections = Executors.newCachedThreadPool(named("replication-connection-"));
        this.commits =
                Executors.newFixedThreadPool(options.commitThreads(), named("replication-commit-"));
        metrics.gauge(
                "strata_replication_connections",
                "Connections that other sites have to this one",
                count::get);
        try {
            this.listening = network.listen(bind, this::connected);
        } catch (OperatorException e) {
            connections.shutdown();
            commits.shutdown();
            throw e;
        }
    }

    /**
     * Listens and serves until {@link #close()}.
     *
     * @param bind port 0 for any free one, see {@link #address()}
     * @throws OperatorException when the address cannot be had
     */
    public static ReplicationServer start(
            InetSocketAddress bind,
            SiteName self,
            ReplicaSink sink,
            ReplicationNetwork network,
            ReceiverOptions options,
            Metrics metrics)
            throws OperatorException {
        return new ReplicationServer(bind, self, sink, network, options, metrics);
    }

    private static ThreadFactory named(String prefix) {
        AtomicInteger next = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + next.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listening.localAddress();
    }

    private void connected(FrameChannel channel) {
        if (closing || count.incrementAndGet() > options.maxConnections()) {
            count.decrementAndGet();
            LOG.warn("replication connection from {} closed: too many", channel.peer());
            channel.close();
            return;
        }
        open.add(channel);
        connections.execute(() -> serve(channel));
    }

    private void serve(FrameChannel channel) {
        String peer = String.valueOf(channel.peer());
        try {
            Frame.Hello hello = hello(channel);
            SiteName site = new SiteName(hello.site(), hello.siteName());
            welcome(channel);
            LOG.info("replication connection from {} at {}: {}", site, peer, hello.purpose());
            switch (hello.purpose()) {
                case SEND -> receive(channel, site);
                case COMPARE -> new CompareSession(site, channel, sink, options).run();
                case FETCH -> new FetchSession(site, channel, sink, options, metrics).run();
            }
        } catch (ReplicationException e) {
            if (e.kind() == Kind.CLOSED || closing) {
                LOG.info("replication connection from {} ended", peer);
            } else {
                metrics.broken(e.kind());
                LOG.warn("replication connection from {} closed: {}", peer, e.getMessage());
            }
        } catch (InterruptedException e) {
            LOG.info("replication connection from {} interrupted", peer);
        } catch (IOException | RuntimeException e) {
            LOG.error("replication connection from {} broke", peer, e);
        } finally {
            open.remove(channel);
            count.decrementAndGet();
            channel.closeAfterSending();
        }
    }

    private Frame.Hello hello(FrameChannel channel) throws IOException {
        Frame first = channel.receive(options.handshakeLimit());
        if (first == null) {
            throw new ReplicationException(Kind.SILENT, "no HELLO came");
        }
        if (!(first instanceof Frame.Hello hello)) {
            first.release();
            throw new ReplicationException(Kind.UNEXPECTED, first.kind() + " before HELLO");
        }
        if (hello.protocol() != Handshake.PROTOCOL) {
            throw refuse(
                    channel,
                    "this site speaks protocol " + Handshake.PROTOCOL + ", not "
                            + hello.protocol());
        }
        if (hello.site().equals(self.id())) {
            throw refuse(channel, "you have my own site id " + self.id());
        }
        if (hello.siteName().isEmpty() || hello.siteName().length() > SiteName.MAX_LENGTH) {
            throw refuse(channel, "a site name has 1 to 64 characters");
        }
        return hello;
    }

    private ReplicationException refuse(FrameChannel channel, String reason) throws IOException {
        channel.send(new Frame.Refuse(Handshake.PROTOCOL, reason), options.handshakeLimit());
        return new ReplicationException(Kind.REFUSED, "refused: " + reason);
    }

    private void welcome(FrameChannel channel) throws IOException {
        channel.send(
                new Frame.Welcome(
                        Handshake.PROTOCOL,
                        self.id(),
                        self.name(),
                        options.windowObjects(),
                        options.windowBytes()),
                options.handshakeLimit());
    }

    private void receive(FrameChannel channel, SiteName site)
            throws IOException, InterruptedException {
        FrameChannel old = sending.put(site.id(), channel);
        if (old != null) {
            LOG.info("replication connection from {} takes the place of an older one", site);
            old.close();
        }
        try {
            new ReceiverSession(site, self, channel, sink, options, claims, commits, metrics).run();
        } finally {
            sending.remove(site.id(), channel);
        }
    }

    /** Stops listening, ends all connections, and lets commits that run come to their end. */
    @Override
    public void close() {
        closing = true;
        listening.close().awaitUninterruptibly();
        open.forEach(FrameChannel::close);
        connections.shutdown();
        try {
            if (!connections.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("replication connections still busy after {} s", STOP_SECONDS);
            }
            commits.shutdown();
            commits.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        commits.shutdown();
    }
}
