package strata.server;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

import strata.base.OperatorException;
import strata.console.AdminApi;
import strata.network.http.HttpException;
import strata.network.http.Request;
import strata.network.http.Response;
import strata.network.http.Router;

import java.io.IOException;
import java.io.StringWriter;

/**
 * {@code POST /api/v1/replica/promote?text=}: this site purges from now on. {@code GET}: which one
 * does.
 */
final class PromoteRoutes {
    private static final JsonFactory JSON = new JsonFactory();

    private final PurgingSite purging;

    PromoteRoutes(PurgingSite purging) {
        this.purging = purging;
    }

    void addTo(Router.Builder routes) {
        routes.get(AdminApi.PATH + "/replica/promote", request -> show())
                .post(AdminApi.PATH + "/replica/promote", AdminApi.guarded(this::promote));
    }

    private Response promote(Request request) throws IOException {
        try {
            purging.promote(AdminApi.actor(request), request.query("text").orElse(""));
        } catch (OperatorException e) {
            throw new HttpException(400, e.getMessage(), e);
        }
        return show();
    }

    private Response show() throws IOException {
        StringWriter out = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeBooleanField("purgesHere", purging.isHere());
            json.writeStringField("promoted", purging.promoted().orElse(""));
            json.writeEndObject();
        }
        return Response.json(out + "\n");
    }
}
