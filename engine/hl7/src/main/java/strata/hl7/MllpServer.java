package strata.hl7;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Audit;
import strata.base.Metrics;
import strata.base.OperatorException;

import java.io.Closeable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Listens for HL7 v2 over MLLP, with TLS or without. Thread-safe. */
public final class MllpServer implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(MllpServer.class);
    private static final int WORKERS = 4;
    private static final int BACKLOG = 64;
    private static final long STOP_SECONDS = 10;

    private final AnswerMessages answers;
    private final Predicate<InetAddress> allowed;
    private final Optional<MllpTls> tls;
    private final Hl7Limits limits;
    private final Audit audit;
    private final Metrics.Counter broken;
    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(2, daemons("hl7"), NioIoHandler.newFactory());
    private final ExecutorService workers =
            Executors.newFixedThreadPool(WORKERS, daemons("hl7-worker"));
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Channel listening;

    private MllpServer(
            InetSocketAddress bind,
            AnswerMessages answers,
            Predicate<InetAddress> allowed,
            Optional<MllpTls> tls,
            Hl7Limits limits,
            Metrics metrics,
            Audit audit)
            throws OperatorException {
        this.answers = answers;
        this.allowed = allowed;
        this.tls = tls;
        this.limits = limits;
        this.audit = audit;
        this.broken = metrics.counter(
                        "strata_hl7_connections_broken_total",
                        "HL7 connections that were refused or cut",
                        "reason")
                .known("tls")
                .known("certificate")
                .known("not_allowed")
                .known("too_many");
        metrics.gauge("strata_hl7_connections", "Open HL7 connections", open::size);
        ChannelFuture bound = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(io.netty.channel.ChannelOption.SO_BACKLOG, BACKLOG)
                .childHandler(new Opening())
                .bind(bind)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            stop();
            throw OperatorException.cannotListen(
                    "HL7", bind.getHostString(), bind.getPort(), bound.cause());
        }
        listening = bound.channel();
        metrics.gauge(
                "strata_hl7_listening_state",
                "1 while the HL7 door takes connections",
                () -> listening.isActive() ? 1 : 0);
    }

    /**
     * Listens until it is closed.
     *
     * @param bind port 0 for any free one, see {@link #address}
     * @param allowed from where senders may connect
     * @param tls empty: plain TCP
     * @throws OperatorException when the address cannot be had
     */
    public static MllpServer start(
            InetSocketAddress bind,
            AnswerMessages answers,
            Predicate<InetAddress> allowed,
            Optional<MllpTls> tls,
            Hl7Limits limits,
            Metrics metrics,
            Audit audit)
            throws OperatorException {
        return new MllpServer(bind, answers, allowed, tls, limits, metrics, audit);
    }

    private static DefaultThreadFactory daemons(String name) {
        return new DefaultThreadFactory(name, true);
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) listening.localAddress();
    }

    private final class Opening extends ChannelInitializer<SocketChannel> {
        @Override
        protected void initChannel(SocketChannel channel) {
            InetAddress from = channel.remoteAddress().getAddress();
            if (!allowed.test(from)) {
                audit.record(
                        Audit.Action.SECURITY_ALERT,
                        Audit.Outcome.REFUSED,
                        from.getHostAddress(),
                        Map.of("event", "HL7 sender is not listed"));
                refuse(channel, "not_allowed");
                return;
            }
            open.add(channel);
            if (open.size() > limits.connections()) {
                refuse(channel, "too_many");
                return;
            }
            tls.ifPresent(
                    each -> channel.pipeline().addLast(each.handler(workers, limits.message())));
            channel.pipeline()
                    .addLast(new MllpConnection(answers, workers, limits, tls, broken, audit));
        }

        private void refuse(SocketChannel channel, String reason) {
            broken.increment(reason);
            LOG.warn(
                    "HL7 connection from {} refused: {}",
                    channel.remoteAddress().getAddress().getHostAddress(),
                    reason);
            channel.close();
        }
    }

    private void stop() {
        loops.shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
        workers.shutdown();
    }

    /** Stops listening and lets messages that are carried out come to their end. */
    @Override
    public void close() {
        listening.close().awaitUninterruptibly();
        workers.shutdown();
        try {
            if (!workers.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("HL7 messages are still carried out after {} s", STOP_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        open.close().awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS);
        stop();
    }
}
