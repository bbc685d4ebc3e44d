package strata.replication;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.util.concurrent.DefaultThreadFactory;

import strata.base.OperatorException;
import strata.replication.ReplicationException.Kind;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The event loops that all replication of this site shares, and the making of connections.
 * Thread-safe. Close it after the server, the senders and the sources.
 */
public final class ReplicationNetwork implements Closeable {
    private static final int THREADS = 2;
    private static final long STOP_LOOK_MILLIS = 200;
    private static final int BACKLOG = 64;
    private static final int FLUSHES_TOGETHER = 64;
    private static final WriteBufferWaterMark WRITE_WINDOW =
            new WriteBufferWaterMark(512 << 10, 1 << 20);

    /** Up to a chunk at a time, while that much comes. */
    private static final AdaptiveRecvByteBufAllocator READS = new AdaptiveRecvByteBufAllocator(
            2 << 10, 16 << 10, FrameLimits.CHUNK_BYTES + (4 << 10));

    private final MultiThreadIoEventLoopGroup loops;
    private final ChannelSecurity security;

    public ReplicationNetwork(ChannelSecurity security) {
        this.security = security;
        this.loops = new MultiThreadIoEventLoopGroup(
                THREADS,
                new DefaultThreadFactory("replication-io", true),
                NioIoHandler.newFactory());
    }

    /** @param stop asked now and then while the connection is being made */
    FrameChannel connect(SiteAddress site, Duration limit, BooleanSupplier stop)
            throws IOException {
        // Not looked up in the pipeline, which is empty where the other end closed at once.
        AtomicReference<FrameChannel> made = new AtomicReference<>();
        Frames frames = new Frames(pipeline -> security.connecting(pipeline, site), made::set);
        ChannelFuture connecting = new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) limit.toMillis())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WRITE_WINDOW)
                .option(ChannelOption.RECVBUF_ALLOCATOR, READS)
                .handler(frames)
                .connect(site.host(), site.port());
        while (!connecting.awaitUninterruptibly(STOP_LOOK_MILLIS)) {
            if (stop.getAsBoolean()) {
                connecting.addListener(ChannelFutureListener.CLOSE);
                throw new ReplicationException(Kind.CLOSED, "stopped while connecting");
            }
        }
        if (!connecting.isSuccess()) {
            throw new ReplicationException(
                    Kind.UNAVAILABLE,
                    "cannot connect to " + site + ": " + connecting.cause().getMessage(),
                    connecting.cause());
        }
        return made.get();
    }

    /** Accepts connections; the consumer runs on an event loop and must not block. */
    Channel listen(InetSocketAddress bind, Consumer<FrameChannel> connected)
            throws OperatorException {
        ChannelFuture binding = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WRITE_WINDOW)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, READS)
                .childHandler(new Frames(security::accepting, connected))
                .bind(bind)
                .awaitUninterruptibly();
        if (!binding.isSuccess()) {
            throw OperatorException.cannotListen(
                    "replication", bind.getHostString(), bind.getPort(), binding.cause());
        }
        return binding.channel();
    }

    private static final class Frames extends ChannelInitializer<SocketChannel> {
        private final Consumer<ChannelPipeline> secure;
        private final Consumer<FrameChannel> connected;

        Frames(Consumer<ChannelPipeline> secure, Consumer<FrameChannel> connected) {
            this.secure = secure;
            this.connected = connected;
        }

        @Override
        protected void initChannel(SocketChannel channel) {
            secure.accept(channel.pipeline());
            FrameChannel frames = new FrameChannel(channel);
            channel.pipeline()
                    .addLast(new FlushConsolidationHandler(FLUSHES_TOGETHER, true))
                    .addLast(frames);
            connected.accept(frames);
        }
    }

    @Override
    public void close() {
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
