package strata.frontdoor.web;

import strata.base.AeTitle;
import strata.base.Audit;
import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.Catalog;
import strata.catalog.QueryLevel;
import strata.catalog.QuerySpec;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;
import strata.frontdoor.QueryPolicy;
import strata.network.http.Caller;
import strata.network.http.HttpException;
import strata.network.http.Request;
import strata.network.http.Response;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * QIDO-RS, PS3.18 10.6: searches for studies, series and instances, answered from the catalog as
 * C-FIND is. Results come in the order of the catalog's index, so that pages of one search do not
 * overlap while nothing arrives. Memory is bounded: the first results are held to know the status
 * and the warnings, the rest is read while it is sent. Thread-safe.
 */
final class QidoRoutes {
    /** Results that are held; a longer answer is read once more while it is sent. */
    private static final int HELD = 256;

    private static final List<MediaType> OFFERED =
            List.of(MediaType.DICOM_JSON, MediaType.JSON, MediaType.multipart(MediaType.DICOM_XML));

    private final Catalog catalog;
    private final AeTitle own;
    private final QueryPolicy policy;
    private final Metrics.Histogram seconds;
    private final Metrics.Counter results;
    private final Audit audit;

    QidoRoutes(Catalog catalog, AeTitle own, QueryPolicy policy, Metrics metrics, Audit audit) {
        this.catalog = catalog;
        this.own = own;
        this.policy = policy;
        this.audit = audit;
        this.seconds = metrics.histogram(
                "strata_qido_seconds", "QIDO-RS until the answer is known to begin", "level");
        this.results = metrics.counter("strata_qido_results_total", "Results sent", "level");
    }

    void addTo(DicomWeb.Routes routes) {
        routes.get("/studies", r -> search(r, QueryLevel.STUDY, false, false));
        routes.get("/series", r -> search(r, QueryLevel.SERIES, false, false));
        routes.get("/instances", r -> search(r, QueryLevel.IMAGE, false, false));
        routes.get("/studies/{study}/series", r -> search(r, QueryLevel.SERIES, true, false));
        routes.get("/studies/{study}/instances", r -> search(r, QueryLevel.IMAGE, true, false));
        routes.get(
                "/studies/{study}/series/{series}/instances",
                r -> search(r, QueryLevel.IMAGE, true, true));
    }

    /**
     * A search with its bounds.
     *
     * @param count results to send, at most
     */
    private record Search(
            QuerySpec spec, long offset, long count, String url, Caller.Studies studies) {}

    /**
     * What the start of a search told.
     *
     * @param first the first results
     * @param whole whether these are all that are sent
     * @param more whether there are results beyond what is sent
     */
    private record Beginning(List<DataSet> first, boolean whole, boolean more) {}

    private Response search(Request request, QueryLevel level, boolean inStudy, boolean inSeries)
            throws IOException {
        long began = System.nanoTime();
        Optional<Uid> study =
                inStudy ? Optional.of(request.pathUid("study")) : Optional.<Uid>empty();
        Optional<Uid> series =
                inSeries ? Optional.of(request.pathUid("series")) : Optional.<Uid>empty();
        MediaType type = Accept.of(request).choose(OFFERED).offered();
        QidoQuery query = new QidoQuery(level, study, series, request.queries());
        QuerySpec spec = query.spec();
        if (spec.identifier().contains(Tag.RetrieveAETitle)) {
            spec = spec.withRetrieveAeTitle(own);
        }
        if (!policy.answersUniversal() && spec.isUniversal()) {
            throw new HttpException(413, "a search without any value is not answered here");
        }
        long wanted = query.limit().orElse(Long.MAX_VALUE);
        long count = Math.min(wanted, policy.maxPage());
        Search search = new Search(
                spec,
                query.offset(),
                count,
                DicomWeb.url(request),
                request.caller().studies());
        Beginning beginning = begin(search, wanted > count);
        seconds.observe((System.nanoTime() - began) / 1e9, level.name());
        Response response = respond(request, search, beginning, type);
        return warned(response, warnings(search, query, beginning));
    }

    private Beginning begin(Search search, boolean tellsMore) throws IOException {
        List<DataSet> first = new ArrayList<>();
        try (KnownAnswers answers = open(search)) {
            skip(answers, search.offset);
            long found = 0;
            while (found < search.count && answers.hasNext()) {
                if (found < HELD) {
                    first.add(answers.next());
                } else if (tellsMore) {
                    answers.next();
                } else {
                    return new Beginning(first, false, false);
                }
                found++;
            }
            return new Beginning(first, found <= HELD, tellsMore && answers.hasNext());
        }
    }

    private KnownAnswers open(Search search) {
        return new KnownAnswers(catalog.query(search.spec), search.studies);
    }

    private static void skip(KnownAnswers answers, long count) throws IOException {
        for (long i = 0; i < count && answers.hasNext(); i++) {
            answers.next();
        }
    }

    private Response respond(Request request, Search search, Beginning beginning, MediaType type) {
        if (beginning.first.isEmpty()) {
            record(request, search, 0);
            return Response.empty(204);
        }
        boolean multipart = type.isMultipart();
        String boundary = MultipartWriter.boundary();
        String contentType = multipart
                ? MultipartWriter.contentType(MediaType.DICOM_XML, boundary)
                : type.toString();
        return Response.stream(contentType, out -> {
            QidoResults to = multipart
                    ? new QidoResults.Xml(new MultipartWriter(out, boundary, search.url))
                    : new QidoResults.Json(out);
            long sent = send(search, beginning, to);
            record(request, search, sent);
        });
    }

    private long send(Search search, Beginning beginning, QidoResults to) throws IOException {
        long sent = 0;
        if (beginning.whole) {
            for (DataSet answer : beginning.first) {
                to.add(result(search, answer));
                sent++;
            }
        } else {
            try (KnownAnswers answers = open(search)) {
                skip(answers, search.offset);
                while (sent < search.count && answers.hasNext()) {
                    to.add(result(search, answers.next()));
                    sent++;
                }
            }
        }
        to.end();
        return sent;
    }

    private void record(Request request, Search search, long sent) {
        String level = search.spec.level().name();
        results.add(sent, level);
        audit.record(
                Audit.Action.QUERY,
                Audit.Outcome.SUCCESS,
                request.actor(),
                Map.of("level", level, "matches", Long.toString(sent)));
    }

    /** An answer of the catalog as a result: without the level, with where to retrieve it. */
    private static DataSet result(Search search, DataSet answer) {
        StringBuilder url = new StringBuilder(search.url);
        append(url, "/studies/", answer, Tag.StudyInstanceUID);
        append(url, "/series/", answer, Tag.SeriesInstanceUID);
        append(url, "/instances/", answer, Tag.SOPInstanceUID);
        return answer.remove(Tag.QueryRetrieveLevel)
                .putString(Tag.RetrieveURL, Vr.UR, url.toString());
    }

    private static void append(StringBuilder url, String part, DataSet answer, int tag) {
        answer.string(tag).ifPresent(uid -> url.append(part).append(uid));
    }

    private List<String> warnings(Search search, QidoQuery query, Beginning beginning) {
        List<String> warnings = new ArrayList<>();
        if (beginning.more) {
            warnings.add("The number of results exceeded the maximum supported by the server."
                    + " Additional results can be requested.");
        }
        if (!query.ignored().isEmpty()) {
            warnings.add("The following attributes are not matched: "
                    + String.join(", ", query.ignored()));
        }
        return warnings.stream()
                .map(text -> "299 " + search.url + ": \"" + text + "\"")
                .toList();
    }

    private static Response warned(Response response, List<String> warnings) {
        return warnings.isEmpty()
                ? response
                : response.withHeader("warning", String.join(", ", warnings));
    }
}
