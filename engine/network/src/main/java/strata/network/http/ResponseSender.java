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

    private static final long UNKNOWN = -1;
    private static final String VARY = "vary";

    private final Channel channel;
    private final WriteGate gate;
    private final ResponseForm form;
    private boolean keepAlive;
    private Response response;
    private boolean headSent;
    private boolean chunked;
    private boolean coded;
    private ByteBuf pending;
    private long bodyBytes;

    ResponseSender(Channel channel, WriteGate gate, ResponseForm form, boolean keepAlive) {
        this.channel = channel;
        this.gate = gate;
        this.form = form;
        this.keepAlive = keepAlive;
    }

    /** Whether there is still a peer that waits for the response. */
    boolean isWanted() {
        return channel.isActive();
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
        coded = form.codes(what);
        if (what.writer() == null) {
            sendWhole(coded ? GzipStream.compress(what.bytes()) : what.bytes());
            return;
        }
        if (form.head()) {
            sendHead(announced());
            channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
            return;
        }
        if (coded) {
            try (GzipStream stream = new GzipStream(this)) {
                what.writer().write(stream);
                checkLength(stream.plainBytes(), true);
                stream.finish();
            }
        } else {
            what.writer().write(this);
            checkLength(bodyBytes, true);
        }
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
                sendHead(announced());
            }
            gate.await(direct.remaining());
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
        if (!coded) {
            checkLength(bodyBytes, false);
        }
        if (pending == null) {
            return;
        }
        if (!headSent) {
            sendHead(announced());
        }
        gate.await(pending.readableBytes());
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
        if (!headSent) {
            // All of it fits one chunk: its length is known after all.
            sendHead(bodyBytes);
        }
        flush();
        channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
    }

    /** What the header can say of the length before the body is written. */
    private long announced() {
        return coded ? UNKNOWN : response.lengthBytes();
    }

    private void checkLength(long writtenBytes, boolean atEnd) throws IOException {
        long announced = response.lengthBytes();
        if (announced >= 0 && (writtenBytes > announced || atEnd && writtenBytes < announced)) {
            throw new IOException("a body of " + announced + " bytes was announced, " + writtenBytes
                    + " were written");
        }
    }

    private void sendWhole(byte[] body) throws IOException {
        ByteBuf content = form.head() ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body);
        DefaultFullHttpResponse whole = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(response.status()), content);
        fill(whole.headers());
        if (response.status() != 204 && response.status() != 304) {
            whole.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        }
        bodyBytes = form.head() ? 0 : body.length;
        headSent = true;
        if (!channel.eventLoop().inEventLoop()) {
            // A refusal is sent from the event loop, which must never wait; it is small.
            gate.await(0);
        }
        channel.writeAndFlush(whole);
    }

    private void sendHead(long lengthBytes) throws IOException {
        HttpResponse start = new DefaultHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(response.status()));
        chunked = lengthBytes < 0 && !form.http10() && !form.head();
        if (lengthBytes < 0 && form.http10()) {
            keepAlive = false;
        }
        fill(start.headers());
        if (lengthBytes >= 0) {
            start.headers().set(HttpHeaderNames.CONTENT_LENGTH, lengthBytes);
        } else if (chunked) {
            start.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        headSent = true;
        gate.await(0);
        channel.write(start);
    }

    private void fill(HttpHeaders headers) {
        SAFE_HEADERS.forEach(headers::set);
        response.headers().forEach(headers::set);
        form.headers().forEach((name, value) -> {
            if (name.equals(VARY)) {
                headers.add(name, value);
            } else {
                headers.set(name, value);
            }
        });
        if (ResponseForm.isText(response)) {
            headers.add(VARY, "accept-encoding");
        }
        if (coded) {
            headers.set(HttpHeaderNames.CONTENT_ENCODING, HttpHeaderValues.GZIP);
            String tag = headers.get(HttpHeaderNames.ETAG);
            if (tag != null && tag.startsWith("\"")) {
                // The same meaning, but other bytes.
                headers.set(HttpHeaderNames.ETAG, "W/" + tag);
            }
        }
        headers.set(
                HttpHeaderNames.DATE,
                DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)));
        if (!keepAlive) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (form.http10()) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
    }
}
