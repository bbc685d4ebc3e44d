package strata.network.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Decides from its header alone whether a request is looked at. */
final class HeadCheck {
    private static final Pattern AUTHORITY =
            Pattern.compile("(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?");
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[::1]|\\[0:0:0:0:0:0:0:1]");

    private final boolean loopbackOnly;
    private final String bind;
    private final CorsPolicy cors;

    HeadCheck(String bind, InetAddress bound, CorsPolicy cors) {
        this.cors = cors;
        this.loopbackOnly = bound.isLoopbackAddress();
        this.bind = bind.toLowerCase(Locale.ROOT);
    }

    void check(HttpRequest head) throws HttpException {
        if (head.decoderResult().isFailure()) {
            throw undecodable(head.decoderResult().cause());
        }
        HttpVersion version = head.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
            throw new HttpException(505, "this server speaks HTTP/1.1");
        }
        checkFraming(head);
        String host = checkHost(head);
        checkOrigin(head, host);
    }

    private static HttpException undecodable(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return new HttpException(414, "the request line is too long", cause);
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return new HttpException(431, "the header fields are too long", cause);
        }
        return new HttpException(400, "not a request that this server understands", cause);
    }

    /** The decoder refuses Content-Length beside chunks; this refuses any other encoding. */
    private static void checkFraming(HttpRequest head) throws HttpException {
        HttpHeaders headers = head.headers();
        List<String> encodings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (encodings.isEmpty()) {
            return;
        }
        boolean chunked = encodings.size() == 1 && encodings.get(0).equalsIgnoreCase("chunked");
        if (!chunked
                || headers.contains(HttpHeaderNames.CONTENT_LENGTH)
                || head.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            throw new HttpException(400, "the body's length is not told in one clear way");
        }
    }

    /**
     * A page of another origin can make a browser ask a name that it then points at this machine;
     * the name stays in the Host field, so a server on loopback answers only to names of loopback.
     */
    private String checkHost(HttpRequest head) throws HttpException {
        List<String> hosts = head.headers().getAll(HttpHeaderNames.HOST);
        if (hosts.isEmpty() && head.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            return "localhost";
        }
        if (hosts.size() != 1 || !AUTHORITY.matcher(hosts.get(0)).matches()) {
            throw new HttpException(400, "one valid Host field is needed");
        }
        String host = hosts.get(0);
        checkName(host);
        String target = head.uri();
        if (target.startsWith("http://") || target.startsWith("https://")) {
            int from = target.indexOf("//") + 2;
            int slash = target.indexOf('/', from);
            String authority = target.substring(from, slash < 0 ? target.length() : slash);
            if (!authority.equalsIgnoreCase(host)) {
                throw new HttpException(400, "the URL names another host than the Host field");
            }
        }
        return host;
    }

    private void checkName(String authority) throws HttpException {
        String name = authority.replaceFirst(":[0-9]+$", "").toLowerCase(Locale.ROOT);
        if (loopbackOnly && !name.equals(bind) && !LOOPBACK.matcher(name).matches()) {
            throw new HttpException(400, "this server answers only to names of loopback");
        }
    }

    /** What changes something must not come from a page of another origin. */
    private void checkOrigin(HttpRequest head, String host) throws HttpException {
        String origin = head.headers().get(HttpHeaderNames.ORIGIN);
        String method = head.method().name();
        if (origin == null || method.equals("GET") || method.equals("HEAD")) {
            return;
        }
        if (!cors.allows(origin)
                && !origin.equalsIgnoreCase("http://" + host)
                && !origin.equalsIgnoreCase("https://" + host)) {
            throw new HttpException(403, "the request comes from a page of another origin");
        }
    }
}
