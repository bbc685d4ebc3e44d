package strata.network.http;

import strata.base.Metrics;

import java.util.function.DoubleSupplier;

/** What the HTTP server tells about itself; routes are named by their templates. */
final class HttpMetrics {
    private final Metrics.Counter requests;
    private final Metrics.Histogram seconds;
    private final Metrics.Counter refused;
    private final Metrics.Counter sentBytes;
    private final Metrics.Counter handshakes;

    HttpMetrics(Metrics metrics, DoubleSupplier openConnections) {
        requests = metrics.counter(
                "strata_http_requests_total", "Requests answered.", "route", "status");
        seconds = metrics.histogram(
                "strata_http_request_seconds",
                "From the end of a request's header to the end of its response.",
                "route");
        refused = metrics.counter(
                "strata_http_refused_requests_total",
                "Requests refused before a handler saw them.",
                "status");
        sentBytes = metrics.counter("strata_http_sent_bytes_total", "Bytes of response bodies.");
        handshakes = metrics.counter(
                "strata_http_tls_failures_total",
                "Connections without agreement on TLS, or with a certificate that is not trusted.");
        metrics.gauge("strata_http_open_connections", "Open connections.", openConnections);
    }

    void answered(Route route, int status, long nanos, long bodyBytes) {
        requests.increment(route.template(), Integer.toString(status));
        seconds.observe(nanos / 1e9, route.template());
        sentBytes.add(bodyBytes);
    }

    void handshakeFailed() {
        handshakes.increment();
    }

    void refused(int status) {
        refused.increment(Integer.toString(status));
    }
}
