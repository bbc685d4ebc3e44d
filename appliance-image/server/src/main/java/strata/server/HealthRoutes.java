package strata.server;

import strata.network.http.Response;
import strata.network.http.Router;
import strata.telemetry.PrometheusMetrics;

import java.util.Map;
import java.util.function.Supplier;

/**
 * {@code /health/live}: the process answers. {@code /health/ready}: it takes and gives objects; 503
 * with the reasons when a medium does not serve. {@code /metrics}: Prometheus text.
 */
final class HealthRoutes {
    private static final String GOOD = "AVAILABLE";

    private final Supplier<Map<String, String>> media;
    private final PrometheusMetrics metrics;

    HealthRoutes(Supplier<Map<String, String>> media, PrometheusMetrics metrics) {
        this.media = media;
        this.metrics = metrics;
    }

    void addTo(Router.Builder routes) {
        routes.get("/health/live", request -> Response.json("{\"live\":true}"));
        routes.get("/health/ready", request -> ready());
        routes.get("/metrics", request -> {
            String accept = request.header("accept").orElse("");
            return Response.bytes(200, metrics.contentType(accept), metrics.scrape(accept));
        });
    }

    private Response ready() {
        Map<String, String> states = media.get();
        boolean ready = states.values().stream().allMatch(GOOD::equals);
        StringBuilder body = new StringBuilder("{\"ready\":").append(ready);
        states.forEach((name, state) ->
                body.append(",\"").append(name).append("\":\"").append(state).append('"'));
        return Response.json(ready ? 200 : 503, body.append('}').toString());
    }
}
