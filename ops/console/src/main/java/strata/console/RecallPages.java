package strata.console;

import com.fasterxml.jackson.core.JsonGenerator;

import strata.base.Uid;
import strata.mover.MoveProgress;
import strata.mover.recall.RecallCause;
import strata.mover.recall.RecallEntry;
import strata.mover.recall.RecallQueue;
import strata.mover.recall.RecallRequest;
import strata.mover.recall.RecallState;
import strata.mover.recall.RecallTarget;
import strata.mover.recall.RecallTotals;
import strata.network.http.HttpException;
import strata.network.http.Request;
import strata.network.http.Response;
import strata.store.Store;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What comes back to hot, and what is on its way to a tier. */
final class RecallPages {
    private final Store store;
    private final RecallQueue queue;
    private final MoveProgress moves;

    RecallPages(Store store, RecallQueue queue, MoveProgress moves) {
        this.store = store;
        this.queue = queue;
        this.moves = moves;
    }

    /** Parameters: study, series. Asks and does not wait. */
    Response ask(Request request) throws IOException {
        RecallTarget target = target(request);
        if (store.catalog().summary(target.study()).isEmpty()) {
            throw AdminApi.unknown(target.study());
        }
        RecallEntry entry = queue.ask(RecallRequest.of(target, RecallCause.OPERATOR));
        return JsonBody.whole(json -> entry(json, entry));
    }

    /** Parameters: study, series. Whatever it was asked for by. */
    Response cancel(Request request) throws IOException {
        RecallTarget target = target(request);
        if (!queue.cancel(target)) {
            throw new HttpException(404, "no recall of " + target + " is in the queue");
        }
        RecallEntry entry = queue.find(target)
                .orElseThrow(() -> new HttpException(404, "no recall of " + target));
        return JsonBody.whole(json -> entry(json, entry));
    }

    /** Parameter: study, for those of one study. */
    Response list(Request request) throws IOException {
        Optional<Uid> study = AdminApi.optionalStudy(request);
        List<RecallEntry> entries = study.isPresent() ? queue.of(study.get()) : queue.list();
        return JsonBody.streamed(json -> {
            json.writeStartArray();
            for (RecallEntry entry : entries) {
                entry(json, entry);
            }
            json.writeEndArray();
        });
    }

    private static RecallTarget target(Request request) throws HttpException {
        Uid study = AdminApi.study(request);
        Optional<String> series = request.query("series");
        if (series.isPresent() && !Uid.isValid(series.get())) {
            throw new HttpException(400, "series is not a UID");
        }
        return new RecallTarget(study, series.map(Uid::new));
    }

    private static void entry(JsonGenerator json, RecallEntry entry) throws IOException {
        json.writeStartObject();
        json.writeStringField("studyInstanceUid", entry.target().study().value());
        JsonBody.text(json, "seriesInstanceUid", entry.target().series());
        json.writeStringField("cause", entry.cause().label());
        json.writeStringField("state", StatusPage.word(entry.state()));
        json.writeStringField("askedAt", entry.asked().toString());
        JsonBody.text(json, "deadline", entry.deadline());
        json.writeNumberField("objects", entry.objects());
        json.writeNumberField("bytes", entry.bytes());
        json.writeNumberField("objectsDone", entry.objectsDone());
        json.writeNumberField("bytesDone", entry.bytesDone());
        json.writeNumberField("tries", entry.tries());
        if (entry.left().isPresent()) {
            json.writeNumberField("leftSeconds", entry.left().get().toMillis() / 1e3);
        } else {
            json.writeNullField("leftSeconds");
        }
        JsonBody.text(json, "trouble", entry.trouble());
        json.writeEndObject();
    }

    /** The fields of the status page. */
    void sums(JsonGenerator json) throws IOException {
        RecallTotals totals = queue.totals();
        json.writeObjectFieldStart("recalls");
        for (RecallState state : RecallState.values()) {
            json.writeNumberField(
                    StatusPage.word(state), totals.requests().getOrDefault(state, 0L));
        }
        json.writeNumberField("bytesLeft", totals.bytesLeft());
        json.writeNumberField("bytesPerSecond", Math.round(totals.bytesPerSecond()));
        if (totals.left().isPresent()) {
            json.writeNumberField("leftSeconds", totals.left().get().toMillis() / 1e3);
        } else {
            json.writeNullField("leftSeconds");
        }
        json.writeEndObject();
        json.writeArrayFieldStart("moves");
        for (MoveProgress.Move move : moves.moves()) {
            move(json, move);
        }
        json.writeEndArray();
    }

    private static void move(JsonGenerator json, MoveProgress.Move move) throws IOException {
        json.writeStartObject();
        json.writeStringField("studyInstanceUid", move.study().value());
        json.writeStringField("tier", move.tier());
        json.writeNumberField("objects", move.objects());
        json.writeNumberField("bytes", move.bytes());
        json.writeNumberField("objectsDone", move.objectsDone());
        json.writeNumberField("bytesRead", move.bytesRead());
        json.writeNumberField("bytesVerified", move.bytesVerified());
        json.writeNumberField("bytesPerSecond", Math.round(move.bytesPerSecond()));
        if (move.left().isPresent()) {
            json.writeNumberField("leftSeconds", move.left().get().toMillis() / 1e3);
        } else {
            json.writeNullField("leftSeconds");
        }
        json.writeEndObject();
    }
}
