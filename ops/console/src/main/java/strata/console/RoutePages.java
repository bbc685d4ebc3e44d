package strata.console;

import com.fasterxml.jackson.core.JsonGenerator;

import strata.base.Uid;
import strata.network.http.Request;
import strata.network.http.Response;
import strata.network.http.Router;
import strata.policy.lifecycle.routing.RouteEntry;
import strata.policy.lifecycle.routing.RouteQueue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What rules send to DICOM peers: what waits, what is parked, and trying it again. */
public final class RoutePages {
    private final RouteQueue queue;

    public RoutePages(RouteQueue queue) {
        this.queue = queue;
    }

    public void addTo(Router.Builder routes) {
        routes.get(AdminApi.PATH + "/routes", this::list)
                .post(AdminApi.PATH + "/routes/retry", AdminApi.guarded(this::retry));
    }

    /** Parameters: study, destination. */
    private Response list(Request request) throws IOException {
        Optional<Uid> study = AdminApi.optionalStudy(request);
        Optional<String> peer = destination(request);
        List<RouteEntry> entries = queue.list().stream()
                .filter(e -> study.isEmpty() || study.get().equals(e.study()))
                .filter(e -> peer.isEmpty() || peer.get().equals(e.peer()))
                .toList();
        return JsonBody.streamed(json -> {
            json.writeStartArray();
            for (RouteEntry entry : entries) {
                entry(json, entry);
            }
            json.writeEndArray();
        });
    }

    private static void entry(JsonGenerator json, RouteEntry entry) throws IOException {
        json.writeStartObject();
        json.writeStringField("studyInstanceUid", entry.study().value());
        json.writeStringField("destination", entry.peer());
        json.writeStringField("state", entry.state().label());
        json.writeStringField("askedAt", entry.asked().toString());
        json.writeNumberField("tries", entry.tries());
        json.writeNumberField("instancesLeft", entry.left());
        JsonBody.text(json, "trouble", entry.trouble());
        json.writeEndObject();
    }

    /** Parameters: study, destination; without them everything that failed. */
    private Response retry(Request request) throws IOException {
        int count = queue.retry(AdminApi.optionalStudy(request), destination(request));
        return JsonBody.whole(json -> {
            json.writeStartObject();
            json.writeNumberField("studies", count);
            json.writeEndObject();
        });
    }

    private static Optional<String> destination(Request request) {
        return request.query("destination").filter(text -> !text.isEmpty());
    }
}
