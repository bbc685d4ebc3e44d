package strata.network.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;

/** Sends one response, from a worker thread, at the speed of the peer. */
final class ResponseSender extends ResponseStream {
    static final int CHUNK_BYTES = 64 * 1024;

    /** For what no browser has to render; a handler that serves pages replaces the policy. */
    private static final Map<String, String> SAFE_HEADERS = Map.of(
            "x-content-type-options", "nosniff",
            "x-frame-options", "DENY",
            "referrer-policy", "no-referrer",
            "cache-control", "no-store",
            "content-security-policy", "default-src 'none'; frame-ancestors 'none'");

    private final Channel channel;
    private final WriteGate gate;
    private final boolean head;
    private final boolean http10;
    private boolean keepAlive;
    private Response response;
    private boolean headSent;
    private boolean chunked;
    private ByteBuf pending;
    private long bodyBytes;

    ResponseSender(
            Channel channel, WriteGate gate, boolean head, boolean http10, boolean keepAlive) {
        this.channel = channel;
        this.gate = gate;
        this.head = head;
        this.http10 = http10;
        this.keepAlive = keepAlive;
    }

    /** Whether a part of a response has left, so that no other one can be sent. */
    boolean isBegun() {
        return headSent;
    }

    /** Whether the connection can carry another request after this response. */
    boolean keepsAlive() {
        return keepAlive;
    }

    long bodyBytes() {
        return bodyBytes;
    }

    /** The response says that the connection ends with it. */
    void closeAfter() {
        keepAlive = false;
    }

    /** Sends all of it; on return it has been handed to the connection. */
    void send(Response what) throws IOException {
        response = what;
        bodyBytes = 0;
        dropPending();
        if (what.writer() == null) {
            sendWhole(what.bytes());
            return;
        }
        if (head) {
            sendHead(what.lengthBytes());
            channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
            return;
        }
        what.writer().write(this);
        finish();
    }

    @Override
    public void write(ByteBuffer from) throws IOException {
        while (from.hasRemaining()) {
            if (pending == null) {
                pending = channel.alloc().buffer(CHUNK_BYTES, CHUNK_BYTES);
            }
            int count = Math.min(from.remaining(), pending.writableBytes());
            pending.writeBytes(from.slice(from.position(), count));
            from.position(from.position() + count);
            bodyBytes += count;
            if (!pending.isWritable()) {
                flush();
            }
        }
    }

    @Override
    public void give(ByteBuffer direct, Runnable whenSent) throws IOException {
        boolean handedOver = false;
        try {
            bodyBytes += direct.remaining();
            writePending();
            if (!headSent) {
                checkLength(false);
                sendHead(response.lengthBytes());
            }
            gate.await();
            handedOver = true;
            channel.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(direct)))
                    .addListener(sent -> whenSent.run());
        } finally {
            if (!handedOver) {
                whenSent.run();
            }
        }
    }

    @Override
    public void flush() throws IOException {
        if (pending != null) {
            writePending();
            channel.flush();
        }
    }

    private void writePending() throws IOException {
        checkLength(false);
        if (pending == null) {
            return;
        }
        if (!headSent) {
            sendHead(response.lengthBytes());
        }
        gate.await();
        ByteBuf chunk = pending;
        pending = null;
        channel.write(new DefaultHttpContent(chunk));
    }

    @Override
    public void close() {
        dropPending();
    }

    private void dropPending() {
        if (pending != null) {
            pending.release();
            pending = null;
        }
    }

    private void finish() throws IOException {
        checkLength(true);
        if (!headSent) {
            // All of it fits one chunk: its length is known after all.
            sendHead(bodyBytes);
        }
        flush();
        channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
    }

    private void checkLength(boolean atEnd) throws IOException {
        long announced = response.lengthBytes();
        if (announced >= 0 && (bodyBytes > announced || atEnd && bodyBytes < announced)) {
            throw new IOException("a body of " + announced + " bytes was announced, " + bodyBytes
                    + " were written");
        }
    }

    private void sendWhole(byte[] body) throws IOException {
        ByteBuf content = head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body);
        DefaultFullHttpResponse whole = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(response.status()), content);
        fill(whole.headers());
        if (response.status() != 204 && response.status() != 304) {
            whole.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        }
        bodyBytes = head ? 0 : body.length;
        headSent = true;
        if (!channel.eventLoop().inEventLoop()) {
            // A refusal is sent from the event loop, which must never wait; it is small.
            gate.await();
        }
        channel.writeAndFlush(whole);
    }

    private void sendHead(long lengthBytes) throws IOException {
        HttpResponse start = new DefaultHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(response.status()));
        chunked = lengthBytes < 0 && !http10 && !head;
        if (lengthBytes < 0 && http10) {
            keepAlive = false;
        }
        fill(start.headers());
        if (lengthBytes >= 0) {
            start.headers().set(HttpHeaderNames.CONTENT_LENGTH, lengthBytes);
        } else if (chunked) {
            start.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        headSent = true;
        gate.await();
        channel.write(start);
    }

    private void fill(HttpHeaders headers) {
        SAFE_HEADERS.forEach(headers::set);
        response.headers().forEach(headers::set);
        headers.set(
                HttpHeaderNames.DATE,
                DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)));
        if (!keepAlive) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (http10) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
    }
}
