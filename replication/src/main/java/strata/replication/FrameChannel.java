package strata.replication;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

import strata.replication.ReplicationException.Kind;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * One connection as blocking threads see it: frames in, frames out, both bounded. What arrived and
 * was not taken stops reading from the socket beyond {@link #HIGH_BYTES}; a socket that does not
 * take what is written blocks {@link #send}. Thread-safe; never call it from an event loop.
 */
final class FrameChannel extends ChannelInboundHandlerAdapter implements Closeable {
    static final int HIGH_BYTES = 4 << 20;
    static final int LOW_BYTES = 1 << 20;
    private static final int FRAME_COST_BYTES = 256;

    /** Small frames leave together up to here; a chunk leaves at once. */
    private static final int FLUSH_BYTES = 32 << 10;

    private final Channel channel;
    private final FrameParser parser;
    private final FrameWriter writer;
    private final Object sending = new Object();
    private int unflushedBytes;
    private final Object state = new Object();

    private final ArrayDeque<Frame> arrived = new ArrayDeque<>();
    private long arrivedBytes;
    private boolean paused;
    private boolean closed;
    private ReplicationException failure;
    private Runnable onArrival = () -> {};
    private volatile long lastArrivalNanos = System.nanoTime();
    private volatile long waitedNanos;

    FrameChannel(Channel channel) {
        this.channel = channel;
        this.parser = new FrameParser(channel.alloc());
        this.writer = new FrameWriter(channel.alloc());
    }

    /** Runs after each arrival and at the end of the connection, on the event loop: be short. */
    void onArrival(Runnable listener) {
        synchronized (state) {
            onArrival = listener;
        }
        listener.run();
    }

    SocketAddress peer() {
        return channel.remoteAddress();
    }

    ByteBuf allocate(int bytes) {
        return channel.alloc().buffer(bytes, bytes);
    }

    /** Nanoseconds since the other site last said anything. */
    long silentNanos() {
        return System.nanoTime() - lastArrivalNanos;
    }

    /** Hands the frame, and what was written before it, to the socket; as {@link #write}. */
    void send(Frame frame, Duration limit) throws IOException {
        write(frame, limit);
        flush();
    }

    /** Lets go what was written. */
    void flush() {
        synchronized (sending) {
            if (unflushedBytes > 0) {
                unflushedBytes = 0;
                channel.flush();
            }
        }
    }

    /**
     * Writes the frame and owns its buffer from now on. It leaves with the next {@link #flush},
     * before a wait for the other site, or when there is enough: each time costs a wake-up of the
     * event loop.
     *
     * @throws ReplicationException when the connection is closed, or when the other site takes
     *     nothing within the limit
     */
    void write(Frame frame, Duration limit) throws IOException {
        boolean written = false;
        try {
            synchronized (sending) {
                awaitWritable(limit);
                ByteBuf head = writer.head(frame);
                unflushedBytes += head.readableBytes();
                channel.write(head, channel.voidPromise());
                written = true;
                ByteBuf body = FrameWriter.body(frame);
                if (body != null) {
                    unflushedBytes += body.readableBytes();
                    channel.write(body, channel.voidPromise());
                }
                if (unflushedBytes >= FLUSH_BYTES) {
                    flush();
                }
            }
        } finally {
            if (!written) {
                frame.release();
            }
        }
    }

    private void awaitWritable(Duration limit) throws IOException {
        if (channel.isWritable() && isOpen()) {
            return;
        }
        flush();
        long begin = System.nanoTime();
        try {
            awaitWritableUntil(begin + limit.toNanos(), limit);
        } finally {
            waitedNanos += System.nanoTime() - begin;
        }
    }

    /** How long senders waited for the socket so far; for one sending thread. */
    long waitedNanos() {
        return waitedNanos;
    }

    private void awaitWritableUntil(long end, Duration limit) throws IOException {
        synchronized (state) {
            while (!closed && !channel.isWritable()) {
                long leftNanos = end - System.nanoTime();
                if (leftNanos <= 0) {
                    throw new ReplicationException(
                            Kind.SILENT,
                            peer() + " takes nothing since " + limit.toSeconds() + " s");
                }
                await(leftNanos);
            }
            if (closed) {
                throw ended();
            }
        }
    }

    /**
     * Takes the next frame, which the caller owns; frames that came before a failure are still
     * given. PING is answered here.
     *
     * @return null when none came within the limit
     */
    Frame receive(Duration limit) throws IOException {
        long now = System.nanoTime();
        long end = now + limit.toNanos();
        while (true) {
            Frame frame = take(now);
            if (frame == null && end > now) {
                flush();
                frame = take(end);
            }
            if (frame instanceof Frame.Ping) {
                send(new Frame.Pong(), limit.plusSeconds(1));
            } else if (!(frame instanceof Frame.Pong)) {
                return frame;
            }
        }
    }

    private Frame take(long endNanos) throws IOException {
        synchronized (state) {
            while (arrived.isEmpty()) {
                if (closed) {
                    throw ended();
                }
                long leftNanos = endNanos - System.nanoTime();
                if (leftNanos <= 0) {
                    return null;
                }
                await(leftNanos);
            }
            Frame frame = arrived.remove();
            arrivedBytes -= cost(frame);
            if (paused && arrivedBytes <= LOW_BYTES) {
                paused = false;
                channel.config().setAutoRead(true);
            }
            return frame;
        }
    }

    private void await(long nanos) throws IOException {
        try {
            TimeUnit.NANOSECONDS.timedWait(state, Math.max(nanos, 1_000_000));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException stopped = new InterruptedIOException("interrupted");
            stopped.initCause(e);
            throw stopped;
        }
    }

    private ReplicationException ended() {
        return failure == null
                ? new ReplicationException(Kind.CLOSED, "connection closed")
                : new ReplicationException(failure.kind(), failure.getMessage(), failure);
    }

    boolean isOpen() {
        synchronized (state) {
            return !closed;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            lastArrivalNanos = System.nanoTime();
            parser.feed(bytes, this::arrived);
        } catch (ReplicationException e) {
            fail(e);
        } finally {
            bytes.release();
        }
        listener().run();
    }

    private void arrived(Frame frame) {
        synchronized (state) {
            if (closed) {
                frame.release();
                return;
            }
            arrived.add(frame);
            arrivedBytes += cost(frame);
            if (!paused && arrivedBytes > HIGH_BYTES) {
                paused = true;
                channel.config().setAutoRead(false);
            }
            state.notifyAll();
        }
    }

    private static long cost(Frame frame) {
        if (frame instanceof Frame.Data data) {
            return FRAME_COST_BYTES + data.bytes().readableBytes();
        }
        if (frame instanceof Frame.NoteOf note) {
            return FRAME_COST_BYTES + note.note().bytes();
        }
        return frame instanceof Frame.Offer offer
                ? FRAME_COST_BYTES + offer.attributes().length
                : FRAME_COST_BYTES;
    }

    private Runnable listener() {
        synchronized (state) {
            return onArrival;
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        synchronized (state) {
            state.notifyAll();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        fail(new ReplicationException(Kind.CLOSED, "connection closed by " + peer()));
        listener().run();
    }

    /** Comes for every channel, also for one that was never connected. */
    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        parser.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        fail(new ReplicationException(
                Kind.CLOSED, "connection lost: " + cause.getMessage(), cause));
    }

    private void fail(ReplicationException cause) {
        synchronized (state) {
            if (failure == null) {
                failure = cause;
            }
            closed = true;
            state.notifyAll();
        }
        channel.close();
    }

    /** Closes once everything that was sent has left; frames that were not taken are dropped. */
    void closeAfterSending() {
        drop();
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    /** Ends the connection at once; frames that were not taken are dropped. */
    @Override
    public void close() {
        drop();
        channel.close();
    }

    private void drop() {
        synchronized (state) {
            closed = true;
            arrived.forEach(Frame::release);
            arrived.clear();
            state.notifyAll();
        }
    }
}
