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

/** Which patients were merged, and the operator's word on them. */
final class PatientPages {
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

    /** Parameters: patient, issuer, into, intoIssuer. */
    Response merge(Request request) throws IOException {
        PatientId merged = id(request, "patient", "issuer");
        PatientId into = id(request, "into", "intoIssuer");
        try {
            book.merge(merged, Person.of(into), store.time().now(), AdminApi.actor(request));
        } catch (IllegalArgumentException e) {
            throw new HttpException(400, e.getMessage(), e);
        }
        return done(true);
    }

    /** Parameters: patient, issuer. */
    Response unmerge(Request request) throws IOException {
        PatientId merged = id(request, "patient", "issuer");
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

    private static PatientId id(Request request, String id, String issuer) throws HttpException {
        try {
            return new PatientId(
                    request.query(id).orElse(""), request.query(issuer).orElse(""));
        } catch (IllegalArgumentException e) {
            throw new HttpException(400, "the parameter " + id + ": " + e.getMessage(), e);
        }
    }
}
