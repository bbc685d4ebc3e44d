package strata.network;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Audit;
import strata.base.Metrics;
import strata.base.OperatorException;
import strata.base.tls.TlsContext;
import strata.network.upper.UpperLayer;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A DICOM application entity that accepts associations: C-ECHO, and the services it is given.
 * Thread-safe.
 */
public final class DimseServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DimseServer.class);
    private static final int SMALLEST_READ_BYTES = 1024;
    private static final int FIRST_READ_BYTES = 8 * 1024;
    private static final int LARGEST_READ_BYTES = 256 * 1024;
    private static final int BACKLOG = 1024;
    private static final Duration DRAIN = Duration.ofSeconds(5);
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);
    private static final long POLL_NANOS = 10_000_000;

    private final ServerOptions options;
    private final NetworkThreads threads;
    private final NetworkMetrics metrics;
    private final AcceptorRole.Shared shared;
    private final AssociationCounts counts;
    private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
    private final List<Channel> listeners = new ArrayList<>();
    private volatile boolean closing;

    private DimseServer(
            ServerOptions options,
            AssociationPolicy policy,
            DimseServices services,
            Metrics metrics,
            Audit audit) {
        this.options = options;
        this.metrics = new NetworkMetrics(metrics, "acceptor");
        counts = new AssociationCounts(options.limits());
        metrics.gauge(
                "strata_network_open_associations",
                "Associations accepted and open",
                counts::total);
        shared = new AcceptorRole.Shared(
                policy, services, counts, new AtomicLong(), audit, sessions::remove);
        threads = new NetworkThreads("dicom-server", options.threads());
    }

    /**
     * Listens and serves until it is closed.
     *
     * @throws OperatorException when the address cannot be bound
     */
    public static DimseServer start(
            ServerOptions options,
            AssociationPolicy policy,
            DimseServices services,
            Metrics metrics,
            Audit audit)
            throws OperatorException {
        DimseServer server = new DimseServer(options, policy, services, metrics, audit);
        try {
            server.bind();
            return server;
        } catch (OperatorException e) {
            server.listeners.forEach(each -> each.close().awaitUninterruptibly());
            server.threads.close();
            throw e;
        }
    }

    private void bind() throws OperatorException {
        bind(options.bind(), options.port(), Optional.empty());
        if (options.tls().isPresent()) {
            TlsListener tls = options.tls().get();
            bind(tls.bind(), tls.port(), Optional.of(tls.context()));
        }
    }

    private void bind(String host, int port, Optional<TlsContext> tls) throws OperatorException {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(threads.loops())
                .channel(threads.serverChannelType())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        accept(channel, tls);
                    }
                });
        ChannelFuture bound = bootstrap.bind(host, port);
        bound.awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw OperatorException.cannotListen("DICOM", host, port, bound.cause());
        }
        listeners.add(bound.channel());
        LOG.debug("{} listens on {}", options.aeTitle(), bound.channel().localAddress());
    }

    private void accept(SocketChannel channel, Optional<TlsContext> tls) {
        if (closing || metrics.connections() >= options.limits().connections()) {
            metrics.connectionRefused();
            channel.close();
            return;
        }
        configure(channel, options.limits());
        Session session = new Session(
                channel,
                threads,
                options.limits(),
                options.timeouts(),
                metrics,
                self -> new AcceptorRole(self, shared));
        sessions.add(session);
        tls.ifPresent(context -> ChannelTls.accept(session, context));
        session.start(UpperLayer.acceptor(
                session, options.timeouts().handshake(), options.limits().maxPduBytes()));
    }

    /** The socket options of every DICOM connection. */
    static void configure(Channel channel, AssociationLimits limits) {
        channel.config().setOption(ChannelOption.TCP_NODELAY, true);
        channel.config().setOption(ChannelOption.SO_KEEPALIVE, true);
        channel.config().setOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT);
        channel.config()
                .setOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(
                                SMALLEST_READ_BYTES, FIRST_READ_BYTES, LARGEST_READ_BYTES));
        channel.config()
                .setOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(
                                limits.outboundBytes() / 2, limits.outboundBytes()));
    }

    /** The port that it listens on. */
    public int port() {
        return ((InetSocketAddress) listeners.get(0).localAddress()).getPort();
    }

    /** The port of associations over TLS. */
    public OptionalInt tlsPort() {
        return listeners.size() < 2
                ? OptionalInt.empty()
                : OptionalInt.of(((InetSocketAddress) listeners.get(1).localAddress()).getPort());
    }

    /** Connections open now, with or without an association. */
    public int connections() {
        return metrics.connections();
    }

    /** Associations open now. */
    public int associations() {
        return counts.total();
    }

    /**
     * Accepts nothing more, lets what is begun finish for some seconds, then aborts what is left
     * and ends all threads.
     */
    @Override
    public void close() {
        if (closing) {
            return;
        }
        closing = true;
        listeners.forEach(each -> each.close().awaitUninterruptibly());
        long end = System.nanoTime() + DRAIN.toNanos();
        while (!sessions.isEmpty() && System.nanoTime() < end) {
            for (Session session : sessions) {
                if (!session.isBusy()) {
                    session.abort(AssociationEnd.SHUTDOWN, "server stops");
                }
            }
            if (sessions.stream().allMatch(Session::isOver)) {
                break;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        sessions.forEach(each -> each.abort(AssociationEnd.SHUTDOWN, "server stops"));
        end = System.nanoTime() + LAST_WORDS.toNanos();
        while (!sessions.isEmpty() && System.nanoTime() < end) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        sessions.forEach(each -> each.channel().close());
        threads.close();
    }
}
