package strata.network.http;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslHandler;

import strata.base.Fault;

import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a request's header asks for: its route, its limits and the form of its response, the same
 * for each version of the protocol.
 */
final class Dispatch {
    private static final String OPTIONS = "OPTIONS";

    private final HttpServer server;
    private final HttpRequest head;
    private final RequestTarget target;
    private final Router.Match match;
    private final boolean gzipped;

    private Dispatch(HttpServer server, HttpRequest head, RequestTarget target, Router.Match match)
            throws HttpException {
        this.server = server;
        this.head = head;
        this.target = target;
        this.match = match;
        this.gzipped = isGzipped(head.headers());
        if (HttpUtil.getContentLength(head, 0L) > maxBytes()) {
            throw RequestBody.tooLong(maxBytes());
        }
    }

    /** @throws HttpException when the request is refused unread */
    static Dispatch of(HttpServer server, HttpRequest head) throws HttpException {
        server.headCheck().check(head);
        String method = head.method().name();
        boolean aboutServer = method.equals(OPTIONS) && head.uri().equals("*");
        RequestTarget target = RequestTarget.parse(aboutServer ? "/" : head.uri());
        Map<Method, Router.Match> matches =
                aboutServer ? Map.of() : server.router().matches(target.segments());
        Router.Match match = matches.get(method(method).orElse(null));
        if (match == null) {
            String where = method + " " + target.path();
            Response fixed = withoutRoute(method, matches, aboutServer, where);
            match = new Router.Match(Route.fixed(server.cors().preflight(head, fixed)), Map.of());
        }
        return new Dispatch(server, head, target, match);
    }

    /** Names the request in an error; empty when its target cannot be read. */
    static String where(HttpRequest head) {
        try {
            return head.method().name() + " " + RequestTarget.parse(head.uri()).path();
        } catch (HttpException e) {
            return "";
        }
    }

    private static Response withoutRoute(
            String method, Map<Method, Router.Match> matches, boolean aboutServer, String where) {
        if (matches.isEmpty() && !aboutServer) {
            return ErrorResponse.of(404, "no such resource", Fault.PEER, where);
        }
        String allowed = aboutServer
                ? "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
                : matches.keySet().stream().map(Method::name).collect(Collectors.joining(", "))
                        + (matches.containsKey(Method.GET) ? ", HEAD, OPTIONS" : ", OPTIONS");
        Response response = method.equals(OPTIONS)
                ? Response.empty(204)
                : ErrorResponse.of(405, "this resource allows " + allowed, Fault.PEER, where);
        return response.withHeader("allow", allowed);
    }

    private static boolean isGzipped(HttpHeaders headers) throws HttpException {
        List<String> codings = headers.getAll(HttpHeaderNames.CONTENT_ENCODING);
        if (codings.isEmpty()
                || codings.size() == 1 && codings.get(0).equalsIgnoreCase("identity")) {
            return false;
        }
        if (codings.size() == 1 && codings.get(0).equalsIgnoreCase("gzip")) {
            return true;
        }
        throw new HttpException(415, "bodies are taken as they are, or in gzip")
                .withHeader("accept-encoding", "gzip");
    }

    /** Longest body that is taken, before and after its content coding. */
    long maxBytes() {
        long own = match.route().bodyBytes();
        return own == Route.DEFAULT_BODY ? server.limits().bodyBytes() : own;
    }

    Exchange exchange(
            Channel channel,
            WriteGate gate,
            RequestBody body,
            boolean keepAlive,
            Exchange.Done done) {
        InputStream content = gzipped ? new GunzippedBody(body, maxBytes()) : body;
        Channel connection = connection(channel);
        SslHandler tls = connection.pipeline().get(SslHandler.class);
        Request request = new Request(
                method(head.method().name()).orElse(Method.GET),
                target,
                match.parameters(),
                head,
                content,
                (InetSocketAddress) connection.remoteAddress(),
                Optional.ofNullable(tls).map(handler -> handler.engine().getSession()));
        ResponseForm form = new ResponseForm(
                head.method().name().equals("HEAD"),
                head.protocolVersion().equals(HttpVersion.HTTP_1_0),
                ResponseForm.takesGzip(head.headers()),
                server.cors().headers(head));
        ResponseSender sender = new ResponseSender(channel, gate, form, keepAlive);
        return new Exchange(server, match.route(), request, body, sender, done);
    }

    /** Of a stream the connection that it is part of. */
    private static Channel connection(Channel channel) {
        return channel.parent() instanceof io.netty.channel.ServerChannel
                ? channel
                : channel.parent();
    }

    private static Optional<Method> method(String name) {
        for (Method method : Method.values()) {
            if (method.name().equals(name) || method == Method.GET && name.equals("HEAD")) {
                return Optional.of(method);
            }
        }
        return Optional.empty();
    }
}
