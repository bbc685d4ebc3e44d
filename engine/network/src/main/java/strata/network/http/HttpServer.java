package strata.network.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Metrics;
import strata.base.OperatorException;

import java.io.Closeable;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLEngine;

/** An HTTP server; see the package. Thread-safe. */
public final class HttpServer implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    private static final WriteBufferWaterMark UNSENT =
            new WriteBufferWaterMark(256 * 1024, 1024 * 1024);
    private static final Duration STOP_GRACE = Duration.ofSeconds(5);
    private static final Duration CUT_GRACE = Duration.ofSeconds(2);
    private static final int EVENT_LOOPS = 2;
    private static final List<String> PROTOCOLS =
            List.of(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1);
    private static final int WAITING_STREAMS = 1024;

    private final HttpLimits limits;
    private final CorsPolicy cors;
    private final Optional<HttpTls> tls;
    private final AccessControl access;
    private final Router router;
    private final HttpMetrics metrics;
    private final Set<Channel> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService workers;
    private final EventLoopGroup loops;
    private Channel listener;
    private HeadCheck headCheck;
    private volatile boolean stopping;

    private HttpServer(HttpOptions options, Router router, Metrics metrics) {
        this.limits = options.limits();
        this.cors = options.cors();
        this.tls = options.tls();
        this.access = options.access();
        this.router = router;
        this.metrics = new HttpMetrics(metrics, open::size);
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                limits.workers(),
                limits.workers(),
                30,
                TimeUnit.SECONDS,
                // A connection of HTTP/1 has one request here, one of HTTP/2 each of its streams.
                new LinkedBlockingQueue<>(limits.connections() + WAITING_STREAMS),
                new DefaultThreadFactory("strata-http", true));
        pool.allowCoreThreadTimeOut(true);
        this.workers = pool;
        IoHandlerFactory io =
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        this.loops = new MultiThreadIoEventLoopGroup(
                EVENT_LOOPS, new DefaultThreadFactory("strata-http-io", true), io);
    }

    /**
     * Listens and answers.
     *
     * @throws OperatorException when the address cannot be listened on
     */
    public static HttpServer start(HttpOptions options, Router router, Metrics metrics)
            throws OperatorException {
        InetSocketAddress address = new InetSocketAddress(options.bind(), options.port());
        if (address.isUnresolved()) {
            throw new OperatorException("no such address to listen on: " + options.bind());
        }
        HttpServer server = new HttpServer(options, router, metrics);
        server.headCheck = new HeadCheck(options.bind(), address.getAddress(), options.cors());
        server.listen(address);
        return server;
    }

    private void listen(InetSocketAddress address) throws OperatorException {
        Class<? extends ServerChannel> type =
                Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(type)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, 256)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, false)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, UNSENT)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        secure(channel);
                        channel.pipeline().addLast(new ProtocolChoice(HttpServer.this));
                    }
                });
        var bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            close();
            throw OperatorException.cannotListen(
                    "HTTP", address.getHostString(), address.getPort(), bound.cause());
        }
        listener = bound.channel();
    }

    /** The time of a handshake is bounded with that of the first header. */
    private void secure(Channel channel) {
        tls.ifPresent(with -> {
            SSLEngine engine = with.context().acceptor(with.clients(), PROTOCOLS);
            SslHandler handler = new SslHandler(engine, workers);
            handler.setHandshakeTimeoutMillis(0);
            channel.pipeline().addLast(handler);
        });
    }

    /** The address listened on, with the port that was drawn where 0 was asked for. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    /**
     * Stops listening, lets running requests end for some seconds, then cuts what is left. Workers
     * are never interrupted, since that would close the files that they read.
     */
    @Override
    public void close() {
        stopping = true;
        if (listener != null) {
            listener.close().awaitUninterruptibly();
        }
        workers.shutdown();
        try {
            if (!workers.awaitTermination(STOP_GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("HTTP requests still running are cut: {} connections", open.size());
                open.forEach(Channel::close);
            }
            // What was answered is sent first.
            closeWhenSent();
            if (!workers.awaitTermination(CUT_GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("an HTTP request does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        loops.shutdownGracefully(0, CUT_GRACE.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(CUT_GRACE.toMillis());
    }

    private void closeWhenSent() throws InterruptedException {
        List<Channel> channels = List.copyOf(open);
        for (Channel channel : channels) {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
        long end = System.nanoTime() + CUT_GRACE.toNanos();
        for (Channel channel : channels) {
            channel.closeFuture().await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
    }

    /** Counts a new connection; false when it is one too many. */
    boolean opened(Channel channel) {
        open.add(channel);
        return open.size() <= limits.connections();
    }

    void closed(Channel channel) {
        open.remove(channel);
    }

    int openConnections() {
        return open.size();
    }

    boolean isStopping() {
        return stopping;
    }

    AccessControl access() {
        return access;
    }

    CorsPolicy cors() {
        return cors;
    }

    HttpLimits limits() {
        return limits;
    }

    Router router() {
        return router;
    }

    HttpMetrics metrics() {
        return metrics;
    }

    HeadCheck headCheck() {
        return headCheck;
    }

    ExecutorService workers() {
        return workers;
    }
}
