package strata.console;

import com.fasterxml.jackson.core.JsonGenerator;

import strata.base.ObjectId;
import strata.base.Uid;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.network.http.HttpException;
import strata.network.http.Request;
import strata.network.http.Response;
import strata.policy.lifecycle.Keeping;
import strata.store.Compaction;
import strata.store.Decision;
import strata.store.Decisions;
import strata.store.Reason;
import strata.store.Scope;
import strata.store.SegmentSpace;
import strata.store.Store;

import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Deletion and its undoing, choices between versions, and the space of segments. */
final class KeepingPages {
    private static final long DEFAULT_LIMIT = 1000;
    private final Store store;
    private final Keeping keeping;

    KeepingPages(Store store, Keeping keeping) {
        this.store = store;
        this.keeping = keeping;
    }

    /**
     * Parameters: uid, text, and reason where it is a rejection. What is retained or held may be
     * rejected, which hides it, but not deleted.
     */
    Response delete(Request request) throws IOException {
        Reason reason = reason(request);
        if (reason == Reason.OPERATOR || reason == Reason.RETENTION_EXPIRED) {
            requireFree(request, scope(request));
        }
        return done(store.decisions().delete(scope(request), by(request, reason(request))));
    }

    private void requireFree(Request request, Scope scope) throws IOException {
        Set<Uid> studies = new TreeSet<>();
        for (Uid instance : scope.instances(store.catalog())) {
            store.catalog().versions(instance).forEach(v -> studies.add(v.key().study()));
        }
        for (Uid study : studies) {
            Optional<String> why = keeping.retention().forbids(study);
            if (why.isPresent()) {
                keeping.refused(study, AdminApi.actor(request), why.get());
                throw new HttpException(409, "study " + study + " is " + why.get());
            }
        }
    }

    Response restore(Request request) throws IOException {
        return done(store.decisions().restore(scope(request), by(request, Reason.OPERATOR)));
    }

    Response choose(Request request) throws IOException {
        String object = request.query("object").orElse("");
        ObjectId id;
        try {
            id = ObjectId.parse(object);
        } catch (IllegalArgumentException e) {
            throw new HttpException(400, "object names a version, SITE-SEQUENCE", e);
        }
        store.decisions().choose(id, by(request, Reason.OPERATOR));
        return JsonBody.whole(json -> {
            json.writeStartObject();
            json.writeStringField("object", id.toString());
            json.writeEndObject();
        });
    }

    private static Response done(Decisions.Done done) throws IOException {
        return JsonBody.whole(json -> {
            json.writeStartObject();
            json.writeNumberField("versions", done.versions());
            json.writeNumberField("bytes", done.bytes());
            json.writeEndObject();
        });
    }

    private static Scope scope(Request request) throws HttpException {
        try {
            return new Scope(new Uid(request.query("uid").orElse("")));
        } catch (IllegalArgumentException e) {
            throw new HttpException(
                    400, "the parameter uid names a study, a series or an instance", e);
        }
    }

    private static Reason reason(Request request) throws HttpException {
        String text = request.query("reason").orElse("operator");
        for (Reason reason : Reason.values()) {
            if (word(reason).equals(text)) {
                return reason;
            }
        }
        throw new HttpException(
                400,
                "reason is operator, quality, patient-safety,"
                        + " wrong-worklist-entry or retention-expired");
    }

    private static String word(Reason reason) {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Decisions.By by(Request request, Reason reason) throws HttpException {
        String text = request.query("text").orElse("");
        if (text.isBlank() || text.length() > Decision.MAX_TEXT) {
            throw new HttpException(
                    400, "the parameter text says why, in 1 to " + Decision.MAX_TEXT + " letters");
        }
        return new Decisions.By(AdminApi.actor(request), reason, text, Optional.empty());
    }

    /** What can still be restored. */
    Response deleted(Request request) throws IOException {
        long limit = AdminApi.limit(request, DEFAULT_LIMIT);
        return JsonBody.streamed(json -> {
            json.writeStartArray();
            try (VersionCursor versions = store.decisions().deleted()) {
                for (long left = limit; left > 0 && versions.hasNext(); left--) {
                    deleted(json, versions.next());
                }
            }
            json.writeEndArray();
        });
    }

    private void deleted(JsonGenerator json, VersionEntry version) throws IOException {
        Optional<Decision> decision = store.decisions().on(version.id());
        Optional<Instant> until =
                decision.map(d -> d.at().plus(store.options().deletion().grace()));
        json.writeStartObject();
        json.writeStringField("object", version.id().toString());
        json.writeStringField("studyInstanceUid", version.key().study().value());
        json.writeStringField("seriesInstanceUid", version.key().series().value());
        json.writeStringField("sopInstanceUid", version.key().instance().value());
        json.writeNumberField("bytes", version.lengthBytes());
        JsonBody.text(json, "deletedAt", decision.map(Decision::at));
        JsonBody.text(json, "restorableUntil", until);
        JsonBody.text(json, "reason", decision.map(d -> word(d.reason())));
        JsonBody.text(json, "note", decision.flatMap(Decision::note));
        JsonBody.text(json, "actor", decision.map(Decision::actor));
        JsonBody.text(json, "text", decision.map(Decision::text));
        json.writeEndObject();
    }

    Response segments(Request request) throws IOException {
        return JsonBody.streamed(json -> {
            json.writeStartArray();
            for (SegmentSpace each : store.compaction().space()) {
                json.writeStartObject();
                json.writeNumberField("segment", each.segment());
                json.writeStringField("state", each.state().name());
                json.writeStringField("createdAt", each.createdAt().toString());
                json.writeNumberField("fileBytes", each.fileBytes());
                json.writeNumberField("records", each.records());
                json.writeNumberField("liveRecords", each.liveRecords());
                json.writeNumberField("liveBytes", each.liveBytes());
                json.writeNumberField("deadBytes", each.deadBytes());
                json.writeNumberField("liveShare", Math.round(each.liveShare() * 1000) / 1000.0);
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    /** Rewrites everything that has dead records, at full speed: a line for each segment. */
    Response compact(Request request) {
        return Response.stream("application/x-ndjson", to -> {
            Compaction.Report report = store.compaction()
                    .all((done, of, copiedBytes) -> JsonBody.line(to, json -> {
                        json.writeStartObject();
                        json.writeStringField("type", "progress");
                        json.writeNumberField("done", done);
                        json.writeNumberField("of", of);
                        json.writeNumberField("copiedBytes", copiedBytes);
                        json.writeEndObject();
                    }));
            JsonBody.line(to, json -> {
                json.writeStartObject();
                json.writeStringField("type", "summary");
                json.writeNumberField("segments", report.segments());
                json.writeNumberField("reclaimedBytes", report.reclaimedBytes());
                json.writeNumberField("copiedBytes", report.copiedBytes());
                json.writeEndObject();
            });
        });
    }

    Response clock(Request request) throws IOException {
        return clock(store.time().now());
    }

    /** The operator says that the clock is right. */
    Response confirmClock(Request request) throws IOException {
        return clock(store.confirmClock(AdminApi.actor(request)));
    }

    private Response clock(Instant now) throws IOException {
        boolean doubted = store.time().isDoubted();
        return JsonBody.whole(json -> {
            json.writeStartObject();
            json.writeStringField("reckoned", now.toString());
            json.writeStringField("clock", store.now().toString());
            json.writeBooleanField("doubted", doubted);
            json.writeEndObject();
        });
    }
}
