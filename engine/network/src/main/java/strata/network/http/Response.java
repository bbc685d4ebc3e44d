package strata.network.http;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a handler answers. Immutable except for its body writer, which runs once. */
public final class Response {
    public static final String JSON = "application/json";

    private static final long UNKNOWN = -1;

    private final int status;
    private final Map<String, String> headers;
    private final byte[] bytes;
    private final BodyWriter writer;
    private final long lengthBytes;

    private Response(
            int status,
            Map<String, String> headers,
            byte[] bytes,
            BodyWriter writer,
            long lengthBytes) {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("not a final status: " + status);
        }
        this.status = status;
        this.headers = Map.copyOf(headers);
        this.bytes = bytes;
        this.writer = writer;
        this.lengthBytes = lengthBytes;
    }

    /** A response without a body. */
    public static Response empty(int status) {
        return new Response(status, Map.of(), new byte[0], null, 0);
    }

    public static Response bytes(int status, String contentType, byte[] body) {
        return new Response(status, type(contentType), body, null, body.length);
    }

    public static Response text(int status, String body) {
        return bytes(status, "text/plain; charset=utf-8", body.getBytes(StandardCharsets.UTF_8));
    }

    /** A JSON text with status 200. */
    public static Response json(String body) {
        return json(200, body);
    }

    public static Response json(int status, String body) {
        return bytes(status, JSON, body.getBytes(StandardCharsets.UTF_8));
    }

    /** A body of unknown length with status 200, sent while it is written. */
    public static Response stream(String contentType, BodyWriter writer) {
        return stream(200, contentType, writer);
    }

    public static Response stream(int status, String contentType, BodyWriter writer) {
        return new Response(status, type(contentType), null, writer, UNKNOWN);
    }

    /** A body whose length is known; writing another length cuts the connection. */
    public static Response stream(
            int status, String contentType, long lengthBytes, BodyWriter writer) {
        if (lengthBytes < 0) {
            throw new IllegalArgumentException("a length is not negative: " + lengthBytes);
        }
        return new Response(status, type(contentType), null, writer, lengthBytes);
    }

    /** The same response with one more header field, or another value of it. */
    public Response withHeader(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.keySet().removeIf(known -> known.equalsIgnoreCase(name));
        more.put(name, value);
        return new Response(status, more, bytes, writer, lengthBytes);
    }

    public int status() {
        return status;
    }

    Map<String, String> headers() {
        return headers;
    }

    /** The whole body, or null when a writer produces it. */
    byte[] bytes() {
        return bytes;
    }

    BodyWriter writer() {
        return writer;
    }

    /** -1 when unknown. */
    long lengthBytes() {
        return lengthBytes;
    }

    private static Map<String, String> type(String contentType) {
        return Map.of("content-type", contentType);
    }
}
