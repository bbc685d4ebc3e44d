package strata.network.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

import java.util.Locale;
import java.util.Map;

/**
 * How a response is to be sent, by what its request says.
 *
 * @param head without a body
 * @param http10 to a peer that knows no chunks
 * @param gzip the peer takes this content coding
 * @param headers further fields of each response to this request
 */
record ResponseForm(boolean head, boolean http10, boolean gzip, Map<String, String> headers) {
    /** Below this a coding costs more than it saves. */
    static final int LEAST_GZIP_BYTES = 1024;

    /** For a request that was refused unread. */
    static final ResponseForm PLAIN = new ResponseForm(false, false, false, Map.of());

    /** RFC 9110 12.5.3: named, or meant by {@code *}, and not with a weight of 0. */
    static boolean takesGzip(HttpHeaders request) {
        Boolean named = null;
        boolean any = false;
        for (String field : request.getAll(HttpHeaderNames.ACCEPT_ENCODING)) {
            for (String each : field.split(",", 32)) {
                String[] parts = each.strip().toLowerCase(Locale.ROOT).split(";", 2);
                boolean refused = parts.length > 1 && parts[1].strip().matches("q=0(\\.0{0,3})?");
                switch (parts[0].strip()) {
                    case "gzip", "x-gzip" -> named = !refused;
                    case "*" -> any = !refused;
                    default -> any |= false;
                }
            }
        }
        return named == null ? any : named;
    }

    /** Whether this response gets the coding; only whole ones of a kind that shrinks. */
    boolean codes(Response response) {
        return gzip
                && isText(response)
                && response.status() == 200
                && (response.lengthBytes() < 0 || response.lengthBytes() >= LEAST_GZIP_BYTES);
    }

    /** Whether the response depends on Accept-Encoding. */
    static boolean isText(Response response) {
        Map<String, String> headers = response.headers();
        String type = headers.getOrDefault("content-type", "").toLowerCase(Locale.ROOT);
        int end = type.indexOf(';');
        String essence = (end < 0 ? type : type.substring(0, end)).strip();
        boolean coded = headers.keySet().stream()
                .anyMatch(name -> name.equalsIgnoreCase("content-encoding"));
        return !coded
                && (essence.endsWith("json")
                        || essence.endsWith("xml")
                        || essence.startsWith("text/"));
    }
}
