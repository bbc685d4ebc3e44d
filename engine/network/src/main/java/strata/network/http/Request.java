package strata.network.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpUtil;

import strata.base.Uid;
import strata.base.tls.PeerCertificate;

import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import javax.net.ssl.SSLSession;

/** One request as its handler sees it; valid until the handler's response has been sent. */
public final class Request {
    private final Method method;
    private final RequestTarget target;
    private final Map<String, String> pathParameters;
    private final HttpHeaders headers;
    private final OptionalLong contentLength;
    private final InputStream body;
    private final InetSocketAddress peer;
    private final Optional<SSLSession> tls;
    private Caller caller = Caller.ANYONE;

    Request(
            Method method,
            RequestTarget target,
            Map<String, String> pathParameters,
            io.netty.handler.codec.http.HttpRequest head,
            InputStream body,
            InetSocketAddress peer,
            Optional<SSLSession> tls) {
        this.method = method;
        this.target = target;
        this.pathParameters = pathParameters;
        this.headers = head.headers();
        long length = HttpUtil.getContentLength(head, -1L);
        this.contentLength = length < 0 ? OptionalLong.empty() : OptionalLong.of(length);
        this.body = body;
        this.peer = peer;
        this.tls = tls;
    }

    /** Set once, before the handler. */
    void admitted(Caller who) {
        caller = who;
    }

    /** Who asks. */
    public Caller caller() {
        return caller;
    }

    /** Who asks, for the audit trail: the caller, or the address where nobody was proved. */
    public String actor() {
        return caller.equals(Caller.ANYONE) ? peer.getAddress().getHostAddress() : caller.name();
    }

    /** The certificate that the peer has proved to be its own; empty without one. */
    public Optional<PeerCertificate> certificate() {
        return tls.flatMap(PeerCertificate::of);
    }

    /** The method; GET for a HEAD request, whose body is never sent. */
    public Method method() {
        return method;
    }

    /** The path as it was sent, with its escapes, without the query. */
    public String path() {
        return target.path();
    }

    /**
     * The decoded value of a template's parameter.
     *
     * @throws IllegalArgumentException when the route's template has no such parameter
     */
    public String pathParameter(String name) {
        String value = pathParameters.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route has no parameter " + name);
        }
        return value;
    }

    public boolean hasPathParameter(String name) {
        return pathParameters.containsKey(name);
    }

    /**
     * A path parameter that must be a UID.
     *
     * @throws HttpException 400 when it is none
     */
    public Uid pathUid(String name) throws HttpException {
        try {
            return new Uid(pathParameter(name));
        } catch (IllegalArgumentException e) {
            throw new HttpException(400, e.getMessage(), e);
        }
    }

    /** The first value of a query parameter. */
    public Optional<String> query(String name) {
        return queryValues(name).stream().findFirst();
    }

    /** All values of a query parameter, in the order in which they were sent. */
    public List<String> queryValues(String name) {
        return target.query().getOrDefault(name, List.of());
    }

    /** All query parameters in the order of their first appearance; not modifiable. */
    public Map<String, List<String>> queries() {
        return java.util.Collections.unmodifiableMap(target.query());
    }

    /** The first header field of that name, without regard to case. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** All header fields of that name, in the order in which they were sent. */
    public List<String> headers(String name) {
        return headers.getAll(name);
    }

    public OptionalLong contentLength() {
        return contentLength;
    }

    /**
     * The body, read from the peer as it is asked for: what is not read is not taken from the peer
     * either. Beyond the route's limit reading throws {@link HttpException} 413.
     */
    public InputStream body() {
        return body;
    }

    /** How the peer addressed this server: {@code https://HOST[:PORT]}, without a slash. */
    public String baseUrl() {
        return (tls.isPresent() ? "https://" : "http://")
                + headers.get(HttpHeaderNames.HOST, "localhost");
    }

    public InetSocketAddress peer() {
        return peer;
    }
}
