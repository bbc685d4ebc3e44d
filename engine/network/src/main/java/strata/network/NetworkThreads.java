package strata.network;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads of one server or client: epoll where there is one, else NIO. */
final class NetworkThreads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkThreads.class);
    private static final long KEEP_ALIVE_SECONDS = 30;
    private static final long END_SECONDS = 5;

    private final EventLoopGroup loops;
    private final ExecutorService workers;
    private final ExecutorService operations;

    NetworkThreads(String name, ThreadCounts counts) {
        IoHandlerFactory io =
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        loops = new MultiThreadIoEventLoopGroup(
                counts.eventLoops(), new DefaultThreadFactory(name + "-io", true), io);
        // The queue holds at most one entry for each association.
        workers = pool(name + "-worker", counts.workers(), new LinkedBlockingQueue<>());
        operations = pool(name + "-operation", counts.operations(), new SynchronousQueue<>());
    }

    private static ExecutorService pool(String name, int threads, BlockingQueue<Runnable> queue) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                queue instanceof SynchronousQueue ? 0 : threads,
                threads,
                KEEP_ALIVE_SECONDS,
                TimeUnit.SECONDS,
                queue,
                new DefaultThreadFactory(name, true));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    EventLoopGroup loops() {
        return loops;
    }

    Class<? extends Channel> channelType() {
        return Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    Class<? extends ServerChannel> serverChannelType() {
        return Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /** Runs short pieces of work, which may wait for the disk. */
    ExecutorService workers() {
        return workers;
    }

    /** Runs work that may take long; refuses when all threads are taken. */
    ExecutorService operations() {
        return operations;
    }

    /**
     * Ends all threads; waits some seconds for them. Threads that are still at work then are left
     * to end by themselves: an interrupt would close the file that a service writes to.
     */
    @Override
    public void close() {
        loops.shutdownGracefully(0, END_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(END_SECONDS, TimeUnit.SECONDS);
        workers.shutdown();
        operations.shutdown();
        try {
            boolean ended = workers.awaitTermination(END_SECONDS, TimeUnit.SECONDS)
                    && operations.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                LOG.warn("services are still at work after the network was closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
