package strata.console;

import strata.base.Uid;
import strata.network.http.HttpException;
import strata.network.http.Request;
import strata.network.http.Response;
import strata.policy.lifecycle.Hold;
import strata.policy.lifecycle.Keeping;
import strata.store.Store;

import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** Holds case by case, and the second word on deletions. */
final class HoldPages {
    private final Store store;
    private final Keeping keeping;

    HoldPages(Store store, Keeping keeping) {
        this.store = store;
        this.keeping = keeping;
    }

    Response list(Request request) {
        List<Hold> holds = keeping.book().holds();
        return JsonBody.streamed(json -> {
            json.writeStartArray();
            for (Hold hold : holds) {
                json.writeStartObject();
                json.writeStringField("studyInstanceUid", hold.study().value());
                json.writeStringField("case", hold.caseName());
                json.writeStringField("at", hold.at().toString());
                json.writeStringField("actor", hold.actor());
                json.writeStringField("text", hold.text());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    /** Parameters: study, case, text. A study that is not here yet can be held too. */
    Response place(Request request) throws IOException {
        return put(request, true);
    }

    Response lift(Request request) throws IOException {
        return put(request, false);
    }

    private Response put(Request request, boolean placed) throws IOException {
        Uid study = AdminApi.study(request);
        Hold hold;
        try {
            hold = new Hold(
                    request.query("case").orElse(""),
                    study,
                    placed,
                    store.time().now(),
                    AdminApi.actor(request),
                    text(request));
        } catch (IllegalArgumentException e) {
            throw new HttpException(400, e.getMessage(), e);
        }
        List<String> before = keeping.book().cases(study);
        if (!placed && !before.contains(hold.caseName())) {
            throw new HttpException(404, "study " + study + " is not held for this case");
        }
        keeping.book().put(hold);
        return JsonBody.whole(json -> {
            json.writeStartObject();
            json.writeStringField("studyInstanceUid", study.value());
            JsonBody.texts(json, "cases", keeping.book().cases(study));
            json.writeEndObject();
        });
    }

    /** Parameters: study, text. What was deleted in it up to now may be purged. */
    Response release(Request request) throws IOException {
        Uid study = AdminApi.study(request);
        String text = text(request);
        Instant now = store.time().now();
        if (store.time().isDoubted()) {
            throw new HttpException(409, "the clock is doubted; confirm it first");
        }
        keeping.book().release(study, now, AdminApi.actor(request), text);
        return JsonBody.whole(json -> {
            json.writeStartObject();
            json.writeStringField("studyInstanceUid", study.value());
            json.writeStringField("releasedUntil", now.toString());
            json.writeEndObject();
        });
    }

    private static String text(Request request) throws HttpException {
        String text = request.query("text").orElse("");
        if (text.isBlank() || text.length() > Hold.MAX_TEXT) {
            throw new HttpException(
                    400, "the parameter text says why, in 1 to " + Hold.MAX_TEXT + " letters");
        }
        return text;
    }
}
