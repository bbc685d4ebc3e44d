package strata.network.http;

/** Request methods that a route can name; HEAD and OPTIONS are answered from these. */
public enum Method {
    GET,
    POST,
    PUT,
    PATCH,
    DELETE
}
