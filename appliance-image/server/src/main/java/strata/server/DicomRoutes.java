package strata.server;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

import strata.base.Fault;
import strata.base.StrataException;
import strata.console.AdminApi;
import strata.frontdoor.commitment.Transaction;
import strata.network.http.HttpException;
import strata.network.http.Request;
import strata.network.http.Response;
import strata.network.http.Router;

import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.function.Supplier;

/**
 * {@code GET /api/v1/commitments}: the storage commitment transactions, oldest first, at most
 * {@code limit} of the latest. {@code POST /api/v1/reload}: reads the configuration again; 409 with
 * what is wrong in it, and nothing has changed.
 */
final class DicomRoutes {
    private static final String GUARD = "X-Strata";
    private static final int DEFAULT_LIMIT = 1000;
    private static final JsonFactory JSON = new JsonFactory();

    /** Reads the configuration again. */
    interface Reload {
        /** @return the keys whose change needs a restart */
        List<String> run() throws IOException;
    }

    private final Supplier<List<Transaction>> commitments;
    private final Reload reload;

    DicomRoutes(Supplier<List<Transaction>> commitments, Reload reload) {
        this.commitments = commitments;
        this.reload = reload;
    }

    void addTo(Router.Builder routes) {
        routes.get(AdminApi.PATH + "/commitments", this::list)
                .post(AdminApi.PATH + "/reload", this::reload);
    }

    private Response list(Request request) throws IOException {
        String text = request.query("limit").orElse(Integer.toString(DEFAULT_LIMIT));
        if (!text.matches("[1-9]\\d{0,8}")) {
            throw new HttpException(400, "limit is a number from 1 to 999999999");
        }
        List<Transaction> all = commitments.get();
        int first = Math.max(0, all.size() - Integer.parseInt(text));
        StringWriter out = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartArray();
            for (Transaction each : all.subList(first, all.size())) {
                json.writeStartObject();
                json.writeStringField("transaction", each.uid().value());
                json.writeStringField("requester", each.requester().value());
                json.writeStringField("state", each.state().name());
                json.writeStringField("asked", each.asked().toString());
                json.writeStringField("since", each.since().toString());
                json.writeNumberField("copies", each.copies());
                json.writeNumberField("committed", each.committed());
                json.writeNumberField("failed", each.failed());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        return Response.json(out + "\n");
    }

    private Response reload(Request request) throws IOException {
        if (!request.header(GUARD).filter("1"::equals).isPresent()) {
            throw new HttpException(403, "this needs the header field " + GUARD + ": 1");
        }
        List<String> later;
        try {
            later = reload.run();
        } catch (StrataException e) {
            if (e.fault() != Fault.OPERATOR) {
                throw e;
            }
            throw new HttpException(409, e.getMessage(), e);
        }
        StringWriter out = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeArrayFieldStart("needRestart");
            for (String key : later) {
                json.writeString(key);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return Response.json(out + "\n");
    }
}
