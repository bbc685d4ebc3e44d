package strata.network.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** A peer that sends exactly the frames of HTTP/2 (RFC 9113) that a test says. */
final class Http2Peer implements Closeable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RESET = 3;
    static final int SETTINGS = 4;
    static final int GO_AWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int END_STREAM = 1;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final int DEFAULT_WINDOW = 65_535;
    private static final int INITIAL_WINDOW_SETTING = 4;
    private static final int FRAME_BYTES = 16_384;
    private static final int PATIENCE_MILLIS = 10_000;

    /** A frame that came; an empty payload has no bytes. */
    record Frame(int type, int flags, int stream, byte[] payload) {
        boolean endsStream() {
            return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
        }

        /** The error of RST_STREAM or GOAWAY. */
        int error() {
            return ByteBuffer.wrap(payload).getInt(type == GO_AWAY ? 4 : 0);
        }
    }

    /** What came on one stream until it ended; -1 for no error. */
    static final class Answer {
        final Map<String, String> headers = new LinkedHashMap<>();
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        boolean ended;
        int error = -1;

        int status() {
            return Integer.parseInt(headers.getOrDefault(":status", "0"));
        }

        String text() {
            return body.toString(StandardCharsets.UTF_8);
        }
    }

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final DefaultHttp2HeadersDecoder headers = new DefaultHttp2HeadersDecoder();
    private final Map<Integer, Answer> answers = new HashMap<>();
    private final Map<Integer, Long> windows = new HashMap<>();
    private long initialWindow = DEFAULT_WINDOW;
    private boolean updates = true;
    int goAwayError = -1;

    Http2Peer(InetSocketAddress server) throws IOException {
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        socket.connect(server, PATIENCE_MILLIS);
        in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
        windows.put(0, (long) DEFAULT_WINDOW);
        socket.getOutputStream()
                .write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        send(SETTINGS, 0, 0, new byte[0]);
    }

    /** From now on nothing that comes opens a window again. */
    void takeNoMore() {
        updates = false;
    }

    void send(int type, int flags, int stream, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
        frame.putInt(payload.length << 8 | type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload);
        socket.getOutputStream().write(frame.array());
    }

    /** @param fields names and values in turn */
    void request(int stream, String method, String path, boolean end, String... fields)
            throws IOException {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        field(block, ":method", method);
        field(block, ":scheme", "http");
        field(block, ":authority", "localhost");
        field(block, ":path", path);
        for (int i = 0; i < fields.length; i += 2) {
            field(block, fields[i], fields[i + 1]);
        }
        send(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, block.toByteArray());
    }

    /** A literal without indexing and without Huffman, RFC 7541 6.2.2. */
    private static void field(ByteArrayOutputStream to, String name, String value)
            throws IOException {
        to.write(0);
        string(to, name);
        string(to, value);
    }

    private static void string(ByteArrayOutputStream to, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length < 127) {
            to.write(bytes.length);
        } else {
            to.write(127);
            int left = bytes.length - 127;
            while (left >= 128) {
                to.write(left & 127 | 128);
                left >>>= 7;
            }
            to.write(left);
        }
        to.write(bytes);
    }

    /** Sends a body as the windows let it; frames that come meanwhile are taken. */
    void body(int stream, byte[] bytes, boolean end) throws IOException {
        int at = 0;
        while (at < bytes.length) {
            long room = Math.min(windows.get(0), window(stream));
            int count = (int) Math.min(Math.min(room, FRAME_BYTES), bytes.length - at);
            if (count <= 0) {
                take();
                continue;
            }
            boolean last = end && at + count == bytes.length;
            byte[] payload = java.util.Arrays.copyOfRange(bytes, at, at + count);
            send(DATA, last ? END_STREAM : 0, stream, payload);
            windows.merge(0, (long) -count, Long::sum);
            windows.put(stream, window(stream) - count);
            at += count;
        }
    }

    private long window(int stream) {
        return windows.computeIfAbsent(stream, s -> initialWindow);
    }

    void reset(int stream) throws IOException {
        send(RESET, 0, stream, ByteBuffer.allocate(4).putInt(8).array());
    }

    /** Takes frames until the stream has ended, by its end or by a reset. */
    Answer answer(int stream) throws IOException {
        Answer answer = of(stream);
        while (!answer.ended && answer.error < 0) {
            take();
        }
        return answer;
    }

    Answer of(int stream) {
        return answers.computeIfAbsent(stream, s -> new Answer());
    }

    /** Takes frames until the server says GOAWAY; its error, or -1 when it closes without. */
    int goAway() throws IOException {
        try {
            while (goAwayError < 0) {
                take();
            }
        } catch (EOFException | SocketException closed) {
            return goAwayError;
        }
        return goAwayError;
    }

    /** Sends no more, and takes what comes until the server closes. */
    void socketEnds() throws IOException {
        socket.shutdownOutput();
        try {
            while (true) {
                take();
            }
        } catch (EOFException closed) {
            goAwayError = Math.max(goAwayError, 0);
        }
    }

    /** Takes one frame. */
    Frame take() throws IOException {
        int start = in.readInt();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        Frame frame = new Frame(start & 0xff, flags, stream, in.readNBytes(start >>> 8));
        switch (frame.type()) {
            case DATA -> {
                of(stream).body.write(frame.payload());
                if (updates && frame.payload().length > 0) {
                    byte[] more = ByteBuffer.allocate(4)
                            .putInt(frame.payload().length)
                            .array();
                    send(WINDOW_UPDATE, 0, 0, more);
                    send(WINDOW_UPDATE, 0, stream, more);
                }
            }
            case HEADERS -> of(stream).headers.putAll(decode(frame));
            case RESET -> of(stream).error = frame.error();
            case SETTINGS -> settings(frame);
            case GO_AWAY -> goAwayError = frame.error();
            case WINDOW_UPDATE -> {
                long more = ByteBuffer.wrap(frame.payload()).getInt();
                windows.put(stream, (stream == 0 ? windows.get(0) : window(stream)) + more);
            }
            default -> {
                // PING and the like need no answer of a test's length.
            }
        }
        of(stream).ended |= frame.endsStream();
        return frame;
    }

    private void settings(Frame frame) throws IOException {
        if ((frame.flags() & ACK) != 0) {
            return;
        }
        ByteBuffer each = ByteBuffer.wrap(frame.payload());
        while (each.hasRemaining()) {
            if (each.getShort() == INITIAL_WINDOW_SETTING) {
                long window = each.getInt();
                long more = window - initialWindow;
                windows.replaceAll((stream, left) -> stream == 0 ? left : left + more);
                initialWindow = window;
            } else {
                each.getInt();
            }
        }
        send(SETTINGS, ACK, 0, new byte[0]);
    }

    private Map<String, String> decode(Frame frame) throws IOException {
        ByteBuf block = Unpooled.wrappedBuffer(frame.payload());
        try {
            Http2Headers decoded = headers.decodeHeaders(frame.stream(), block);
            Map<String, String> fields = new LinkedHashMap<>();
            decoded.forEach(f -> fields.put(f.getKey().toString(), f.getValue().toString()));
            return fields;
        } catch (Http2Exception e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
