package strata.console;

import strata.catalog.PatientId;
import strata.catalog.Person;
import strata.network.http.HttpException;
import strata.network.http.Request;
import strata.network.http.Response;
import strata.policy.lifecycle.patients.PatientBook;
import strata.policy.lifecycle.patients.PatientMerge;
import strata.store.Store;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * Which patients were merged, and the operator's word on them. Identifiers come in bodies and go
 * out in answers; no log line, address or entry of the audit trail has one.
 */
final class PatientPages {
    private static final String PATIENT = "patient";
    private static final String ISSUER = "issuer";
    private static final String INTO = "into";
    private static final String INTO_ISSUER = "intoIssuer";
    private static final Set<String> ONE = Set.of(PATIENT, ISSUER);
    private static final Set<String> BOTH = Set.of(PATIENT, ISSUER, INTO, INTO_ISSUER);

    private final Store store;
    private final PatientBook book;

    PatientPages(Store store, PatientBook book) {
        this.store = store;
        this.book = book;
    }

    /** Parameter all: also merges that were taken back. */
    Response list(Request request) {
        boolean all = request.query("all").isPresent();
        List<PatientMerge> words =
                book.all().stream().filter(each -> all || each.active()).toList();
        return JsonBody.streamed(json -> {
            json.writeStartArray();
            for (PatientMerge word : words) {
                json.writeStartObject();
                json.writeStringField("patientId", word.merged().id());
                json.writeStringField("issuer", word.merged().issuer());
                json.writeStringField("intoPatientId", word.into().id().id());
                json.writeStringField("intoIssuer", word.into().id().issuer());
                json.writeBooleanField("merged", word.active());
                json.writeStringField("at", word.at().toString());
                json.writeStringField("actor", word.actor());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    /** Body: patient, issuer, into, intoIssuer. */
    Response merge(Request request) throws IOException {
        JsonFields body = JsonFields.of(request, BOTH);
        PatientId merged = id(body, PATIENT, ISSUER);
        PatientId into = id(body, INTO, INTO_ISSUER);
        try {
            book.merge(merged, Person.of(into), store.time().now(), AdminApi.actor(request));
        } catch (IllegalArgumentException e) {
            throw new HttpException(400, e.getMessage(), e);
        }
        return done(true);
    }

    /** Body: patient, issuer. */
    Response unmerge(Request request) throws IOException {
        PatientId merged = id(JsonFields.of(request, ONE), PATIENT, ISSUER);
        if (!book.unmerge(merged, store.time().now(), AdminApi.actor(request))) {
            throw new HttpException(404, "this patient is not merged into another");
        }
        return done(false);
    }

    private static Response done(boolean merged) throws IOException {
        return JsonBody.whole(json -> {
            json.writeStartObject();
            json.writeBooleanField("merged", merged);
            json.writeEndObject();
        });
    }

    private static PatientId id(JsonFields body, String id, String issuer) throws HttpException {
        try {
            return new PatientId(body.text(id), body.text(issuer));
        } catch (IllegalArgumentException e) {
            throw new HttpException(400, id + ": " + e.getMessage(), e);
        }
    }
}
