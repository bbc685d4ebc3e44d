package strata.network.http;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

import strata.base.Fault;
import strata.base.StorageException;
import strata.base.StrataException;

import java.util.Map;

/** The JSON body of every error: {@code {"error": what, "fault": who, "where": request}}. */
final class ErrorResponse {
    private ErrorResponse() {}

    /** What a handler's exception becomes; one that names no fault is ours and tells no details. */
    static Response of(Exception failure, String where) {
        if (failure instanceof HttpException http) {
            Response response = of(http.status(), http.getMessage(), http.fault(), where);
            for (Map.Entry<String, String> header : http.headers().entrySet()) {
                response = response.withHeader(header.getKey(), header.getValue());
            }
            return response;
        }
        if (failure instanceof StorageException storage) {
            int status = switch (storage.kind()) {
                case FULL, READ_ONLY -> 507;
                case UNAVAILABLE, ON_ITS_WAY -> 503;
                case FAILED -> 500;
            };
            return of(status, storage.getMessage(), storage.fault(), where);
        }
        if (failure instanceof StrataException known) {
            int status = switch (known.fault()) {
                case PEER, OPERATOR -> 400;
                case DISK, STRATA -> 500;
            };
            return of(status, known.getMessage(), known.fault(), where);
        }
        return of(500, "internal error, see the server's log", Fault.STRATA, where);
    }

    static Response of(int status, String error, Fault fault, String where) {
        return Response.json(
                status,
                "{\"error\":\"" + quoted(error) + "\",\"fault\":\"" + fault + "\",\"where\":\""
                        + quoted(where) + "\"}\n");
    }

    private static String quoted(String text) {
        return new String(JsonStringEncoder.getInstance().quoteAsString(text == null ? "" : text));
    }
}
