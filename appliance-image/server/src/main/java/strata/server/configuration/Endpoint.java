package strata.server.configuration;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host name or address and a TCP port.
 *
 * @param host as it was written; an IPv6 address without brackets
 * @param port 0 to 65535; 0 only where a server listens, for any free one
 */
public record Endpoint(String host, int port) {
    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9._-]{1,253}|[0-9a-fA-F:.]{2,45}");
    private static final Pattern TEXT = Pattern.compile("(\\[([^\\]]+)]|[^:]+):([0-9]{1,5})");

    public Endpoint {
        host = checkedHost(host);
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("a port is a number from 0 to 65535");
        }
    }

    /** Reads {@code host:port} or {@code [address]:port}. */
    static Endpoint parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("expected HOST:PORT");
        }
        String host = parts.group(2) == null ? parts.group(1) : parts.group(2);
        return new Endpoint(host, parsePort(parts.group(3)));
    }

    static int parsePort(String text) {
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > 65_535) {
            throw new IllegalArgumentException("a port is a number from 0 to 65535");
        }
        return Integer.parseInt(text);
    }

    static String checkedHost(String host) {
        String bare = host.startsWith("[") && host.endsWith("]")
                ? host.substring(1, host.length() - 1)
                : host;
        if (!HOST.matcher(bare).matches()) {
            throw new IllegalArgumentException("not a host name or address");
        }
        return bare;
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
