package strata.network.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Which pages of other origins may read our responses and send us requests (the Fetch standard,
 * CORS protocol). Without origins no page may. Immutable.
 *
 * @param origins {@code scheme://host[:port]} each, in lower case, or {@code *} alone for all
 * @param credentials whether a browser may send what it keeps of the user; never for all origins
 */
public record CorsPolicy(Set<String> origins, boolean credentials) {
    public static final CorsPolicy NONE = new CorsPolicy(Set.of(), false);

    private static final String ANY = "*";
    private static final Pattern ORIGIN =
            Pattern.compile("https?://(\\[[0-9a-f:.]+]|[a-z0-9._-]+)(:[0-9]{1,5})?");
    private static final String READABLE =
            "content-location, content-range, accept-ranges, etag, link, location, warning";
    private static final String SENDABLE =
            "accept, authorization, content-type, if-match, if-none-match, if-range, range";
    private static final String PREFLIGHT_SECONDS = "600";

    public CorsPolicy {
        origins = Set.copyOf(origins);
        if (origins.contains(ANY) ? origins.size() > 1 || credentials : !allValid(origins)) {
            throw new IllegalArgumentException("not origins that may be allowed: "
                    + new TreeSet<>(origins)
                    + (credentials ? " with credentials" : ""));
        }
    }

    private static boolean allValid(Set<String> origins) {
        return origins.stream().allMatch(o -> ORIGIN.matcher(o).matches());
    }

    boolean allows(String origin) {
        return origins.contains(ANY) || origins.contains(origin.toLowerCase(Locale.ROOT));
    }

    /** The fields of every response to this request. */
    Map<String, String> headers(HttpRequest head) {
        if (origins.isEmpty()) {
            return Map.of();
        }
        Map<String, String> fields = new LinkedHashMap<>();
        boolean any = origins.contains(ANY);
        String origin = head.headers().get(HttpHeaderNames.ORIGIN);
        if (!any) {
            fields.put("vary", "origin");
        }
        if (origin != null && allows(origin)) {
            fields.put("access-control-allow-origin", any ? ANY : origin);
            fields.put("access-control-expose-headers", READABLE);
            if (credentials) {
                fields.put("access-control-allow-credentials", "true");
            }
        }
        return fields;
    }

    /** What answers OPTIONS: the given response, and to a preflight what a page may do. */
    Response preflight(HttpRequest head, Response options) {
        String origin = head.headers().get(HttpHeaderNames.ORIGIN);
        boolean asks = head.method().name().equals("OPTIONS")
                && head.headers().contains(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
        if (!asks || origin == null || !allows(origin) || options.status() != 204) {
            return options;
        }
        return options.withHeader(
                        "access-control-allow-methods", options.headers().getOrDefault("allow", ""))
                .withHeader("access-control-allow-headers", SENDABLE)
                .withHeader("access-control-max-age", PREFLIGHT_SECONDS);
    }
}
