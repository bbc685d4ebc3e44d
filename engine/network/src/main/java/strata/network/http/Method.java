package strata.network.http;

/** Request methods that a route can name; HEAD and OPTIONS are answered from these. */
public enum Method {
    GET,
    POST,
    PUT,
    PATCH,
    DELETE;

    /** Whether a request with this method changes nothing (RFC 9110 9.2.1). */
    boolean isSafe() {
        return this == GET;
    }
}
