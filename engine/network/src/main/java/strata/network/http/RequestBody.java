package strata.network.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

import strata.base.BlockStream;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * A request's body between the event loop, which brings one chunk each time it is asked, and the
 * worker that reads it. At most two chunks are held, or what the window of an HTTP/2 stream lets
 * in.
 */
final class RequestBody extends BlockStream {
    private static final int MAX_CHUNKS = 2;

    private final Channel channel;
    private final HttpLimits limits;
    private final long maxBytes;
    private final Runnable onFirstRead;
    private final Deque<ByteBuf> chunks = new ArrayDeque<>();
    private boolean readBegun;
    private boolean asked;
    private boolean complete;
    private boolean abandoned;
    private IOException failure;
    private long receivedBytes;
    private long waitedNanos;

    /**
     * @param expected false when the header says that there is no body
     * @param onFirstRead tells a peer that waits for it that the body is wanted
     */
    RequestBody(
            Channel channel,
            HttpLimits limits,
            boolean expected,
            long maxBytes,
            Runnable onFirstRead) {
        this.channel = channel;
        this.complete = !expected;
        this.limits = limits;
        this.maxBytes = maxBytes;
        this.onFirstRead = onFirstRead;
    }

    /** Event loop: takes over a chunk. */
    synchronized void offer(ByteBuf chunk, boolean last) {
        asked = false;
        receivedBytes += chunk.readableBytes();
        if (receivedBytes > maxBytes && failure == null) {
            failure = tooLong(maxBytes);
        }
        if (failure != null || abandoned || !chunk.isReadable()) {
            chunk.release();
        } else {
            chunks.add(chunk);
        }
        complete |= last;
        notifyAll();
    }

    /** Event loop: nothing more will come. */
    synchronized void fail(IOException cause) {
        if (!complete && failure == null) {
            failure = cause;
        }
        notifyAll();
    }

    /** Whether the peer has sent all of it, so that the connection can carry another request. */
    synchronized boolean isComplete() {
        return complete;
    }

    /** Whether a chunk is being waited for. */
    synchronized boolean isAsked() {
        return asked && !complete;
    }

    /** Asks for one more chunk where there is room for it. */
    void ask() {
        synchronized (this) {
            if (asked || complete || abandoned || chunks.size() >= MAX_CHUNKS) {
                return;
            }
            asked = true;
        }
        channel.read();
    }

    @Override
    protected int readBlock(byte[] to, int offset, int length) throws IOException {
        if (!readBegun) {
            readBegun = true;
            onFirstRead.run();
        }
        ByteBuf chunk = first();
        if (chunk == null) {
            return -1;
        }
        int count = Math.min(length, chunk.readableBytes());
        chunk.readBytes(to, offset, count);
        if (!chunk.isReadable()) {
            removeFirst();
        }
        return count;
    }

    @Override
    public synchronized int available() {
        ByteBuf chunk = chunks.peek();
        return chunk == null ? 0 : chunk.readableBytes();
    }

    /** The handler is done; what is left is not read. */
    @Override
    public synchronized void close() {
        abandoned = true;
        chunks.forEach(ByteBuf::release);
        chunks.clear();
    }

    private synchronized void removeFirst() {
        if (!abandoned) {
            chunks.remove().release();
        }
    }

    /** The chunk to read from, or null at the end; the next one is already on its way. */
    private ByteBuf first() throws IOException {
        ask();
        synchronized (this) {
            while (chunks.isEmpty() && failure == null && !complete && !abandoned) {
                await();
            }
            if (failure != null) {
                throw failure;
            }
            if (abandoned) {
                throw new IOException("the request is over");
            }
            return chunks.peek();
        }
    }

    private void await() {
        long began = System.nanoTime();
        long stallNanos = limits.stallTimeout().toNanos();
        boolean came = false;
        try {
            long left = stallNanos;
            while (left > 0 && asked && failure == null && !complete) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
                left = stallNanos - (System.nanoTime() - began);
            }
            came = !asked || failure != null || complete;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failure = new IOException("interrupted while the body was read", e);
            return;
        }
        waitedNanos += System.nanoTime() - began;
        if (!came) {
            failure = new HttpException(408, "the body stopped coming");
        } else if (waitedNanos > stallNanos
                && receivedBytes * 1e9 / waitedNanos < limits.bytesPerSecond()) {
            failure = new HttpException(408, "the body comes too slowly");
        } else if (chunks.isEmpty() && failure == null && !complete) {
            asked = true;
            channel.read();
        }
    }

    static HttpException tooLong(long maxBytes) {
        return new HttpException(413, "the body is longer than " + maxBytes + " bytes");
    }
}
